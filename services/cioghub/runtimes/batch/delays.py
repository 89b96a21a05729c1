"""A backlog: one agency sending at once what it should have sent over many days."""

from __future__ import annotations

import numpy as np

from cioghub.runtimes.batch.log import IntArray, Log
from cioghub.steps.share.table import Bundle
from cioghub.vocabulary.signals import Notice

LEAST_EVENTS = 30
MANY_TIMES = 3.0
LONG_DAYS = 3.0
MEMORY_DAYS = 28


class Delays:
    """Remembers how much and how late each feed usually sends in a day."""

    def __init__(self, log: Log, bundle: Bundle) -> None:
        self._log = log
        owners = bundle.parties.feed_owners()
        self._owner = [owners[source][0].id for source in log.sources]
        self._usual: dict[int, list[tuple[int, float]]] = {}

    def notices(self, at: int, today: IntArray) -> list[Notice]:
        """Return a notice for each feed whose day was far larger and later than its usual one."""
        found = []
        source = np.frombuffer(self._log.source, dtype=np.int16)[today]
        taken = np.frombuffer(self._log.time, dtype=np.int64)[today]
        late = (taken - np.frombuffer(self._log.ended, dtype=np.int64)[today]) / 86_400
        for number in sorted(np.unique(source).tolist(), key=self._log.sources.__getitem__):
            delays = late[source == number]
            delay = float(np.median(delays))
            usual = self._usual.setdefault(number, [])
            if len(usual) >= 7 and len(delays) >= LEAST_EVENTS:
                many = float(np.median([n for n, _ in usual])) * MANY_TIMES
                longest = float(np.median([d for _, d in usual])) + LONG_DAYS
                if len(delays) > many and float(np.quantile(delays, 0.75)) > longest:
                    found.append(self._notice(at, number, len(delays)))
            usual.append((len(delays), delay))
            del usual[:-MEMORY_DAYS]
        return found

    def _notice(self, at: int, number: int, events: int) -> Notice:
        return Notice(
            code="backlog",
            at=at,
            publisher=self._owner[number],
            words=(
                f"{events} events came on one day, most of them days old: a backlog. They are "
                "counted on the days that they happened."
            ),
            facts=(("source", self._log.sources[number]), ("events", events)),
        )
