"""A published schema never changes in a way that an agency or a rule could feel."""

import copy
import json
from typing import Any

import pytest
from tests.contract.published_schemas import broken_promises, promise, published, schemas

from cioghub.vocabulary.schema import PRIVACY_CLASSES

COMMON = (
    "category",
    "category_list",
    "occurred_from",
    "occurred_to",
    "recorded_at",
    "area",
    "held_for",
    "severity",
    "weapon",
    "setting",
    "qualifiers",
    "age_band",
)
TOKENS = {"suspect_token", "victim_token", "place_token"}
FIRST_TYPES = {
    "police.crime.v1",
    "police.incident.v1",
    "fire.incident.v1",
    "health.assault.v1",
    "schools.suspension.v1",
    "schools.concern.v1",
    "schools.attendance.v1",
    "feed.heartbeat.v1",
    "event.correction.v1",
    "event.withdrawal.v1",
}
CODED = {
    "held_for": "held_for",
    "severity": "severity",
    "weapon": "weapons",
    "setting": "settings",
    "age_band": "age_bands",
}
INCIDENTS = [name for name in schemas() if not name.startswith(("feed.", "event."))]


def fields(name: str) -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in schemas()[name]["fields"]}


def test_every_schema_is_published_and_every_published_one_is_there() -> None:
    assert set(schemas()) == set(published())
    assert set(schemas()) >= FIRST_TYPES


@pytest.mark.parametrize("name", published())
def test_a_published_version_keeps_its_promise(name: str) -> None:
    assert broken_promises(published()[name], schemas()[name]) == set()


def spoilt(change: str) -> dict[str, Any]:
    schema = copy.deepcopy(schemas()["police.crime.v1"])
    by_name = {field["name"]: field for field in schema["fields"]}
    if change == "removed field":
        schema["fields"].remove(by_name["weapon"])
    elif change == "changed type":
        by_name["severity"]["type"] = ["null", "string"]
    elif change == "null no longer allowed":
        by_name["setting"]["type"] = "string"
        del by_name["setting"]["default"]
    elif change == "new field without default":
        schema["fields"].append({**by_name["category"], "name": "colour"})
    elif change == "new field":
        schema["fields"].append({**by_name["weapon"], "name": "colour"})
    elif change == "another privacy class":
        by_name["suspect_token"]["privacy_class"] = "attribute"
    elif change == "another code list":
        by_name["weapon"]["code_list"] = "settings"
    elif change == "no default":
        del by_name["weapon"]["default"]
    elif change == "better words":
        by_name["weapon"]["doc"] = "What was used to hurt or to threaten."
    return schema


UNREADABLE = "cannot read what was sent before"
UNREADABLE_BACK = "sends what readers of before cannot read"


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("removed field", {"another shape", UNREADABLE_BACK}),
        ("changed type", {"another shape", UNREADABLE, UNREADABLE_BACK}),
        ("null no longer allowed", {"another shape", UNREADABLE, "another default"}),
        ("new field without default", {"another shape", UNREADABLE}),
        ("new field", {"another shape"}),
        ("another privacy class", {"another privacy_class"}),
        ("another code list", {"another code_list"}),
        ("no default", {"another default"}),
        ("better words", set()),
    ],
)
def test_an_incompatible_change_is_refused(change: str, broken: set[str]) -> None:
    assert broken_promises(published()["police.crime.v1"], spoilt(change)) == broken


def test_a_promise_edited_to_fit_is_found() -> None:
    made = promise(spoilt("removed field"))
    made["fingerprint"] = published()["police.crime.v1"]["fingerprint"]
    assert "published.json was edited" in broken_promises(made, schemas()["police.crime.v1"])


@pytest.mark.parametrize("name", schemas())
def test_each_field_says_what_it_means_and_how_private_it_is(name: str) -> None:
    for field in schemas()[name]["fields"]:
        assert field["doc"].endswith(".")
        assert field["privacy_class"] in PRIVACY_CLASSES
        assert "code_list" in field


@pytest.mark.parametrize("name", INCIDENTS)
def test_every_incident_has_the_common_fields_first(name: str) -> None:
    found = fields(name)
    assert tuple(found)[: len(COMMON)] == COMMON
    assert {field: found[field]["code_list"] for field in CODED} == CODED
    assert found["qualifiers"]["code_list"]


@pytest.mark.parametrize("name", INCIDENTS)
def test_only_those_kinds_have_tokens_that_may(name: str) -> None:
    tokens = TOKENS & set(fields(name))
    kind = name.partition(".")[0]
    if kind == "police":
        assert tokens == TOKENS
    elif kind == "schools" and name != "schools.attendance.v1":
        assert tokens == {"suspect_token", "victim_token"}
    else:
        assert tokens == set()
    for token in tokens:
        wanted = "place-token" if token == "place_token" else "person-token"
        assert fields(name)[token]["privacy_class"] == wanted


def test_no_field_takes_free_text() -> None:
    """Each text field is closed by a code list, or has a grammar of its own."""
    grammars = {"category", "category_list", "occurred_from", "occurred_to", "recorded_at"}
    grammars |= TOKENS | {"id", "replacement", "complete_to"}
    for name in schemas():
        for field, written in fields(name).items():
            texts = "string" in json.dumps(written["type"]) and field != "area"
            assert not texts or written["code_list"] or field in grammars, (name, field)
