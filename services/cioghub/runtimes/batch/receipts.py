"""Each publisher's own events behind each alert, for that publisher alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cioghub.runtimes.batch.log import IntArray, Log
from cioghub.vocabulary.signals import Alert


class Receipts:
    """Collects, over a replay, which events stand behind which alerts."""

    def __init__(self, log: Log, standing: IntArray) -> None:
        self._log = log
        contribution = np.frombuffer(log.contribution, dtype=np.int32)[standing]
        inside = contribution >= 0
        self._events = np.full(int(contribution.max(initial=-1)) + 1, -1, dtype=np.int64)
        self._events[contribution[inside]] = standing[inside]
        self._found: dict[str, set[tuple[str, str, str]]] = {}

    def note(self, alert: Alert) -> None:
        """Note the events that a change of an alert adds."""
        for one in alert.evidence:
            event = int(self._events[one.number])
            row = (self._log.source_of(event), self._log.id_of(event), alert.id)
            self._found.setdefault(one.publisher, set()).add(row)

    def of(self, publisher: str) -> Iterator[tuple[str, str, str]]:
        """Yield (source, id, alert) of one publisher, in order."""
        yield from sorted(self._found.get(publisher, ()))
