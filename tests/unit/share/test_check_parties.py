"""Who takes part is declared once, and every name leads somewhere."""

import pytest


def spoil_source(parties) -> None:
    parties["parties"][1]["feeds"][0]["source"] = "/police/crime"


def spoil_type(parties) -> None:
    parties["parties"][1]["feeds"][0]["types"] = ["health.rumour.v1"]


def spoil_function(parties) -> None:
    parties["parties"][1]["feeds"][0]["held_for"] = ["gossip"]


def spoil_member(parties) -> None:
    parties["groups"][0]["members"] = ["police", "nobody"]


def spoil_area(parties) -> None:
    parties["groups"][1]["areas"][0]["code"] = "atlantis"


def spoil_party(parties) -> None:
    parties["parties"][3]["id"] = "police"


def spoil_group(parties) -> None:
    parties["groups"][1]["id"] = "schools"


def spoil_hub(parties) -> None:
    parties["groups"][1]["id"] = "hub-correlation"


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (spoil_source, "repeated-source"),
        (spoil_type, "unknown-type"),
        (spoil_function, "unknown-function"),
        (spoil_member, "unknown-party"),
        (spoil_area, "unknown-area"),
        (spoil_party, "repeated-name"),
        (spoil_group, "repeated-name"),
        (spoil_hub, "reserved-name"),
    ],
)
def test_a_name_that_leads_nowhere_or_twice_is_an_error(rules, spoil, code) -> None:
    spoil(rules.parties)
    assert (code, "parties.yaml") in rules.errors()


def test_a_hospitals_data_held_for_something_else_is_worth_a_look(rules) -> None:
    rules.parties["parties"][1]["feeds"][0]["held_for"] = ["community-safety"]
    assert set(rules.warnings()) == {"health-held-for", "function-not-of-party"}


def test_a_gateway_declared_twice_is_an_error(rules) -> None:
    rules.gateways["gateways"].append({"id": "power"})
    assert rules.errors() == [("repeated-name", "gateways.yaml")]
