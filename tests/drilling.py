"""How far a test goes: `make test` takes a sample of what `make drill` goes through."""

from __future__ import annotations

import os

DRILL = bool(os.environ.get("CIOG_DRILL"))


def deep(sample: int, drill: int) -> int:
    """Return how many examples, days or rounds: all of them in a drill."""
    return drill if DRILL else sample
