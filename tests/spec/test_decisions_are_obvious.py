"""A decision by table equals the slow, obvious answer written from the contract alone."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from spec import drawn, obvious

from cioghub.steps.share.check import check
from cioghub.steps.share.check_bundle import LoadedBundle, assemble_bundle, bundle_hash, read_texts
from cioghub.steps.share.decide import Permit
from cioghub.steps.share.table import Bundle, DecisionTable
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import Buckets, local_day
from cioghub.vocabulary.incidents import Rejected
from cioghub.wire.areas import read_areas
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.schemas import read_schemas

UNSHRUNK = (Phase.explicit, Phase.generate)
"""A folder of rules takes long to shrink; the message names the one event that differs."""


@pytest.fixture(scope="module")
def gappy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn.write_gappy_areas(tmp_path_factory.mktemp("areas"))


@cache
def areas_of(path: Path) -> Areas:
    return read_areas(path)


@cache
def lists_and_schemas() -> tuple[Any, Any]:
    return read_code_lists(drawn.LISTS), read_schemas(drawn.SCHEMAS)


def loaded(rules: dict[str, Any], areas: Path) -> LoadedBundle:
    lists, schemas = lists_and_schemas()
    contents = drawn.rule_texts(rules)
    texts = read_texts(contents)
    assert isinstance(texts, dict), texts
    hashed = bundle_hash(contents, lists, areas_of(areas), schemas)
    made = assemble_bundle(texts, lists, areas_of(areas), schemas, hashed)
    assert isinstance(made, LoadedBundle), made
    return made


class Hub:
    """The hub's own way of one event: validate, decide by table, treat."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.zone = ZoneInfo(bundle.areas.timezone)
        self.validator = Validator(
            bundle.parties, bundle.schemas, bundle.lists, bundle.areas, find_identifiers
        )
        self.table = DecisionTable(bundle, Buckets(self.zone))

    def outcomes(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """Return what each recipient gets, as a `Shared` or `Withheld` of the evaluator."""
        valid = self.validator.validate(event)
        if isinstance(valid, Rejected):
            return None
        decision = self.table.decide(valid, local_day(valid.time, self.zone))
        found: dict[str, Any] = {}
        for outcome, plan in zip(decision.outcomes, decision.plans, strict=True):
            if isinstance(outcome, Permit):
                assert plan is not None
                shared = plan.apply(valid)
                found[outcome.recipient] = obvious.Shared(
                    shared.data, frozenset(shared.tokens), shared.time
                )
            else:
                found[outcome.recipient] = obvious.Withheld(outcome.reason.value)
        return found


def same(hub: Any, wanted: obvious.Shared | obvious.Withheld) -> bool:
    """Say whether the hub's answer is the wanted one; times are compared as instants."""
    if isinstance(hub, obvious.Withheld) or isinstance(wanted, obvious.Withheld):
        return bool(hub == wanted)
    if hub.tokens != wanted.tokens or hub.fields.keys() != wanted.fields.keys():
        return False
    pairs = [(hub.fields[name], value) for name, value in wanted.fields.items()]
    return all(_equal(*pair) for pair in [*pairs, (hub.time, wanted.time)])


def _equal(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, datetime):
        return isinstance(found, str) and datetime.fromisoformat(found) == wanted
    if isinstance(wanted, set):
        return isinstance(found, list) and len(found) == len(wanted) and set(found) == wanted
    return type(found) is type(wanted) and bool(found == wanted)


def compare(hub: Hub, world: obvious.World, event: dict[str, Any]) -> int:
    """Ask both for every recipient; return to how many the event passes (-1: not accepted)."""
    found = hub.outcomes(event)
    if found is None:
        return -1
    wanted = {name: obvious.outcome(world, event, name) for name in world.recipients}
    assert found.keys() == wanted.keys()
    differing = [n for n in wanted if not same(found[n], wanted[n])]
    assert not differing, "\n".join(
        [str(event), *(f"{n}\n  hub    {found[n]}\n  wanted {wanted[n]}" for n in differing)]
    )
    return sum(isinstance(one, obvious.Shared) for one in wanted.values())


@cache
def shipped_hub(areas: Path) -> tuple[Hub, obvious.World, list[tuple[str, str]]]:
    rules = drawn.shipped_rules()
    hub = Hub(loaded(rules, areas).bundle)
    world = obvious.World(rules, drawn.LISTS, areas, drawn.SCHEMAS)
    return hub, world, drawn.places_of(areas)


@settings(max_examples=400)
@given(data=st.data())
def test_the_shipped_bundle_decides_every_event_as_the_contract_says(data: st.DataObject) -> None:
    hub, world, places = shipped_hub(drawn.AREAS)
    compare(hub, world, data.draw(drawn.events(places)))


@settings(max_examples=300)
@given(data=st.data())
def test_it_decides_so_where_wards_are_known_and_parents_are_missing(
    gappy: Path, data: st.DataObject
) -> None:
    hub, world, places = shipped_hub(gappy)
    compare(hub, world, data.draw(drawn.events(places)))


@settings(max_examples=25, phases=UNSHRUNK)
@given(data=st.data())
def test_a_changed_bundle_that_passes_its_check_decides_as_the_contract_says(
    gappy: Path, data: st.DataObject
) -> None:
    rules = data.draw(drawn.rule_folders())
    made = loaded(rules, gappy)
    errors, _ = check(made)
    if errors:
        return
    _decides_as_written(made, rules, gappy, data)


@settings(max_examples=60, phases=UNSHRUNK)
@given(data=st.data())
def test_even_a_bundle_that_was_never_checked_opens_no_wall(
    gappy: Path, data: st.DataObject
) -> None:
    rules = data.draw(drawn.rule_folders(bold=True))
    _decides_as_written(loaded(rules, gappy), rules, gappy, data)


def _decides_as_written(
    made: LoadedBundle, rules: dict[str, Any], areas: Path, data: st.DataObject
) -> None:
    hub = Hub(made.bundle)
    world = obvious.World(rules, drawn.LISTS, areas, drawn.SCHEMAS)
    for event in data.draw(st.lists(drawn.events(drawn.places_of(areas)), min_size=8, max_size=16)):
        compare(hub, world, event)
