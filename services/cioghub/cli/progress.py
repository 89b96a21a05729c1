"""Progress of long work on stderr, only where somebody is watching."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

Show = Callable[[str, int], None]


@contextlib.contextmanager
def progress() -> Iterator[Show]:
    """Give a function (what, how many) that shows the latest on one line of a terminal."""
    if not sys.stderr.isatty():
        yield lambda what, done: None
        return
    last = 0.0

    def show(what: str, done: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > 0.1:
            last = now
            sys.stderr.write(f"\r\x1b[K{what}: {done:,}")
            sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
