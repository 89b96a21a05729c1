"""What the decision table keeps: bounded, whatever is sent, and of no weight in what it decides."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from cioghub.steps.share import alike
from cioghub.vocabulary import known
from cioghub.vocabulary.coding import type_codings
from cioghub.vocabulary.rules import CONDITION_FIELDS, NULLABLE_CONDITION_FIELDS
from spec import drawn
from spec.crimes import crime
from spec.deciding import Hub, loaded
from spec.obvious import Shared, Withheld

AREAS = Path(__file__).parents[3] / "deploy" / "areas" / "warwickshire.yaml"
MOST = 50
_SEVERITIES = (1, 3, 5)


def events() -> list[dict[str, Any]]:
    """Return more events than fit in the bound: in qualifiers, in places, and not in step."""
    codes = ("604", "606", "610", "633", "635", "636", "658", "659", "671", "672")
    several = [(q, s) for n, q in enumerate(combinations(codes, 3)) for s in _SEVERITIES[n % 3 :]]
    return [
        crime(
            number,
            area={"code": f"E01{number:06}", "edition": "lsoa11", "confidence": "street"},
            severity=severity,
            qualifiers=list(qualifiers),
        )
        for number, (qualifiers, severity) in enumerate(several)
    ]


def test_a_flood_of_combinations_fills_no_memory_and_changes_no_decision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle = loaded(drawn.shipped_rules(), AREAS).bundle
    free = Hub(bundle)
    wanted = [free.outcomes(event) for event in events()]
    assert None not in wanted
    monkeypatch.setattr(alike, "MOST", MOST)
    monkeypatch.setattr(known, "MOST", MOST)
    bound = Hub(bundle)
    assert [bound.outcomes(event) for event in (*events(), *events())] == [*wanted, *wanted]
    keepers = (bound.table, *bound.table._alike.values())
    kept = [kept for keeper in keepers for kept in vars(keeper).values() if isinstance(kept, dict)]
    kept += [relevant.kinds for relevant in bound.table._relevant.values()]
    assert len(events()) > MOST >= max(map(len, kept))


ELSEWHERE = {"code": "E01031183", "edition": "lsoa11", "confidence": "street"}
AT_A_SITE = {**crime(0)["data"]["area"], "confidence": "site-only"}
TOLD_APART: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "hub_category": (["robbery"], {"category": "34A"}),
    "agency_category": (["police_offence_codes:5D"], {"category": "5D"}),
    "severity": ([5], {"severity": 5}),
    "weapon": (["kitchen-knife"], {"weapon": "kitchen-knife"}),
    "setting": (["dwelling"], {"setting": "dwelling"}),
    "qualifiers": (["604"], {"qualifiers": ["604"]}),
    "age_band": (["18-24"], {"age_band": "18-24"}),
    "confidence": (
        ["site-only"],
        {"area": AT_A_SITE},
    ),
    "district": (["E07000221"], {"area": ELSEWHERE}),
    "csp": (["E22000359"], {"area": ELSEWHERE}),
    "ciog": (["south"], {"area": ELSEWHERE}),
}
"""Conditions, each with the change of an event that makes it hold."""


def test_every_condition_is_tried_but_the_one_that_a_feed_has_one_value_of() -> None:
    assert TOLD_APART.keys() == set(CONDITION_FIELDS) - {"held_for"}


@pytest.mark.parametrize("field", TOLD_APART)
def test_events_that_one_condition_tells_apart_are_decided_apart(field: str) -> None:
    values, change = TOLD_APART[field]
    rules = drawn.shipped_rules()
    clause: dict[str, Any] = {"any_of": values}
    if field in NULLABLE_CONDITION_FIELDS:
        clause["or_null"] = False
    rules["police-to-tactical-group.yaml"] |= {"only_when": {field: clause}}
    bundle = loaded(rules, AREAS).bundle
    other, asked = crime(1), crime(2, **change)
    withheld, shared = (Hub(bundle).outcomes(event) for event in (other, asked))
    assert withheld is not None
    assert shared is not None
    assert withheld["tactical-group"] == Withheld("only-when")
    assert isinstance(shared["tactical-group"], Shared)
    for order in ((other, asked), (asked, other)):
        warm = Hub(bundle)
        found = {event["id"]: warm.outcomes(event) for event in order}
        assert found == {other["id"]: withheld, asked["id"]: shared}


def test_what_codes_say_is_never_taken_for_what_others_said_before_it_was_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub = Hub(loaded(drawn.shipped_rules(), AREAS).bundle)
    coding = type_codings(hub.bundle.schemas.values())["police.crime.v1"]
    coded = [hub.validator.validate(event).coded for event in (*events(), *events())]
    free, bound = (alike.Alike(coding, (), hub.bundle.lists) for _ in range(2))
    wanted = [free.seen(one, 0).said for one in coded]
    monkeypatch.setattr(alike, "MOST", MOST)
    said = [bound.seen(one, 0).said for one in coded]
    assert len(set(zip(said, wanted, strict=True))) == len(set(said)) > len(set(wanted))
