"""Knots in the hub: adjacent places, both sides of a border, and newcomers that hide nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.unit.correlate.hub_set import HubSet, gap, ids, raising, signals

from cioghub.steps.correlate.cluster_extent import Extent
from cioghub.vocabulary.areas import Place
from cioghub.vocabulary.signals import Signal, SignalKind

TODAY = 130


def past(hub: HubSet, upto: int = TODAY, **more: Any) -> None:
    places = [p for p in hub.areas.places("lsoa11") if p.ciog]
    hub.every(1, upto, places[::11], **more)


def pair(hub: HubSet, one: str, other: str) -> tuple[Place, Place]:
    """Return the two closest places of two areas, or of one."""

    places = hub.areas.places("lsoa11")
    here = [p for p in places if p.ciog == one]
    there = [p for p in places if p.ciog == other]
    return min(((a, b) for a in here for b in there if a != b), key=lambda pair: gap(*pair))


def burst(hub: HubSet, place: Place, many: int = 8, **more: Any) -> list[str]:
    return [hub.add(TODAY - 1 - n, place, **more) for n in range(many)]


def knots(hub: HubSet, category: str = "knife") -> list[Signal]:
    found = raising(signals(hub, TODAY, SignalKind.CLUSTER))
    return [one for one in found if one.hub_category == category]


def test_two_adjacent_places_are_one_knot(hub: HubSet) -> None:
    past(hub)
    made = [id for place in pair(hub, "south", "south") for id in burst(hub, place)]
    (found,) = knots(hub)
    assert set(made) <= ids(found)
    assert found.ciogs == ("south",)


def test_a_knot_across_a_border_is_one_with_both_areas(hub: HubSet) -> None:
    past(hub)
    north, east = pair(hub, "north", "east")
    made = burst(hub, north, 9) + burst(hub, east, 8)
    (found,) = knots(hub)
    assert set(made) <= ids(found)
    assert found.ciogs == ("north", "east")


def test_first_events_of_a_hospital_do_not_hide_a_knot_of_police_events(hub: HubSet) -> None:
    past(hub)
    place = hub.place("east", 30)
    police = burst(hub, place)
    new = burst(hub, place, kind="health", publisher="new hospital")
    (found,) = knots(hub)
    assert set(police) <= ids(found)
    assert not set(new) & ids(found)


def test_first_events_of_a_publisher_alone_are_no_knot(hub: HubSet) -> None:
    past(hub)
    burst(hub, hub.place("east", 30), kind="health", publisher="new hospital")
    assert knots(hub) == []


def test_first_events_of_a_publisher_are_no_surge_and_hide_none(hub: HubSet) -> None:
    places = [p for p in hub.areas.places("lsoa11") if p.ciog == "north"]
    hub.every(2, TODAY, places)
    for n, place in enumerate(places[:60]):
        hub.add(TODAY - 1 - n % 14, place, publisher="neighbour")

    def surges() -> list[Signal]:
        return raising(signals(hub, TODAY, SignalKind.SURGE))

    assert surges() == []
    own = [hub.add(TODAY - 1 - n % 14, place) for n, place in enumerate(places[:40])]
    (found,) = [one for one in surges() if one.hub_category == "knife"]
    assert set(own) <= ids(found)
    assert {one.publisher for one in found.evidence} == {"police"}


def test_a_large_knot_does_not_hide_a_smaller_one_elsewhere(hub: HubSet) -> None:
    past(hub)
    large = burst(hub, hub.place("south", 10), 15)
    small = burst(hub, hub.place("north", 10), 7)
    first, second = knots(hub)
    assert set(large) <= ids(first)
    assert set(small) <= ids(second)


@pytest.mark.parametrize("ago", [0, 25])
def test_a_week_of_searches_hides_no_knot_then_or_later(hub: HubSet, ago: int) -> None:
    past(hub)
    for n in range(26):
        hub.add(TODAY - ago - 1 - n % 7, hub.place("south", n % 4), generated=("knife",))
    told = burst(hub, hub.place("north", 10), 7)
    alerts = [one for one in knots(hub) if not one.only_generated]
    assert [set(told) <= ids(one) for one in alerts] == [True]


def test_nothing_is_said_of_places_without_a_past(hub: HubSet) -> None:
    for day in range(TODAY - 20, TODAY):
        hub.add(day, hub.place("south", day % 3))
    assert knots(hub) == []


def test_most_of_it_found_by_searches_is_said(hub: HubSet) -> None:
    past(hub)
    burst(hub, hub.place("east", 30), 12, generated=("knife",))
    (found,) = knots(hub)
    assert found.only_generated


def line(gaps: list[float]) -> Extent:
    centres = np.array([[x, 0.0] for x in np.cumsum([0.0, *gaps])])
    return Extent(centres, 2.0)


def test_a_knot_grows_past_a_quiet_place_but_not_past_its_reach() -> None:
    extent = line([1.0, 1.0, 9.0])
    seen, usual = np.array([6, 0, 5, 6]), np.full(4, 0.2)
    assert extent.of([0], seen, usual).tolist() == [0, 2]


def test_a_single_event_beside_a_knot_and_an_ordinary_place_are_left_out() -> None:
    extent = line([1.0, 0.5])
    seen = np.array([6, 1, 4])
    assert extent.of([0], seen, np.array([0.2, 0.2, 4.0])).tolist() == [0]


def test_a_knot_never_shrinks() -> None:
    assert line([1.0]).of([0, 1], np.array([6, 0]), np.array([0.2, 3.0])).tolist() == [0, 1]


def test_a_past_outbreak_does_not_make_the_next_look_usual(hub: HubSet) -> None:
    past(hub)
    places = [hub.place("east", n) for n in (30, 31)]
    for ago in range(50, 57):
        for place in places:
            hub.add(TODAY - ago, place)
    again = [id for place in places for id in burst(hub, place, 6)]
    (found,) = knots(hub)
    assert set(again) <= ids(found)
    assert found.expected < 1
