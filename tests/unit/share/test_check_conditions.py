"""Clauses ask for values that exist, say what null means, and can come true."""

import pytest

HUB = "police-to-hub"
FILE = "police-to-hub.yaml"


@pytest.mark.parametrize(
    ("field", "value", "good"),
    [
        ("hub_category", "knife", True),
        ("hub_category", "knives", False),
        ("agency_category", "police_offence_codes:8N", True),
        ("agency_category", "8N", False),
        ("agency_category", "police_offence_codes:nothing", False),
        ("severity", 4, True),
        ("severity", 6, False),
        ("weapon", "kitchen-knife", True),
        ("weapon", "spoon-of-doom", False),
        ("setting", "street", True),
        ("qualifiers", "604", True),
        ("qualifiers", "Y5", False),
        ("age_band", "16-17", True),
        ("age_band", "16", False),
        ("held_for", "policing", True),
        ("held_for", "gossip", False),
        ("confidence", "street", True),
        ("confidence", "sure", False),
        ("district", "E07000218", True),
        ("district", "E07999999", False),
        ("ciog", "north", True),
        ("ciog", "up", False),
        ("csp", "E22000319", True),
        ("csp", "north", False),
    ],
)
def test_a_value_must_be_a_code_of_its_list(rules, field, value, good) -> None:
    rules.agreements[HUB]["only_when"] = {field: {"any_of": [value]}}
    assert (("unknown-value", FILE) not in rules.errors()) is good


def test_the_finding_stands_at_the_value(rules) -> None:
    rules.agreements[HUB]["only_when"] = {"severity": {"any_of": [1, 2, 9]}}
    ((finding,), _) = rules.check()
    assert rules.files()[FILE].splitlines()[finding.line - 1].strip() == "- 9"


@pytest.mark.parametrize("field", ["hub_category", "agency_category", "held_for"])
def test_what_is_never_null_may_not_speak_of_null(rules, field) -> None:
    values = {"hub_category": "knife", "held_for": "policing"}
    value = values.get(field, "police_offence_codes:8N")
    rules.agreements[HUB]["only_when"] = {field: {"any_of": [value], "or_null": False}}
    assert ("never-null", FILE) in rules.errors()


def test_inside_a_never_a_nullable_field_must_speak_of_null(rules) -> None:
    never = {"when": {"severity": {"any_of": [1]}}, "why": "too small"}
    rules.agreements[HUB]["never_when"] = [never]
    assert ("null-unsaid", FILE) in rules.errors()
    never["when"]["severity"]["or_null"] = True
    assert rules.errors() == []
    rules.agreements[HUB]["never_when"] = []
    rules.agreements[HUB]["only_when"] = {"severity": {"any_of": [4]}}
    assert rules.errors() == []


def test_conditions_that_never_hold_are_a_warning(rules) -> None:
    rules.cases[HUB] = []
    rules.agreements[HUB]["only_when"] = {
        "agency_category": {"any_of": ["police_offence_codes:8N"]},
        "hub_category": {"only": ["missing"]},
    }
    assert rules.errors() == []
    assert rules.warnings() == ["unreachable"]


def test_a_never_that_swallows_everything_is_a_warning(rules) -> None:
    rules.cases[HUB] = []
    rules.agreements[HUB]["only_when"] = {"hub_category": {"any_of": ["missing"]}}
    rules.agreements[HUB]["never_when"] = [
        {"when": {"hub_category": {"any_of": ["missing"]}}, "why": "not for this"}
    ]
    assert rules.warnings() == ["unreachable"]


def test_a_never_that_no_event_can_match_is_a_warning(rules) -> None:
    rules.agreements[HUB]["never_when"] = [
        {
            "when": {
                "agency_category": {"any_of": ["police_offence_codes:8N"]},
                "hub_category": {"none_of": ["violence-injury"]},
            },
            "why": "impossible: the code itself is violence with injury",
        }
    ]
    assert rules.errors() == []
    assert rules.warnings() == ["never-matches-nothing"]


def test_a_type_that_cannot_pass_is_named(rules) -> None:
    (_, incident) = rules.parties["parties"][0]["feeds"]
    incident["held_for"] = ["community-safety"]
    rules.parties["parties"][0]["functions"] = ["policing", "community-safety"]
    rules.agreements[HUB].update(
        events=["police.crime.v1", "police.incident.v1"],
        held_for=["policing", "community-safety"],
        lane="anonymised",
        fields=rules.fields(suspect_token="drop"),
        only_when={
            "held_for": {"any_of": ["policing"]},
            "hub_category": {"none_of": ["sexual", "domestic-abuse"]},
        },
    )
    assert rules.errors() == []
    assert rules.warnings() == ["not-assessed", "unreachable", "floor"]
