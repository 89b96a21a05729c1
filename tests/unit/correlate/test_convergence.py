"""Convergence: weak signals of the declared number of agencies, in one neighbourhood."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from tests.unit.correlate.hub_set import HubSet, gap, ids, raising, signals

from cioghub.steps.correlate.convergence import PATTERNS
from cioghub.vocabulary.areas import Place
from cioghub.vocabulary.signals import Signal, SignalKind

TODAY = 120
COUNTY_LINES = next(p for p in PATTERNS if p.name == "county-lines")
SEEN = {"police": "missing", "schools": "exploitation", "health": "knife", "fire": "arson-threat"}


def past(hub: HubSet, kinds: tuple[str, ...] = tuple(SEEN), upto: int = TODAY) -> None:
    """Give each agency a thin past, all over the county."""
    places = [p for p in hub.areas.places("lsoa11") if p.ciog]
    for n, kind in enumerate(kinds):
        hub.every(1, upto, places[n::7], kind=kind, categories=(SEEN[kind],))


def meet(hub: HubSet, place: Place, *kinds: str, many: int = 3, **more: Any) -> list[str]:
    return [
        hub.add(TODAY - 2 * n - 2, place, kind=kind, categories=(SEEN[kind],), **more)
        for kind in kinds
        for n in range(many)
    ]


def county_lines(hub: HubSet) -> list[Signal]:
    found = raising(signals(hub, TODAY, SignalKind.CONVERGENCE))
    return [one for one in found if one.hub_category == "county-lines"]


def test_weak_signals_of_four_agencies_in_one_neighbourhood_meet(hub: HubSet) -> None:
    past(hub)
    made = meet(hub, hub.place("east", 20), "police", "schools", "health", "fire")
    (found,) = county_lines(hub)
    assert set(made) <= ids(found)
    assert found.ciogs[0] == "east"
    assert {one.kind for one in found.evidence} == set(SEEN)
    assert found.seen == len(found.evidence) > found.expected
    assert found.pattern == COUNTY_LINES.words


def test_two_neighbourhoods_are_told_one_by_one(hub: HubSet) -> None:
    past(hub)
    for ciog in ("north", "south"):
        meet(hub, hub.place(ciog, 20), "police", "schools", "health", "fire")
    assert sorted(one.ciogs[0] for one in county_lines(hub)) == ["north", "south"]


def test_what_met_before_in_the_same_place_does_not_hide_what_meets_now(hub: HubSet) -> None:
    past(hub)
    place = hub.place("east", 20)
    for kind in SEEN:
        for n in range(12):
            hub.add(40 + n % 8, place, kind=kind, categories=(SEEN[kind],))
    made = meet(hub, place, "police", "schools", "health", "fire")
    (found,) = county_lines(hub)
    assert set(made) <= ids(found)


def test_both_sides_of_a_border_meet_in_one(hub: HubSet) -> None:
    past(hub)
    places = hub.areas.places("lsoa11")
    sides = [[p for p in places if p.ciog == ciog] for ciog in ("north", "east")]
    apart = [pair for pair in product(*sides) if gap(*pair) > 2 * COUNTY_LINES.kilometres + 0.1]
    north, east = min(apart, key=lambda pair: gap(*pair))
    for place in (north, east):
        meet(hub, place, "police", "schools", "health", "fire")
    (found,) = county_lines(hub)
    assert set(found.ciogs) == {"north", "east"}


def test_fewer_agencies_than_the_pattern_declares_do_not_meet(hub: HubSet) -> None:
    past(hub, ("police", "schools"))
    meet(hub, hub.place("east", 20), "police", "schools", many=9)
    assert COUNTY_LINES.agencies == 3
    assert county_lines(hub) == []


def test_the_same_signals_far_apart_do_not_meet(hub: HubSet) -> None:
    past(hub)
    for n, kind in enumerate(SEEN):
        meet(hub, hub.place(("north", "east", "south", "south")[n], 5 + 40 * n % 60), kind)
    assert county_lines(hub) == []


def test_the_usual_alone_does_not_meet(hub: HubSet) -> None:
    past(hub)
    assert raising(signals(hub, TODAY, SignalKind.CONVERGENCE)) == []


def test_what_only_searches_find_does_not_count_towards_it(hub: HubSet) -> None:
    past(hub)
    place = hub.place("east", 20)
    meet(hub, place, "schools", "health", many=1)
    for kind in ("police", "fire"):
        meet(hub, place, kind, many=8, generated=(SEEN[kind],))
    assert county_lines(hub) == []


def test_a_rise_of_the_whole_county_meets_nowhere(hub: HubSet) -> None:
    past(hub, ("police", "health", "fire"))
    places = [p for p in hub.areas.places("lsoa11") if p.ciog]
    for n, kind in enumerate(("police", "health", "fire")):
        for k in range(0, len(places), 7):
            hub.add(TODAY - 1 - k % 20, places[(k + n) % 339], kind=kind, categories=(SEEN[kind],))
    assert county_lines(hub) == []


def test_a_newcomer_neither_speaks_nor_silences(hub: HubSet) -> None:
    past(hub)
    place = hub.place("east", 20)
    made = meet(hub, place, "police", "schools", "fire", many=4)
    new = meet(hub, place, "health", many=4, publisher="new hospital")
    (found,) = county_lines(hub)
    assert set(made) <= ids(found)
    assert not set(new) & ids(found)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: p.name)
def test_each_pattern_asks_for_no_more_agencies_than_it_names(pattern: object) -> None:
    assert isinstance(pattern, type(COUNTY_LINES))
    assert 2 <= pattern.agencies <= len(pattern.needs)
