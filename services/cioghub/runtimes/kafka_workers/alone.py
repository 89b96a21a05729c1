"""Runs a worker as the one work of its process."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import uvloop

from cioghub.few_cycles import few_cycles


def run_alone(work: Coroutine[Any, Any, None]) -> None:
    """Run work to its end, on the event loop that has the least work of its own.

    What faust does for a message is mostly tasks and callbacks: figures are in docs/benchmarks.md.
    """
    with few_cycles(oldest=10):
        uvloop.run(work)
