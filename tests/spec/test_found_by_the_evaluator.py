"""Events on which the hub and the contract once differed, each kept as a plain example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cioghub.steps.share.check import check
from spec import drawn, other_deploys
from spec.crimes import crime
from spec.deciding import Hub, loaded


@pytest.fixture(scope="module")
def gappy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return other_deploys.write_gappy_areas(tmp_path_factory.mktemp("areas"))


def an_event(type_name: str = "police.crime.v1", **data: Any) -> dict[str, Any]:
    source, held_for = drawn.TYPES[type_name]
    area = {"code": "E01031000", "edition": "lsoa21", "confidence": "street"}
    event = crime(1, **{"area": area, "held_for": held_for, **data})
    return {**event, "source": source, "type": type_name}


def decided(rules: dict[str, Any], areas: Path, recipient: str, event: dict[str, Any]) -> Any:
    found = Hub(loaded(rules, areas).bundle).outcomes(event)
    assert found is not None
    return found[recipient]


def test_a_mixed_code_without_a_hub_category_keeps_the_wall_shut(gappy: Path) -> None:
    event = an_event(
        "police.incident.v1",
        category="violence-against-the-person",
        category_list="police_notifiable_classes",
        weapon="kitchen-knife",
    )
    shared = decided(drawn.shipped_rules(), gappy, "hub-correlation", event)
    assert shared.fields["area"]["edition"] == "district"


def test_an_unknown_district_is_null_to_a_condition_and_no_coarser_code(gappy: Path) -> None:
    rules = drawn.shipped_rules()
    agreement = rules["police-crime-to-hub.yaml"]
    agreement["only_when"] = {"district": {"none_of": ["E07000218"], "or_null": "false"}}
    nowhere = {"code": "E01031301", "edition": "lsoa21", "confidence": "street"}
    rugby = {"code": "E01031002", "edition": "lsoa21", "confidence": "street"}
    found = [
        decided(rules, gappy, "hub-correlation", an_event(area=area)) for area in (nowhere, rugby)
    ]
    assert found[0].reason == "only-when"
    assert found[1].fields["area"]["code"] == "E01031002"


def test_an_end_within_a_second_of_a_boundary_takes_the_next_bucket(gappy: Path) -> None:
    event = an_event(occurred_to="2025-11-14T23:00:00.25+00:00")
    shared = decided(drawn.shipped_rules(), gappy, "hub-correlation", event)
    assert shared.fields["occurred_from"] == "2025-11-14T22:00:00+00:00"
    assert shared.fields["occurred_to"] == "2025-11-15T00:00:00+00:00"


def test_schools_reach_no_group_even_if_a_check_were_passed_by(gappy: Path) -> None:
    rules = drawn.shipped_rules()
    rules["education-concern-to-police.yaml"]["recipient"] = "tactical-group"
    errors, _ = check(loaded(rules, gappy))
    assert errors
    event = an_event(
        "schools.concern.v1", category="group-tension", category_list="schools_concern_kinds"
    )
    assert decided(rules, gappy, "tactical-group", event).reason == "wall"
    assert decided(drawn.shipped_rules(), gappy, "warwickshire-police", event).fields["severity"]


def test_health_reaches_nobody_but_the_hub_and_only_without_tokens(gappy: Path) -> None:
    event = an_event(
        "health.assault.v1", category="X99", category_list="health_icd10_assault", weapon=None
    )
    rules = drawn.shipped_rules()
    assert decided(rules, gappy, "hub-correlation", event).fields["severity"] == 3
    rules["geh-to-hub.yaml"]["lane"] = "pseudonymised"
    assert decided(rules, gappy, "hub-correlation", event).reason == "wall"
    rules["geh-to-hub.yaml"] |= {"lane": "anonymised", "recipient": "tactical-group"}
    assert decided(rules, gappy, "tactical-group", event).reason == "wall"
