"""Nobody reads more than is said, and nobody is told less than what they hold already."""

import pytest

HUB = "police-to-hub"
FILE = "police-to-hub.yaml"


def rows(rules, **changes) -> None:
    rules.add(
        "rows",
        recipient="tactical",
        release={},
        fields=rules.fields(area={"generalise": "district"}),
        **changes,
    )


@pytest.mark.parametrize("value", ["rounded", "level", None])
def test_rows_given_to_a_group_make_a_weaker_release_to_it_an_error(rules, value) -> None:
    rows(rules)
    assert rules.errors() == []
    release = rules.agreements[HUB]["release"]
    del release["tactical"]
    if value:
        release["tactical"] = value
    assert rules.errors() == [("weaker-than-rows", FILE)]


def test_what_a_member_has_read_in_one_group_it_knows_in_the_next(rules) -> None:
    rows(rules)
    rules.parties["groups"][1]["members"].append("police")
    assert rules.errors() == [("weaker-than-rows", FILE)]
    rules.agreements[HUB]["release"]["board"] = "exact"
    assert rules.errors() == []


def test_a_member_that_reads_for_itself_counts_too(rules) -> None:
    rows(rules)
    rules.agreements[HUB]["release"]["police"] = "rounded"
    assert rules.errors() == [("weaker-than-rows", FILE)]


def test_rows_of_other_events_or_of_another_publisher_say_nothing_of_these(rules) -> None:
    rules.agreements[HUB]["release"] = {"board": "rounded"}
    rows(rules, events=["police.incident.v1"])
    assert rules.errors() == []


def test_rows_to_a_party_are_no_rows_to_a_group(rules) -> None:
    rules.agreements[HUB]["release"] = {"board": "rounded"}
    rows(rules)
    rules.agreements["rows"]["recipient"] = "council"
    assert rules.errors() == []


@pytest.mark.parametrize("function", ["health", "social-care", "education"])
def test_health_social_care_and_schools_never_release_exact_counts(rules, function) -> None:
    (crime, _) = rules.parties["parties"][0]["feeds"]
    crime["held_for"] = [function]
    rules.cases[HUB] = []
    rules.agreements[HUB].update(
        held_for=[function],
        lane="anonymised",
        fields=rules.fields(suspect_token="drop"),
        release={"tactical": "exact"},
    )
    assert rules.errors() == [("exact-forbidden", FILE)]
    rules.agreements[HUB]["release"] = {"tactical": "rounded"}
    assert rules.errors() == []
