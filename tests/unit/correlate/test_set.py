"""The set of contributions, the counts of it and what a tick sees: order never matters."""

from __future__ import annotations

import itertools
import random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from tests.unit.correlate.hub_set import LONDON, HubSet, at, on, signals

from cioghub.steps.correlate.clusters import Clusters
from cioghub.steps.correlate.contributions import IntArray
from cioghub.steps.correlate.convergence import NEEDS
from cioghub.steps.correlate.correlator import Correlator
from cioghub.steps.correlate.series import ALL, BEYOND_POLICE, VIEWS
from cioghub.steps.correlate.tick import Tick
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import midnight
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.contribution import Contribution
from cioghub.vocabulary.incidents import PseudonymousIncident
from cioghub.vocabulary.signals import Signal, SignalKind
from cioghub.vocabulary.tallies import Home

KNIFE, ROBBERY = COUNTED.index("knife"), COUNTED.index("robbery")


def area_count(hub: HubSet, day: int, view: int = ALL, category: int = KNIFE) -> int:
    """Return all that the counts by area hold at a midnight."""
    tick = at(hub.settled(), day)
    return int(tick.counts.area[view, :, category].sum())


def knives(tick: Tick) -> int:
    return len(tick.rows(on(0).toordinal(), on(9).toordinal(), tick.classes(KNIFE)))


def place_count(hub: HubSet, day: int) -> int:
    counts = at(hub.settled(), day).counts
    return int(counts.place_days(KNIFE, on(0).toordinal(), on(day).toordinal())[1].sum())


def test_a_tick_sees_what_was_accepted_before_it_and_nothing_later(hub: HubSet) -> None:
    hub.add(3)
    hub.add(3, accepted=5)
    assert [area_count(hub, day) for day in (3, 4, 5, 6)] == [0, 1, 1, 2]
    assert knives(at(hub.settled(), 4)) == 1


def test_a_withdrawn_event_leaves_every_count_from_its_withdrawal_on(hub: HubSet) -> None:
    gone = hub.add(3)
    hub.add(3)
    hub.correlator.withdraw(gone, midnight(on(6), LONDON) + 60)
    assert [area_count(hub, day) for day in (4, 6, 7)] == [2, 2, 1]
    assert [place_count(hub, day) for day in (6, 7)] == [2, 1]
    ticks = hub.settled()
    assert [knives(at(ticks, day)) for day in (6, 7)] == [2, 1]


def test_a_late_withdrawal_is_taken_back_by_the_next_tick_of_one_run(hub: HubSet) -> None:
    gone = hub.add(3)
    hub.correlator.withdraw(gone, midnight(on(6), LONDON))
    ticks = hub.settled()
    held = [int(at(ticks, day).counts.area[ALL, :, KNIFE].sum()) for day in range(3, 9)]
    assert held == [0, 1, 1, 1, 0, 0]


def test_of_two_events_with_one_id_the_one_of_the_number_is_removed(hub: HubSet) -> None:
    """Twins of a replay have one id; which of them stands is known at the end."""
    hub.add(3)
    hub.made = 0
    hub.add(5)
    hub.correlator.discard(0)
    hub.correlator.remove(1, midnight(on(7), LONDON))
    assert [area_count(hub, day) for day in (4, 6, 8)] == [0, 1, 0]


def test_an_unknown_withdrawal_touches_nothing(hub: HubSet) -> None:
    hub.add(3)
    hub.correlator.withdraw("f" * 32, midnight(on(4), LONDON))
    assert area_count(hub, 6) == 1


def test_a_discarded_twin_was_never_there(hub: HubSet) -> None:
    hub.add(3)
    hub.correlator.discard(0)
    assert [area_count(hub, day) for day in (4, 6)] == [0, 0]


@pytest.mark.parametrize(("days", "counted"), [(1, 1), (7, 1), (8, 0), (31, 0)])
def test_what_knows_only_a_long_interval_is_in_no_daily_count(
    hub: HubSet, days: int, counted: int
) -> None:
    hub.add(3, days=days, accepted=40)
    assert area_count(hub, 50) == place_count(hub, 50) == counted


def test_a_hospitals_own_address_is_no_place_of_an_assault(hub: HubSet) -> None:
    hub.add(3, kind="health", confidence="site-only")
    assert area_count(hub, 9) == place_count(hub, 9) == 0
    assert knives(at(hub.settled(), 9)) == 0


def test_the_second_view_is_without_the_police(hub: HubSet) -> None:
    hub.add(3)
    hub.add(3, kind="health")
    assert area_count(hub, 9) == 2
    assert area_count(hub, 9, BEYOND_POLICE) == 1


def test_an_event_counts_in_each_of_its_categories(hub: HubSet) -> None:
    hub.add(3, categories=("knife", "robbery"))
    assert area_count(hub, 9) == area_count(hub, 9, category=ROBBERY) == 1


def test_counts_taken_day_by_day_equal_counts_taken_at_once(hub: HubSet) -> None:
    chance = random.Random(7)
    for _ in range(200):
        day = chance.randrange(60)
        ciog = chance.choice(("north", "east", "south"))
        id = hub.add(day, hub.place(ciog, chance.randrange(9)), accepted=day + chance.randrange(9))
        if chance.random() < 0.2:
            hub.correlator.withdraw(id, midnight(on(day + chance.randrange(3, 20)), LONDON))
    slowly = hub.settled()
    for day in range(0, 90, 3):
        step, once = at(slowly, day).counts, at(hub.settled(), day).counts
        span = on(0).toordinal(), on(90).toordinal()
        for ciog in range(3):
            assert np.array_equal(
                step.area_days(ALL, ciog, KNIFE, *span), once.area_days(ALL, ciog, KNIFE, *span)
            )
        recent = on(day).toordinal() - 60, on(day).toordinal()
        held = [counts.place_days(KNIFE, *recent)[1].sum(axis=0) for counts in (step, once)]
        assert np.array_equal(*held)


@pytest.mark.parametrize("seed", range(3))
def test_every_count_is_that_of_the_rows_it_stands_for(hub: HubSet, seed: int) -> None:
    """By class, by place, of a need: however it came about, tick by tick, withdrawals included."""
    chance = random.Random(seed)
    for _ in range(300):
        day = chance.randrange(60)
        place = hub.place(chance.choice(("north", "east")), chance.randrange(3))
        categories = chance.choice((("knife",), ("robbery",), ("knife", "robbery")))
        id = hub.add(
            day,
            place,
            kind=chance.choice(("police", "police", "health")),
            publisher=chance.choice((None, "other")),
            categories=categories,
            generated=chance.choice(((), (), categories[:1])),
            accepted=day + chance.randrange(9),
        )
        if chance.random() < 0.2:
            hub.correlator.withdraw(id, midnight(on(day + chance.randrange(3, 20)), LONDON))
    ticks = hub.settled()
    c = ticks.columns
    need = next(one for one in NEEDS if one.kind == "health" and "knife" in one.categories)
    for today in range(0, 80, 7):
        tick = at(ticks, today)
        first, last = on(today - 21).toordinal(), on(today - 1).toordinal()
        for view, new, told in itertools.product(VIEWS, (frozenset(), frozenset({1})), (0, 1)):
            rows = tick.rows(first, last, tick.without(tick.classes(KNIFE, view), new))
            rows = rows[c.generated[rows] & 1 << KNIFE == 0] if told else rows
            counted = tick.counts.place_days(KNIFE, first, last, view, new, told_only=bool(told))
            assert np.array_equal(counted[1], by_day_and_place(tick, rows, first))
        for ciog in (None, 0, 1):
            rows = tick.rows(first, last, tick.classes(KNIFE), ciog)
            sent = tick.sent(first, last, tick.classes(KNIFE), ciog)
            assert sent.tolist() == np.bincount(c.klass[rows], minlength=len(c.classes)).tolist()
        met = np.array([need.is_met_by(one) for one in c.classes])
        rows = tick.rows(first, last, met)
        counted = tick.counts.place_days(need, first, last)
        assert np.array_equal(counted[1], by_day_and_place(tick, rows, first))


def by_day_and_place(tick: Tick, rows: IntArray, first: int) -> IntArray:
    """Count rows afresh by day from `first` to the tick's, and by scanned place."""
    c = tick.columns
    found = np.zeros((tick.today - first, len(c.grid.scanned)), dtype=np.int64)
    np.add.at(found, (c.day[rows] - first, c.grid.scan_number[c.place[rows]]), 1)
    return found


def test_counts_outlive_the_days_they_have_room_for(hub: HubSet) -> None:
    for day in (0, 700, 1400):
        hub.add(day)
    ticks = hub.settled()
    for day in (1, 701, 1401):
        tick = at(ticks, day)
        yesterday = on(day - 1).toordinal()
        _, block = tick.counts.place_days(KNIFE, yesterday, yesterday)
        assert int(block.sum()) == 1


class Keeper(Correlator):
    """Keeps what it is given, to be added in another order."""

    def __init__(self, areas: Areas, zone: ZoneInfo) -> None:
        super().__init__(areas, zone)
        self.kept: list[PseudonymousIncident] = []

    def add(self, incident: PseudonymousIncident) -> int:
        self.kept.append(incident)
        return len(self.kept)


def shuffled(county: Areas, clusters: Clusters, seed: int) -> list[Signal]:
    """Return what one set gives when it is filled in an order of its own."""
    chance, plan = random.Random(4), HubSet(county, clusters)
    made = []
    places = [plan.place("north", n) for n in range(6)]
    for day in range(110):
        for kind in ("police", "health"):
            if chance.random() < 0.3 or day > 100:
                made.append((day, places[chance.randrange(6 if day < 100 else 2)], kind))
    correlator = plan.correlator
    keeper = plan.correlator = Keeper(county, LONDON)
    for day, place, kind in made:
        plan.add(day, place, kind=kind, categories=("knife", "violence-injury"))
    kept = keeper.kept
    random.Random(seed).shuffle(kept)
    for incident in kept:
        correlator.add(incident)
    plan.correlator = correlator
    return [one for kind in SignalKind for one in signals(plan, 108, kind)]


def test_the_order_in_which_events_come_changes_no_signal(
    county: Areas, clusters: Clusters
) -> None:
    def told(found: list[Signal]) -> list[tuple[object, ...]]:
        return [(s.kind, s.hub_category, s.chance, [e.id for e in s.evidence]) for s in found]

    first = told(shuffled(county, clusters, 1))
    assert len(first) > 1
    assert first == told(shuffled(county, clusters, 2))


def test_a_subject_is_one_across_two_key_periods(hub: HubSet) -> None:
    hub.add(1, suspect=11)
    hub.add(2, suspect=22, former=11)
    hub.add(3, suspect=22)
    hub.add(4, suspect=33)
    rows, subjects = hub.settled().columns.subjects()
    assert [int(s) for s in subjects[np.argsort(rows)]] == [11, 11, 11, 33]


def test_forgotten_subjects_name_nobody_and_leave_the_others_as_they_were(hub: HubSet) -> None:
    hub.add(1, suspect=44, former=43)
    hub.add(1, suspect=22, former=11)
    hub.add(9, suspect=22, former=11)
    hub.add(10, suspect=22)
    hub.add(10, suspect=44)
    hub.correlator.contributions.forget_subjects(midnight(on(5), LONDON))
    rows, subjects = hub.settled().columns.subjects()
    assert sorted(zip(rows.tolist(), subjects.tolist(), strict=True)) == [(2, 11), (3, 11), (4, 44)]


def test_a_tally_counts_a_period_as_it_was_known(hub: HubSet) -> None:
    hub.add(3)
    hub.add(4, accepted=20)
    hub.add(5, confidence="site-only")
    hub.add(40)
    gone = hub.add(6)
    hub.correlator.withdraw(gone, midnight(on(15), LONDON))
    ticks = hub.settled()

    def known(day: int) -> int:
        return sum(ticks.tally(midnight(on(day), LONDON), on(0), on(13), False).cells.values())

    assert [known(day) for day in (10, 16, 30)] == [2, 1, 2]
    home = Home.of(hub.place())
    cells = ticks.tally(midnight(on(30), LONDON), on(0), on(13), False).cells
    assert cells == {("police-rule", home, "knife"): 2}


def test_an_area_that_more_events_touch_comes_first(hub: HubSet) -> None:
    for ciog, many in (("north", 1), ("east", 3)):
        for _ in range(many):
            hub.add(3, hub.place(ciog))
    tick = at(hub.settled(), 5)
    rows = tick.rows(on(0).toordinal(), on(4).toordinal(), tick.classes(KNIFE))
    assert tick.ciogs_of(rows) == ("east", "north")


@pytest.mark.parametrize(("found", "said"), [(0, False), (2, False), (3, True), (4, True)])
def test_police_activity_is_said_of_three_in_four(hub: HubSet, found: int, said: bool) -> None:
    for n in range(4):
        hub.add(3, generated=("knife",) if n < found else ())
    tick = at(hub.settled(), 5)
    rows = tick.rows(on(0).toordinal(), on(4).toordinal(), tick.classes(KNIFE))
    assert tick.only_generated(rows, KNIFE) is said


def test_a_newcomer_is_parted_from_those_with_a_past(hub: HubSet) -> None:
    hub.add(1)
    hub.add(60)
    hub.add(60, publisher="newcomer")
    tick = at(hub.settled(), 62)
    span = on(50).toordinal(), on(61).toordinal()
    rows = tick.rows(*span, tick.classes(KNIFE))
    kept, new, start = tick.seasoned(rows, on(50).toordinal())
    assert [tick.columns.publishers[p] for p in tick.columns.publisher[kept]] == ["police"]
    assert [tick.columns.publishers[p] for p in new] == ["newcomer"]
    assert tick.sent(*span, tick.without(tick.classes(KNIFE), new)).sum() == 1
    assert start == on(1).toordinal()


def test_many_put_in_together_are_the_same_as_one_after_the_other(hub: HubSet) -> None:
    for n in range(12):
        hub.add(n, kind=("police", "health")[n % 2], suspect=n % 3, former=100 + n % 3)
    hub.add(3, confidence="site-only", categories=("robbery",))
    own = hub.correlator.contributions
    ones = [
        Contribution(
            own.id_of(n),
            own._accepted[n],
            own._day[n],
            own._monthly[n],
            hub.correlator.contributions.grid.key(own._place[n]),
            own.classes[own._class[n]].publisher,
            f"{own.classes[own._class[n]].kind}.event.v1",
            own.classes[own._class[n]].notes,
            (("suspect_token", f"{n % 3:016x}"),) if n < 12 else (),
            (("suspect_token", f"{100 + n % 3:016x}"),) if n < 12 else (),
        )
        for n in range(len(own))
    ]
    for sizes in ([13], [0, 5, 0, 8], [1] * 13):
        many, left = Correlator(hub.areas, LONDON).contributions, iter(ones)
        numbers = [n for size in sizes for n in many.put_all(list(itertools.islice(left, size)))]
        assert numbers == list(range(13))
        for name in ("_ids", "_accepted", "_day", "_monthly", "_place", "_class"):
            assert getattr(many, name) == getattr(own, name), name
        for name in ("_token_of", "_token", "_former", "classes"):
            assert getattr(many, name) == getattr(own, name), name
