"""What the decision table keeps: bounded, whatever is sent, and of no weight in what it decides."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from cioghub.steps.share import alike
from cioghub.vocabulary import known
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.coding import type_codings
from spec import drawn
from spec.crimes import crime
from spec.deciding import Hub, loaded

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
    assert len(events()) > MOST >= max(map(len, kept))


def test_what_one_bundle_decided_is_not_taken_for_the_decision_of_another() -> None:
    rules = drawn.shipped_rules()
    before = Hub(loaded(rules, AREAS).bundle)
    for name in drawn.agreement_names(rules):
        rules[name]["ends"] = rules[name]["starts"]
    after = Hub(loaded(rules, AREAS).bundle)
    # One validator holds the record, on which both tables note what they decided.
    valid = before.validator.validate(crime(1))
    day = local_day(valid.time, before.zone)
    first = before.table.decide(valid, day)
    assert first.permitted
    assert not after.table.decide(valid, day).permitted
    assert before.table.decide(valid, day) is first


def test_what_codes_say_is_never_taken_for_what_others_said_before_it_was_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub = Hub(loaded(drawn.shipped_rules(), AREAS).bundle)
    coding = type_codings(hub.bundle.schemas.values())["police.crime.v1"]
    coded = [hub.validator.validate(event).coded.values() for event in (*events(), *events())]
    free, bound = (alike.Alike(coding, (), hub.bundle.lists) for _ in range(2))
    wanted = [free.seen(one, 0).said for one in coded]
    monkeypatch.setattr(alike, "MOST", MOST)
    said = [bound.seen(one, 0).said for one in coded]
    assert len(set(zip(said, wanted, strict=True))) == len(set(said)) > len(set(wanted))
