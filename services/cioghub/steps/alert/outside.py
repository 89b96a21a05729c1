"""Events whose place is outside the partnership, or not known: counted and named, never lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from cioghub.vocabulary.areas import Calendar
from cioghub.vocabulary.fortnights import Fortnight, fortnight_of, frozen_on
from cioghub.vocabulary.signals import Notice

_Counts = dict[tuple[str, str], int]
"""How many events lie in a tray, by tray and publisher."""


class Outside:
    """Says at once where a publisher's events lie outside, and once more for each fortnight."""

    REMEMBERS = ("_said", "_fortnights")

    def __init__(self, calendar: Calendar, since: date) -> None:
        """`since` is the first day of the hub: a fortnight that began before it is not whole."""
        self._calendar = calendar
        self._since = since
        self._today: _Counts = {}
        self._said: set[tuple[str, str]] = set()
        self._fortnights: dict[date, _Counts] = {}

    def came(self, tray: str, publisher: str, ended: date) -> None:
        """Note that an event of a publisher, which ended on a local day, lies in a tray."""
        key = (tray, publisher)
        self._today[key] = self._today.get(key, 0) + 1
        first = fortnight_of(ended, self._calendar).first
        counts = self._fortnights.setdefault(first, {})
        counts[key] = counts.get(key, 0) + 1

    def notices(self, at: int, today: date) -> list[Notice]:
        """Return what is new of the day that ended, and of the fortnight that freezes now.

        `at` is a local midnight in whole seconds since 1970 UTC, `today` the day that it begins.
        """
        new = {key: n for key, n in self._today.items() if key not in self._said}
        self._said |= new.keys()
        self._today = {}
        found = _notices(at, new, "since yesterday, for the first time")
        for fortnight in frozen_on(today, self._since, self._calendar):
            counts = self._fortnights.get(fortnight.first, {})
            found += _notices(at, counts, "of the fortnight")
        self._forget(today)
        return found

    def _forget(self, today: date) -> None:
        """Let go of the fortnights whose pictures are frozen: what comes late changes none."""
        days = timedelta(days=1 + self._calendar.freeze_after_days)
        frozen = [one for one in self._fortnights if Fortnight(one).last + days <= today]
        for first in frozen:
            del self._fortnights[first]


def _notices(at: int, found: Mapping[tuple[str, str], int], when: str) -> list[Notice]:
    return [
        Notice(
            code="unknown-places",
            at=at,
            publisher=publisher,
            words=(
                f"{n} event {when} lies in no place of the partnership: {tray}."
                if n == 1
                else f"{n} events {when} lie in no place of the partnership: {tray}."
            ),
            facts=(("tray", tray), ("events", n)),
        )
        for (tray, publisher), n in sorted(found.items())
    ]
