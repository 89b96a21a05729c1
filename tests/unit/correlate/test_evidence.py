"""Evidence is what the set says of a row, however often and in whichever tick it is asked for."""

from __future__ import annotations

import numpy as np
from tests.unit.correlate.hub_set import HubSet, at, on

from cioghub.steps.correlate.evidence import TURN


def test_an_event_says_who_where_and_when_by_the_order_of_ids(hub: HubSet) -> None:
    place = hub.place("north", 3)
    ids = [
        hub.add(2, place, kind="health", categories=("knife", "drugs")),
        hub.add(4, place),
        hub.add(1, place),
    ]
    found = at(hub.settled(), 9).evidence(np.arange(3)[::-1])
    assert [one.id for one in found] == sorted(ids)
    one = found[0]
    assert (one.number, one.kind, one.categories) == (0, "health", ("knife", "drugs"))
    assert (one.place, one.ciog, one.day) == (("lsoa11", place.code), "north", on(2))


def test_what_is_asked_for_again_and_again_is_one_thing(hub: HubSet) -> None:
    hub.every(1, 4, [hub.place()])
    ticks = hub.settled()
    everything = np.arange(4)
    days = 3 * TURN
    found = [at(ticks, 5 + day).evidence(everything) for day in range(days)]
    assert all(one is first for one, first in zip(found[-1], found[0], strict=True))


def test_what_is_asked_for_no_more_is_forgotten_and_made_again_the_same(hub: HubSet) -> None:
    hub.every(1, 4, [hub.place()])
    ticks = hub.settled()
    everything = np.arange(4)
    once = at(ticks, 5).evidence(everything)
    for day in range(2 * TURN):
        at(ticks, 6 + day).evidence(everything[2:])
    last = at(ticks, 6 + 2 * TURN).evidence(everything)
    assert last == once
    assert [one is other for one, other in zip(last, once, strict=True)].count(False) == 2
