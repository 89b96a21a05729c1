"""Signs the ledger while a reporter has its turn, and never in the way of telling."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Protocol

from cioghub.ports.workers import Waiting

_LOG = logging.getLogger("cioghub")

EVERY_SECONDS = 1.0
TRY_AGAIN_SECONDS = 30.0


class Signer(Protocol):
    """What brings the ledger in step with the log."""

    def follow(self) -> int:
        """Sign what is due; return how many entries are signed then."""
        ...


class Signing:
    """A beat of the reporter; what could not be signed is tried again."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._next = 0.0

    def beat(self) -> Iterator[list[Waiting]]:
        """Sign what is due, about once a second; there is nothing to send."""
        if time.monotonic() >= self._next:
            rest = EVERY_SECONDS
            try:
                self._signer.follow()
            except Exception:  # the log keeps every decision: nothing is lost by waiting
                _LOG.exception("the ledger could not follow the log")
                rest = TRY_AGAIN_SECONDS
            self._next = time.monotonic() + rest
        yield from ()
