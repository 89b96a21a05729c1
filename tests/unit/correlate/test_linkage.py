"""Linkage: more subjects recur than usual; it needs repeats, and a past to compare with."""

from __future__ import annotations

from typing import Any

from tests.unit.correlate.hub_set import HubSet, at, ids, raising, signals

from cioghub.steps.correlate.linkage import Linkage
from cioghub.steps.correlate.recurred import Recurred
from cioghub.vocabulary.signals import SignalKind

TODAY = 200


def ordinary(hub: HubSet, since: int = 0) -> None:
    """Add events of subjects that are each named once."""
    for n, day in enumerate(range(since, TODAY, 2)):
        hub.add(day, hub.place("north", n % 5), suspect=1000 + n)


def recurring(hub: HubSet, subjects: int, times: int = 3, **more: Any) -> list[str]:
    return [
        hub.add(TODAY - 2 - 5 * k, hub.place("north", s % 5), suspect=s + 1, **more)
        for s in range(subjects)
        for k in range(times)
    ]


def test_several_subjects_that_recur_are_told_with_their_events(hub: HubSet) -> None:
    ordinary(hub)
    made = recurring(hub, 8)
    (found,) = raising(signals(hub, TODAY, SignalKind.LINKAGE))
    assert ids(found) == set(made)
    assert found.seen == found.subjects == 8
    assert found.ciogs == ("north",)


def test_subjects_named_twice_do_not_recur(hub: HubSet) -> None:
    ordinary(hub)
    recurring(hub, 8, times=2)
    assert signals(hub, TODAY, SignalKind.LINKAGE) == []


def test_one_subject_however_often_named_is_not_told(hub: HubSet) -> None:
    ordinary(hub)
    for day in range(TODAY - 20, TODAY - 1):
        hub.add(day, suspect=1)
    assert signals(hub, TODAY, SignalKind.LINKAGE) == []


def test_nothing_is_said_without_two_windows_of_history(hub: HubSet) -> None:
    ordinary(hub, since=TODAY - 60)
    recurring(hub, 8)
    assert signals(hub, TODAY, SignalKind.LINKAGE) == []


def test_what_always_recurs_is_usual(hub: HubSet) -> None:
    ordinary(hub)
    for window in range(7):
        for subject in range(8):
            for k in range(3):
                day = TODAY - 2 - 5 * k - 28 * window
                hub.add(day, suspect=100 * window + subject)
    assert raising(signals(hub, TODAY, SignalKind.LINKAGE)) == []


def test_a_subject_recurs_across_two_key_periods(hub: HubSet) -> None:
    ordinary(hub)
    for subject in range(1, 9):
        hub.add(TODAY - 12, suspect=subject)
        hub.add(TODAY - 8, suspect=subject + 50, former=subject)
        hub.add(TODAY - 4, suspect=subject + 50)
    (found,) = raising(signals(hub, TODAY, SignalKind.LINKAGE))
    assert found.subjects == 8


def test_a_newcomers_subjects_are_not_compared_with_the_others_past(hub: HubSet) -> None:
    ordinary(hub)
    recurring(hub, 8, publisher="neighbour")
    assert raising(signals(hub, TODAY, SignalKind.LINKAGE)) == []


def test_a_newcomer_does_not_hide_what_recurs_among_the_others(hub: HubSet) -> None:
    ordinary(hub)
    made = recurring(hub, 8)
    hub.add(TODAY - 3, suspect=777, publisher="neighbour")
    (found,) = raising(signals(hub, TODAY, SignalKind.LINKAGE))
    assert ids(found) == set(made)


def test_linkage_is_by_area(hub: HubSet) -> None:
    ordinary(hub)
    for subject in range(8):
        for ciog in ("north", "east", "south"):
            hub.add(TODAY - 3, hub.place(ciog), suspect=subject + 1)
    assert signals(hub, TODAY, SignalKind.LINKAGE) == []


def test_windows_that_nobody_counted_are_not_taken_for_quiet_ones(hub: HubSet) -> None:
    ordinary(hub)
    recurring(hub, 8)
    ticks = hub.settled()
    assert Linkage(ticks.columns).look(at(ticks, TODAY, Recurred())).signals == ()


def test_what_is_kept_of_a_window_is_a_number_by_area(hub: HubSet) -> None:
    ordinary(hub)
    recurring(hub, 8)
    recurring(hub, 3, publisher="neighbour")
    ticks = hub.settled()
    counts = Linkage(ticks.columns).look(at(ticks, TODAY)).counts
    assert {area: [n for _, n in steps] for area, steps in counts.items()} == {"north": [8, 8]}
