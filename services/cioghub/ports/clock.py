"""What a runtime needs of a clock."""

from __future__ import annotations

from typing import Protocol

MOST_APART = 60
"""Seconds by which the clocks of machines that share a database may differ."""


class Clock(Protocol):
    """Tells the time; a test or a replay brings its own."""

    def now(self) -> int:
        """Return whole seconds since 1970 UTC."""
        ...
