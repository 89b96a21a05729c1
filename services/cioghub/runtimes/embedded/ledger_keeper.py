"""Keeps the ledger in step with the log while the hub runs, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

_LOG = logging.getLogger("cioghub")

EVERY_SECONDS = 1.0
TRY_AGAIN_SECONDS = 30.0


class Follower(Protocol):
    """What brings a ledger in step with its log."""

    def follow(self) -> int:
        """Write and sign what is due; return how many entries are signed then."""
        ...


class LedgerKeeper:
    """Follows the log as a context manager; what could not be written is tried again."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)

    def __enter__(self) -> LedgerKeeper:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, once what is being written is on disk; what waits is due at the next start."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        rest = 0.0
        while not self._stopping.wait(rest):
            rest = EVERY_SECONDS
            try:
                self._follower.follow()
            except Exception:  # the log keeps every decision: nothing is lost by waiting
                _LOG.exception("the ledger could not follow the log")
                rest = TRY_AGAIN_SECONDS
