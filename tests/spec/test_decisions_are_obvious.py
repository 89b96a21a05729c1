"""A decision by table equals the slow, obvious answer written from the contract alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from tests.drilling import deep

from cioghub.steps.share import table
from cioghub.steps.share.check import check
from cioghub.steps.share.decide import decide
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.incidents import Rejected
from spec import drawn, obvious, other_deploys
from spec.deciding import Hub, compare, loaded

UNSHRUNK = (Phase.explicit, Phase.generate)
"""A folder of rules takes long to shrink; the message names the one event that differs."""


@pytest.fixture(scope="module")
def gappy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return other_deploys.write_gappy_areas(tmp_path_factory.mktemp("areas"))


@pytest.fixture(scope="module")
def other_lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return other_deploys.write_other_lists(tmp_path_factory.mktemp("lists"))


@cache
def shipped_hub(areas: Path) -> tuple[Hub, obvious.World, list[tuple[str, str]]]:
    rules = drawn.shipped_rules()
    hub = Hub(loaded(rules, areas).bundle)
    world = obvious.World(rules, drawn.LISTS, areas, drawn.SCHEMAS)
    return hub, world, other_deploys.places_of(areas)


@settings(max_examples=deep(120, 400))
@given(data=st.data())
def test_the_shipped_bundle_decides_every_event_as_the_contract_says(data: st.DataObject) -> None:
    hub, world, places = shipped_hub(drawn.AREAS)
    compare(hub, world, data.draw(drawn.events(places)))


@settings(max_examples=deep(120, 400))
@given(data=st.data())
def test_it_decides_so_where_wards_are_known_and_parents_are_missing(
    gappy: Path, data: st.DataObject
) -> None:
    hub, world, places = shipped_hub(gappy)
    compare(hub, world, data.draw(drawn.events(places)))


@settings(max_examples=deep(4, 12), phases=UNSHRUNK)
@given(data=st.data())
def test_a_changed_bundle_that_passes_its_check_decides_as_the_contract_says(
    gappy: Path, data: st.DataObject
) -> None:
    rules = data.draw(drawn.rule_folders())
    made = loaded(rules, gappy)
    errors, _ = check(made)
    assume(not errors)  # fails where no bundle passes: nothing would have been compared
    decides_as_written(Hub(made.bundle), rules, gappy, drawn.LISTS, data)


@settings(max_examples=deep(12, 40), phases=UNSHRUNK)
@given(data=st.data())
def test_even_a_bundle_that_was_never_checked_opens_no_wall(
    gappy: Path, data: st.DataObject
) -> None:
    rules = data.draw(drawn.rule_folders(bold=True))
    hub = Hub(loaded(rules, gappy).bundle)
    decides_as_written(hub, rules, gappy, drawn.LISTS, data)


@settings(max_examples=deep(7, 20), phases=UNSHRUNK)
@given(data=st.data())
def test_floors_lanes_and_dates_bind_wherever_a_code_list_has_them(
    gappy: Path, other_lists: Path, data: st.DataObject
) -> None:
    rules = data.draw(drawn.rule_folders())
    hub = Hub(loaded(rules, gappy, other_lists).bundle)
    decides_as_written(hub, rules, gappy, other_lists, data)


def decides_as_written(
    hub: Hub, rules: dict[str, Any], areas: Path, lists: Path, data: st.DataObject
) -> None:
    world = obvious.World(rules, lists, areas, drawn.SCHEMAS)
    for event in data.draw(some_events(areas)):
        compare(hub, world, event)


def some_events(areas: Path) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(drawn.events(other_deploys.places_of(areas)), min_size=12, max_size=30)


@settings(max_examples=deep(5, 15), phases=UNSHRUNK)
@given(data=st.data())
def test_what_was_decided_once_is_never_decided_again(gappy: Path, data: st.DataObject) -> None:
    asked: list[str] = []

    def counted(*arguments: Any) -> Any:
        asked.append(arguments[5])
        return decide(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "decide", counted)
        hub = Hub(shipped_hub(gappy)[0].bundle)
        accepted = []
        for event in data.draw(some_events(gappy)):
            valid = hub.validator.validate(event)
            if not isinstance(valid, Rejected):
                accepted.append((valid, local_day(valid.time, hub.zone)))
        first = [hub.table.decide(*one).id for one in accepted]
        tuples = {(valid.type, valid.coded, day) for valid, day in accepted}
        assert max(map(asked.count, hub.bundle.recipients), default=0) <= len(tuples)
        asked.clear()
        assert [hub.table.decide(*one).id for one in reversed(accepted)] == first[::-1]
        assert not asked


@settings(max_examples=deep(8, 25), phases=UNSHRUNK)
@given(data=st.data())
def test_what_lapses_widens_nothing(gappy: Path, data: st.DataObject) -> None:
    rules = data.draw(drawn.rule_folders())
    names = drawn.agreement_names(rules)
    before = Hub(loaded(rules, gappy).bundle)
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=8)):
        agreement = rules[name]
        last = data.draw(st.sampled_from(drawn.DAYS)).isoformat()
        agreement["ends"] = max(agreement["starts"], min(agreement["ends"], last))
    after = Hub(loaded(rules, gappy).bundle)
    compared = 0
    for event in data.draw(some_events(gappy)):
        had, has = before.outcomes(event), after.outcomes(event)
        if had is not None and has is not None:
            for recipient, outcome in has.items():
                # Two that met on one day gave an error, and nothing; `check` refuses such a bundle.
                overlapped = had[recipient] == obvious.Withheld("error")
                if isinstance(outcome, obvious.Shared) and not overlapped:
                    assert had[recipient] == outcome
                    compared += 1
    assume(compared)  # fails where nothing is shared in any example
