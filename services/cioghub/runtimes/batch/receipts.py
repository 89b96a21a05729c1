"""Each publisher's own events behind each alert, for that publisher alone."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np

from cioghub.runtimes.batch.log import Log, Numbers
from cioghub.vocabulary.signals import Alert


class Receipts:
    """Collects, over a replay, which events stand behind which alerts."""

    def __init__(self, log: Log, standing: Numbers) -> None:
        self._log = log
        contribution = np.frombuffer(log.contribution, dtype=np.int32)[standing]
        inside = contribution >= 0
        self._events = np.full(int(contribution.max(initial=-1)) + 1, -1, dtype=np.int32)
        self._events[contribution[inside]] = standing[inside]
        self._alerts: dict[str, int] = {}
        self._found: dict[str, array[int]] = {}
        """By publisher, the numbers of event and alert in one: half a million pairs are usual."""

    def note(self, alert: Alert) -> None:
        """Note the events that a change of an alert adds."""
        number = self._alerts.setdefault(alert.id, len(self._alerts))
        events = self._events[[one.number for one in alert.evidence]].tolist()
        for one, event in zip(alert.evidence, events, strict=True):
            self._found.setdefault(one.publisher, array("q")).append(event << 32 | number)

    def of(self, publisher: str) -> Iterator[tuple[str, str, str]]:
        """Yield (source, id, alert) of one publisher, in order."""
        log, alerts = self._log, list(self._alerts)
        pairs = np.unique(np.array(self._found.get(publisher, ()), dtype=np.int64))
        events, numbers = (pairs >> 32).tolist(), (pairs & 0xFFFF_FFFF).tolist()
        yield from sorted(
            (log.source_of(event), log.id_of(event), alerts[number])
            for event, number in zip(events, numbers, strict=True)
        )
