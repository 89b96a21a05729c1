"""Each agreement is refused for what touches a wall or stands on nothing, at its line."""

from dataclasses import replace
from datetime import date

import pytest

from cioghub.steps.share.check import check

HUB = "police-to-hub"
FILE = "police-to-hub.yaml"


def test_the_small_bundle_is_good(rules) -> None:
    errors, warnings = rules.check()
    assert errors == []
    assert warnings == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agreement": "another-name"}, "name-differs"),
        ({"publisher": "nobody"}, "unknown-party"),
        ({"recipient": "nobody", "release": {}}, "unknown-recipient"),
        ({"release": {"nobody": "level"}}, "unknown-audience"),
        ({"gateway": "no-power"}, "unknown-gateway"),
        ({"held_for": ["gossip"]}, "unknown-function"),
        ({"held_for": ["policing", "probation"]}, "not-of-publisher"),
        ({"held_for": ["policing", "policing"]}, "repeated-value"),
        ({"events": ["police.crime.v9"]}, "unknown-type"),
        ({"events": ["feed.heartbeat.v1"]}, "control-type"),
        ({"events": ["schools.concern.v1"]}, "not-of-publisher"),
        ({"events": ["police.crime.v1", "police.crime.v1"]}, "repeated-value"),
        ({"starts": "2027-04-01"}, "dates-reversed"),
        ({"recipient": "schools"}, "release-elsewhere"),
        ({"lane": "anonymised"}, "token-in-anonymised-lane"),
    ],
)
def test_what_does_not_stand_is_an_error_in_its_file(rules, changes, code) -> None:
    rules.agreements[HUB].update(changes)
    assert (code, FILE) in rules.errors()


@pytest.mark.parametrize(
    ("field", "treatment", "code"),
    [
        ("suspect_token", "keep", "token-in-clear"),
        ("place_token", "keep", "token-in-clear"),
        ("victim_token", {"generalise": "wide"}, "token-in-clear"),
        ("severity", "pseudonymise", "not-a-token"),
        ("weapon", {"generalise": "wide"}, "wrong-level"),
        ("area", {"generalise": "day"}, "wrong-level"),
        ("recorded_at", {"generalise": "year"}, "wrong-level"),
        ("age_band", {"generalise": "hub"}, "wrong-level"),
        ("category", {"generalise": "district"}, "wrong-level"),
        ("occurred_to", {"generalise": "day"}, "ends-differ"),
        ("occurred_from", "drop", "ends-differ"),
        ("colour", "keep", "unknown-field"),
    ],
)
def test_a_treatment_that_a_field_cannot_have_is_an_error(rules, field, treatment, code) -> None:
    rules.agreements[HUB]["fields"] = rules.fields(**{field: treatment})
    assert (code, FILE) in rules.errors()


@pytest.mark.parametrize("treatment", ["keep", "drop", {"generalise": "month"}])
def test_both_ends_of_an_interval_treated_alike_are_good(rules, treatment) -> None:
    rules.agreements[HUB]["fields"] = rules.fields(occurred_from=treatment, occurred_to=treatment)
    assert rules.errors() == []


@pytest.mark.parametrize("field", ["severity", "suspect_token", "area", "recorded_at"])
def test_every_field_of_the_schema_must_be_decided(rules, field) -> None:
    fields = rules.fields()
    del fields[field]
    rules.agreements[HUB]["fields"] = fields
    errors, _ = rules.check()
    (undecided,) = [one for one in errors if one.code == "undecided-field"]
    assert f"`{field}`" in undecided.message


def test_an_agreement_on_two_types_decides_the_fields_of_both(rules) -> None:
    rules.agreements[HUB]["events"] = ["police.crime.v1", "police.incident.v1"]
    assert rules.errors() == []


def health(rules, **changes):
    fields = rules.fields(injury_intent="keep", injury_mechanism="keep", disposal="drop")
    for token in ("suspect_token", "victim_token", "place_token"):
        del fields[token]
    given = {
        "publisher": "hospital",
        "held_for": ["health"],
        "events": ["health.assault.v1"],
        "fields": fields,
        "lane": "anonymised",
        "release": {"board": "rounded"},
        **changes,
    }
    return rules.add("hospital-to-hub", **given)


def test_health_to_the_correlator_in_the_anonymised_lane_is_good(rules) -> None:
    health(rules)
    assert rules.errors() == []
    assert rules.warnings() == ["not-assessed"]


@pytest.mark.parametrize("recipient", ["police", "tactical", "council"])
def test_health_has_no_other_recipient(rules, recipient) -> None:
    health(rules, recipient=recipient, release={})
    assert ("wall-recipient", "hospital-to-hub.yaml") in rules.errors()


def test_health_never_travels_in_the_pseudonymised_lane(rules) -> None:
    health(rules, lane="pseudonymised")
    assert ("wall-lane", "hospital-to-hub.yaml") in rules.errors()


@pytest.mark.parametrize("function", ["health", "social-care", "education"])
def test_the_wall_goes_by_the_function_and_not_by_the_organisation(rules, function) -> None:
    (crime, _) = rules.parties["parties"][0]["feeds"]
    crime["held_for"] = [function]
    fields = rules.fields(suspect_token="drop")
    rules.add(
        "to-council",
        recipient="council",
        held_for=[function],
        lane="anonymised",
        fields=fields,
        release={},
    )
    assert ("wall-recipient", "to-council.yaml") in rules.errors()


def test_health_data_of_any_agency_never_travels_beside_a_token(rules) -> None:
    loaded = rules.load()
    schemas = loaded.bundle.schemas
    crime = schemas["police.crime.v1"]
    as_health = tuple(
        replace(field, privacy_class="health") if field.name == "severity" else field
        for field in crime.fields
    )
    schemas["police.crime.v1"] = replace(crime, fields=as_health)
    errors, _ = check(loaded)
    (found,) = [one for one in errors if one.code == "health-beside-token"]
    assert "`severity`" in found.message


def test_fire_has_no_tokens_so_no_pseudonymised_lane(rules) -> None:
    (crime, _) = rules.parties["parties"][0]["feeds"]
    crime["held_for"] = ["fire-rescue"]
    rules.agreements[HUB]["held_for"] = ["fire-rescue"]
    assert ("lane-function", FILE) in rules.errors()


@pytest.mark.parametrize(
    ("recipient", "good"), [("police", True), ("council", False), ("tactical", False)]
)
def test_schools_reach_the_police_and_nobody_else(rules, recipient, good) -> None:
    fields = rules.fields(suspect_token="drop")
    del fields["place_token"]
    rules.add(
        "schools-out",
        publisher="schools",
        recipient=recipient,
        held_for=["education"],
        events=["schools.concern.v1"],
        lane="anonymised",
        fields=fields,
        release={},
    )
    assert (("wall-recipient", "schools-out.yaml") not in rules.errors()) is good


def test_papers_must_exist_once_any_are_declared(rules) -> None:
    def paper(name: str, ends: str = "2027-03-31") -> dict[str, str]:
        return {"id": name, "kind": "paper", "starts": "2025-01-31", "ends": ends}

    rules.settings = {"papers": [paper("PD"), paper("DPIA")]}
    assert rules.errors() == [("unknown-paper", FILE)]
    rules.settings["papers"].append(paper("partnership", ends="2026-03-31"))
    assert rules.errors() == []
    assert rules.warnings() == ["paper-dates"]


def test_a_review_date_counts_only_against_a_day_that_is_given(rules) -> None:
    assert rules.warnings() == []
    assert rules.warnings(on=date(2026, 12, 31)) == []
    assert rules.warnings(on=date(2027, 1, 1)) == ["review-passed"]


def test_a_finding_stands_at_the_value_it_is_about(rules) -> None:
    rules.agreements[HUB]["fields"] = rules.fields(place_token="keep")
    ((finding,), _) = rules.check()
    line = rules.files()[FILE].splitlines()[finding.line - 1]
    assert line == "  place_token: keep"
    assert finding.column == 3
    assert finding.hint


def test_findings_come_by_file_and_line(rules) -> None:
    rules.add("zebra", publisher="nobody", gateway="none")
    rules.agreements[HUB].update(gateway="none", publisher="nobody")
    errors, _ = rules.check()
    assert errors == sorted(errors, key=lambda one: (one.file, one.line, one.code))
    assert {one.file for one in errors} == {FILE, "zebra.yaml"}


def test_two_files_with_one_name_are_told_apart(rules) -> None:
    rules.add("zebra", agreement=HUB)
    assert ("repeated-name", "zebra.yaml") in rules.errors()
