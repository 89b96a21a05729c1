"""Remembers what was accepted a short while ago: an event that comes twice mostly comes soon again.

A short cut alone: which lines are twins is judged at the end, over all of them, whether or not they
were seen here.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST = 1 << 11
"""The last so many digests are surely remembered, and up to twice as many: half a megabyte, so that
to ask costs less than it saves. The twins of a batch that is sent again mostly come sooner."""


class LatelyAccepted:
    """The digests of the last accepted events."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._now: set[bytes] = set()
        self._before: set[bytes] = set()

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._now or digest in self._before

    def note(self, digests: Iterable[bytes]) -> None:
        """Remember these; forget those before the last `most`, sooner or later."""
        if len(self._now) >= self._most:
            self._before, self._now = self._now, set()
        self._now.update(digests)
