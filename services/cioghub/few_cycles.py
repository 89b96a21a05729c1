"""Keeps the search for cyclic garbage from costing what it cannot find."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def few_cycles(oldest: int = 1_000) -> Iterator[None]:
    """Look for cycles rarely: an event makes none. Afterwards they are sought as before.

    What has long been there is looked through once in `oldest` times: less often where a process
    soon ends, more often where it runs for months.
    """
    former = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, oldest)
    try:
        yield
    finally:
        gc.set_threshold(*former)
        gc.unfreeze()
