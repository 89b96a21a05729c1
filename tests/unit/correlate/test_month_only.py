"""Events that know only their month: months are judged by months, fortnights never see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from cioghub.steps.correlate.correlator import Correlator, Ticks
from cioghub.steps.correlate.recurred import Recurred
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import midnight, rfc3339
from cioghub.vocabulary.incidents import Notes, PseudonymousIncident
from cioghub.vocabulary.signals import Signal, SignalKind
from cioghub.wire.areas import read_areas

LONDON = ZoneInfo("Europe/London")
KINDS = ("police", "health", "schools", "fire")


@pytest.fixture(scope="module")
def areas() -> Areas:
    return read_areas(Path(__file__).parents[3] / "deploy" / "areas" / "warwickshire.yaml")


class Set:
    """A correlator's set, filled month by month or day by day."""

    def __init__(self, areas: Areas) -> None:
        self._correlator = Correlator(areas, LONDON)
        self._made = 0
        north = [p for p in areas.places("lsoa11") if p.ciog == "north"]
        self.places = north[:5]

    def add(
        self,
        start: date,
        end: date,
        many: int,
        kind: str = "police",
        categories: tuple[str, ...] = ("robbery",),
        publisher: str | None = None,
    ) -> None:
        """Add events known to lie in [start, end), accepted at its end."""
        at = midnight(end, LONDON)
        for _ in range(many):
            place = self.places[self._made % len(self.places)]
            self._made += 1
            self._correlator.add(
                PseudonymousIncident(
                    recipient="hub-correlation",
                    id=f"{self._made:032x}",
                    source=f"/hub/{kind}/{publisher or kind}",
                    type=f"{kind}.crime.v1",
                    time=rfc3339(at, LONDON),
                    data={
                        "occurred_from": rfc3339(midnight(start, LONDON), LONDON),
                        "occurred_to": rfc3339(at, LONDON),
                        "area": {"code": place.code, "edition": "lsoa11", "confidence": "area"},
                    },
                    publisher=publisher or kind,
                    accepted=at,
                    notes=Notes("rule", categories, (), "lsoa"),
                )
            )

    def month(self, year: int, month: int, many: int, **more: Any) -> None:
        start = date(year, month, 1)
        self.add(start, (start + timedelta(days=32)).replace(day=1), many, **more)

    def settled(self) -> Ticks:
        return self._correlator.settled()


@pytest.fixture
def events(areas: Areas) -> Set:
    return Set(areas)


def surges(ticks: Ticks, days: Iterable[date]) -> list[Signal]:
    found = []
    for day in days:
        found += ticks.signals(midnight(day, LONDON), Recurred())
    return [one for one in found if one.kind is SignalKind.SURGE]


def firsts_second(year: int, months: Iterable[int]) -> list[date]:
    return [date(year, month, 2) for month in months]


def test_a_burst_of_a_month_is_a_surge_of_that_month_and_told_once(events: Set) -> None:
    for month in range(1, 12):
        events.month(2025, month, 60 if month == 11 else 10 + month % 3)
    days = [date(2025, 11, 20) + timedelta(days=k) for k in range(30)]
    found = surges(events.settled(), days)
    assert [(one.first, one.last, one.seen) for one in found] == [
        (date(2025, 11, 1), date(2025, 11, 30), 60)
    ]


def test_months_without_a_word_are_not_months_of_nought(events: Set) -> None:
    for month in range(1, 12):
        events.month(2014, month, 100 + month % 3)
    for month in (10, 11, 12):
        events.month(2018, month, 100 + month % 3)
    ticks = events.settled()
    assert surges(ticks, firsts_second(2018, (11, 12))) == []
    assert surges(ticks, [date(2019, 1, 2)]) == []


def test_after_a_gap_a_burst_is_judged_by_the_months_since(events: Set) -> None:
    for month in range(1, 12):
        events.month(2014, month, 5)
    for month in range(1, 10):
        events.month(2025, month, 300 if month == 9 else 100 + month % 3)
    ticks = events.settled()
    assert surges(ticks, firsts_second(2025, range(2, 10))) == []
    (found,) = surges(ticks, [date(2025, 10, 2)])
    assert found.seen == 300
    assert 90 < found.expected < 115


def test_a_publisher_that_begins_is_no_rise(events: Set) -> None:
    for month in range(1, 12):
        events.month(2025, month, 20 + month % 3)
        if month >= 10:
            events.month(2025, month, 200, publisher="neighbour")
    assert surges(events.settled(), firsts_second(2025, (11, 12))) == []


def test_a_publisher_that_sends_now_and_then_silences_nobody(events: Set) -> None:
    for month in range(1, 12):
        events.month(2025, month, 60 if month == 11 else 10)
        if month in (3, 11):
            events.month(2025, month, 1, publisher="neighbour")
    (found,) = surges(events.settled(), [date(2025, 12, 2)])
    assert found.seen == 60


@pytest.fixture
def mixed(events: Set) -> tuple[Ticks, set[str]]:
    """Return ticks over a daily trickle with huge months beside it, and the ids of the months."""
    daily = ("knife", "robbery", "violence-injury", "school-weapon", "drugs", "exploitation")
    for kind in KINDS:
        for k in range(0, 250, 3):
            day = date(2025, 1, 1) + timedelta(days=k)
            events.add(day, day + timedelta(days=1), 1, kind, daily)
        for k in range(4):
            day = date(2025, 8, 10) + timedelta(days=k)
            events.add(day, day + timedelta(days=1), 8, kind, daily)
    before = events._made
    for kind in KINDS:
        for month in range(1, 9):
            events.month(2025, month, 400 if month in (4, 8) else 20, kind=kind, categories=daily)
    return events.settled(), {f"{n:032x}" for n in range(before + 1, events._made + 1)}


def test_no_signal_but_the_months_own_has_a_month_only_event_as_evidence(
    mixed: tuple[Ticks, set[str]],
) -> None:
    ticks, month_only = mixed
    months = 0
    others: set[SignalKind] = set()
    for day in (date(2025, 8, 2), date(2025, 8, 14), date(2025, 9, 2)):
        for signal in ticks.signals(midnight(day, LONDON), Recurred()):
            ids = {one.id for one in signal.evidence}
            whole_month = signal.first.day == 1 and (signal.last + timedelta(days=1)).day == 1
            if signal.kind is SignalKind.SURGE and whole_month:
                assert ids <= month_only
                months += 1
            else:
                assert not ids & month_only
                others.add(signal.kind)
    assert months > 0
    assert others == {SignalKind.SURGE, SignalKind.CLUSTER, SignalKind.CONVERGENCE}


def test_a_picture_counts_them_in_months_and_in_no_fortnight(
    mixed: tuple[Ticks, set[str]],
) -> None:
    ticks, month_only = mixed
    known = midnight(date(2025, 9, 10), LONDON)
    first, last = date(2025, 1, 1), date(2025, 9, 9)

    def robberies(monthly: bool) -> int:
        return ticks.tally(known, first, last, monthly).of(("rule",), "ciog", "north", "robbery")

    assert robberies(monthly=True) == len(month_only)
    assert robberies(monthly=False) == len(KINDS) * (len(range(0, 250, 3)) + 4 * 8)


def test_day_counts_hold_none_of_them(events: Set) -> None:
    for month in range(1, 6):
        events.month(2025, month, 50)
    ticks = events.settled()
    ticks.signals(midnight(date(2025, 6, 2), LONDON), Recurred())
    assert int(np.abs(ticks.counts.area).sum()) == 0
    assert int(np.abs(ticks.counts.place).sum()) == 0
