"""Signs the ledger while a reporter has its turn, and never in the way of telling."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol

from cioghub.errors import EnvironmentFailed

_LOG = logging.getLogger("cioghub")

EVERY_SECONDS = 1.0
TRY_AGAIN_SECONDS = 30.0


class Signer(Protocol):
    """What brings the ledger in step with the log."""

    def follow(self) -> int:
        """Sign what is due; return how many entries are signed then."""
        ...


class Signing:
    """Signs beside what the reporter does; `in_step` is told whenever nothing is left to sign."""

    def __init__(self, signer: Signer, in_step: Callable[[], None]) -> None:
        self._signer = signer
        self._in_step = in_step
        self._next = 0.0

    def sign(self) -> None:
        """Sign what is due, about once a second; what could not be signed is tried again.

        Raises:
            EnvironmentFailed: what was signed is not of this log and key.
        """
        if time.monotonic() < self._next:
            return
        rest = EVERY_SECONDS
        try:
            self._signer.follow()
            self._in_step()
        except EnvironmentFailed:  # no waiting mends a ledger that contradicts the log
            raise
        except Exception:  # the log keeps every decision: nothing is lost by waiting
            _LOG.exception("the ledger could not follow the log")
            rest = TRY_AGAIN_SECONDS
        self._next = time.monotonic() + rest
