"""The hub's own way of one event, from rule files as values, beside the evaluator's answer."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cioghub.steps.share.assemble import read_file
from cioghub.steps.share.check_bundle import LoadedBundle, assemble_bundle, bundle_hash
from cioghub.steps.share.decide import Permit
from cioghub.steps.share.table import Bundle, DecisionTable
from cioghub.steps.share.yaml_text import RuleText
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import Buckets, local_day
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.incidents import Rejected
from cioghub.vocabulary.schema import EventSchema
from cioghub.wire.areas import read_areas
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.schemas import read_schemas
from spec import drawn, obvious


@cache
def areas_of(path: Path) -> Areas:
    return read_areas(path)


@cache
def lists_of(folder: Path) -> CodeLists:
    return read_code_lists(folder)


@cache
def schemas() -> dict[str, EventSchema]:
    return read_schemas(drawn.SCHEMAS)


@cache
def rule_text(content: str, name: str) -> RuleText:
    text = read_file(content, name)
    assert isinstance(text, RuleText), text
    return text


def loaded(rules: dict[str, Any], areas: Path, folder: Path = drawn.LISTS) -> LoadedBundle:
    lists = lists_of(folder)
    contents = drawn.rule_texts(rules)
    texts = {name: rule_text(content, name) for name, content in contents.items()}
    hashed = bundle_hash(contents, lists, areas_of(areas), schemas())
    made = assemble_bundle(texts, lists, areas_of(areas), schemas(), hashed)
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
