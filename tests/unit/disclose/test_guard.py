"""What has been said together never leaves a hidden count fewer than three values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drilling import deep
from tests.unit.conftest import shipped

from cioghub.journey import MEMORY_TYPES
from cioghub.steps.disclose.guard import Guard
from cioghub.steps.disclose.release import ROUNDED, shown
from cioghub.vocabulary.readings import Audience, Source
from cioghub.vocabulary.signals import Alert, AlertChange, Evidence, Method, Signal, SignalKind
from cioghub.vocabulary.tallies import Home, Tally
from cioghub.wire.memory import pack_memory, unpack_memory

NORTH_WARWICKSHIRE = Home("E07000218", "E22000319", "north")
NUNEATON = Home("E07000219", "E22000320", "north")
VAGUE = Home(None, None, "north"), Home(NUNEATON.district, None, "north")
"""Of events whose places are known less well: no homes until one is counted there."""
FIRST, SECOND = "2026-01-05", "2026-01-19"
HOSPITAL = Source("hospital", "health", ("to-hub",), lambda n: shown(n, ROUNDED), exact=False)
READERS = {
    "area": (("ciog", "north"),),
    "west": (("csp", NORTH_WARWICKSHIRE.csp),),
    "east": (("csp", NUNEATON.csp),),
}


def guard(public: frozenset[str] = frozenset()) -> Guard:
    _, areas, _ = shipped()
    audiences = [Audience(name, name, cells, cells) for name, cells in READERS.items()]
    sources = dict.fromkeys(READERS, (HOSPITAL,))
    return Guard(areas, audiences, sources, {"hospital": ("to-hub",)}, {"hospital": public})


def tally(
    west: int, east: int, category: str = "knife", vague: Mapping[Home, int] = MappingProxyType({})
) -> Tally:
    cells = {NORTH_WARWICKSHIRE: west, NUNEATON: east, **vague}
    return Tally({("to-hub", home, category): n for home, n in cells.items() if n})


def counts(made: Guard, period: str, counted: Tally, category: str = "knife") -> list[object]:
    show = made.protect(period, counted)
    return [show(HOSPITAL, *cell, category) for (cell,) in READERS.values()]


def test_a_sum_that_would_tell_its_parts_is_left_out() -> None:
    assert counts(guard(), FIRST, tally(6, 7)) == [None, "under 8", "under 8"]


def test_a_sum_that_tells_nothing_more_is_shown() -> None:
    assert counts(guard(), FIRST, tally(4, 5)) == [10, "under 8", "under 8"]
    assert counts(guard(), FIRST, tally(3, 20)) == [25, "under 8", 20]


def test_what_was_left_out_stays_out_when_it_is_counted_again() -> None:
    made = guard()
    assert counts(made, FIRST, tally(6, 7))[0] is None
    assert counts(made, FIRST, tally(9, 7)) == [None, 10, "under 8"]


def test_each_category_is_judged_by_itself() -> None:
    made = guard()
    counted = Tally({**tally(6, 7).cells, **tally(9, 9, "robbery").cells})
    assert counts(made, FIRST, counted)[0] is None
    assert counts(made, FIRST, counted, "robbery") == [20, 10, 10]


def alert(events: dict[date, int], sequence: int = 1) -> Alert:
    """Return an alert on events of the hospital in Nuneaton, so many a day."""
    evidence = tuple(
        Evidence(
            number=n,
            id=f"{day.toordinal()}-{n}",
            publisher="hospital",
            kind="health",
            agreement="to-hub",
            categories=("knife",),
            place=("district", NUNEATON.district or ""),
            floor="district",
            ciog="north",
            csp=NUNEATON.csp,
            day=day,
        )
        for day, times in events.items()
        for n in range(times)
    )
    signal = Signal(
        kind=SignalKind.CLUSTER,
        hub_category="knife",
        ciogs=("north",),
        first=min(events),
        last=max(events),
        seen=len(evidence),
        expected=1.0,
        chance=1e-9,
        limit=1e-5,
        p_value=None,
        recurrence_days=None,
        evidence=evidence,
        method=Method("test", "1"),
    )
    return Alert(
        id="al-1",
        sequence=sequence,
        change=AlertChange.RAISED,
        at=0,
        signal=signal,
        hub_category="knife",
        ciog="north",
        also=(),
        level="above",
        reason="",
        evidence=evidence,
        whole=evidence,
        follows=None,
        provisional=False,
    )


ACROSS = {date(2026, 1, 12): 7, date(2026, 1, 20): 7}


def test_an_alert_over_two_hidden_fortnights_keeps_its_count_to_itself() -> None:
    made = guard()
    counts(made, FIRST, tally(0, 7))
    counts(made, SECOND, tally(0, 7))
    assert not made.may_say(alert(ACROSS), "hospital", 15)


def test_an_alert_over_a_hidden_fortnight_and_an_open_one_keeps_its_count_too() -> None:
    made = guard()
    counts(made, FIRST, tally(0, 7))
    assert not made.may_say(alert(ACROSS), "hospital", 15)
    assert counts(made, SECOND, tally(0, 7)) == ["under 8", 0, "under 8"]


def test_after_an_alert_has_said_its_count_neither_fortnight_is_called_under_eight() -> None:
    made = guard()
    assert made.may_say(alert(ACROSS), "hospital", 15)
    assert counts(made, FIRST, tally(0, 7)) == [None, 0, None]
    assert counts(made, SECOND, tally(0, 7)) == [None, 0, None]


def test_an_alert_that_fits_what_is_known_already_says_its_count() -> None:
    made = guard()
    counts(made, FIRST, tally(0, 30))
    assert made.may_say(alert({date(2026, 1, 12): 20}), "hospital", 20)


def test_the_answer_to_one_reader_is_the_answer_to_all() -> None:
    made = guard()
    one = alert(ACROSS)
    assert made.may_say(one, "hospital", 15)
    counts(made, FIRST, tally(0, 7))
    counts(made, SECOND, tally(0, 7))
    assert made.may_say(one, "hospital", 15)


@pytest.mark.parametrize(("public", "shows"), [(frozenset(), 0), (frozenset({"knife"}), None)])
def test_a_zero_beside_a_hidden_count_is_left_out_where_the_month_is_published(
    public: frozenset[str], shows: int | None
) -> None:
    made = guard(public)
    counts(made, FIRST, tally(0, 5))
    assert counts(made, SECOND, Tally({**tally(1, 0).cells}))[2] == shows


def test_what_a_former_run_left_out_stays_out_where_its_memory_is_recalled() -> None:
    former, made = guard(), guard()
    assert counts(former, FIRST, tally(6, 7))[0] is None
    packed = pack_memory({name: getattr(former, name) for name in Guard.REMEMBERS}, MEMORY_TYPES)
    for name, value in unpack_memory(packed, MEMORY_TYPES).items():
        setattr(made, name, value)
    assert counts(made, FIRST, tally(9, 7)) == [None, 10, "under 8"]


FEW = st.integers(0, 12)
DAYS = st.sampled_from([date(2026, 1, 12), date(2026, 1, 20), date(2026, 2, 3)])
TOLD = st.one_of(
    st.builds(
        lambda period, west, east, vague: (
            lambda made, n: counts(made, period, tally(west, east, vague=vague))
        ),
        st.sampled_from([FIRST, SECOND]),
        FEW,
        FEW,
        st.just({}) | st.dictionaries(st.sampled_from(VAGUE), FEW),
    ),
    st.builds(
        lambda events: (
            lambda made, n: made.may_say(
                alert(events, n), "hospital", shown(sum(events.values()), ROUNDED)
            )
        ),
        st.dictionaries(DAYS, st.integers(1, 12), min_size=1),
    ),
)


@settings(max_examples=deep(15, 200), deadline=None)
@given(st.lists(TOLD, min_size=3, max_size=10), st.booleans())
def test_answers_are_those_of_a_guard_that_finds_everything_anew(
    told: list[Callable[[Guard, int], object]], public: bool
) -> None:
    made, forgetful = (guard(frozenset({"knife"} if public else ())) for _ in range(2))
    for n, tell in enumerate(told):
        for name in Guard.REMEMBERS:
            setattr(forgetful, name, getattr(forgetful, name))
        assert tell(made, n) == tell(forgetful, n)
