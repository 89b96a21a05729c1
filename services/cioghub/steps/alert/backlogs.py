"""A backlog: one agency sending at once what it should have sent over many days."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

import numpy as np

from cioghub.vocabulary.parties import Parties
from cioghub.vocabulary.signals import Notice

LEAST_EVENTS = 30
MANY_TIMES = 3.0
LONG_DAYS = 3.0
LEAST_DAYS = 7
MEMORY_DAYS = 28


class Backlogs:
    """Remembers how much and how late each feed usually sends in a day."""

    REMEMBERS = ("_usual",)

    def __init__(self, parties: Parties) -> None:
        self._owners = {source: party.id for source, (party, _) in parties.feed_owners().items()}
        self._today: dict[str, list[float]] = {}
        self._usual: dict[str, list[tuple[int, float]]] = {}

    def came(self, source: str, late: Iterable[float]) -> None:
        """Note that events of a feed came since yesterday, each so many days after its end."""
        self._today.setdefault(source, []).extend(late)

    def notices(self, at: int) -> list[Notice]:
        """Return a notice for each feed whose day was far larger and later than its usual one.

        `at` is the midnight that ends the day, in whole seconds since 1970 UTC.
        """
        today, self._today = self._today, {}
        return [
            self._notice(at, source, len(today[source]))
            for source in sorted(today)
            if self._is_backlog(source, today[source])
        ]

    def _is_backlog(self, source: str, late: list[float]) -> bool:
        usual = self._usual.setdefault(source, [])
        found = False
        known = len(usual) >= LEAST_DAYS and len(late) >= LEAST_EVENTS
        # Few days are much larger than usual: of the others nothing more need be known.
        if known and len(late) > median([n for n, _ in usual]) * MANY_TIMES:
            longest = median([days for _, days in usual]) + LONG_DAYS
            found = float(np.quantile(late, 0.75)) > longest
        usual.append((len(late), float(np.median(late))))
        del usual[:-MEMORY_DAYS]
        return found

    def _notice(self, at: int, source: str, events: int) -> Notice:
        return Notice(
            code="backlog",
            at=at,
            publisher=self._owners[source],
            words=(
                f"{events} events came on one day, most of them days old: a backlog. They are "
                "counted on the days that they happened."
            ),
            facts=(("source", source), ("events", events)),
        )
