"""No event is ever permitted twice to one recipient, and no rule promises what a floor forbids."""

import pytest

from cioghub.steps.share.check import check

HUB = "police-to-hub"
SECOND = "police-to-hub-too.yaml"


def overlapping(rules, **changes) -> bool:
    rules.cases[HUB] = []
    coarse = rules.fields(area={"generalise": "district"})
    rules.add("police-to-hub-too", **{"fields": coarse, **changes})
    errors = rules.errors()
    assert set(errors) <= {("overlap", SECOND)}
    return bool(errors)


@pytest.mark.parametrize(
    ("changes", "overlaps"),
    [
        ({}, True),
        ({"starts": "2027-03-31", "ends": "2028-03-31", "review_by": "2028-01-01"}, True),
        ({"starts": "2027-04-01", "ends": "2028-03-31", "review_by": "2028-01-01"}, False),
        ({"events": ["police.incident.v1"]}, False),
        ({"events": ["police.incident.v1", "police.crime.v1"]}, True),
        ({"recipient": "schools", "release": {}}, False),
        ({"only_when": {"hub_category": {"any_of": ["sexual"]}}}, False),
        ({"only_when": {"hub_category": {"any_of": ["sexual", "knife"]}}}, True),
        ({"only_when": {"hub_category": {"only": ["sexual", "domestic-abuse"]}}}, False),
        ({"only_when": {"hub_category": {"any_of": ["missing"]}}}, True),
    ],
)
def test_two_agreements_overlap_only_when_one_event_can_meet_both(rules, changes, overlaps):
    assert overlapping(rules, **changes) is overlaps


def split(rules, one: dict, other: dict) -> bool:
    rules.agreements[HUB]["only_when"] = one
    return overlapping(rules, only_when=other)


@pytest.mark.parametrize(
    ("one", "other", "overlaps"),
    [
        ({"severity": {"any_of": [1, 2]}}, {"severity": {"any_of": [3]}}, False),
        ({"severity": {"any_of": [1, 2]}}, {"severity": {"none_of": [1]}}, True),
        # Every listed severity on one side or the other, and null on neither or on both.
        ({"severity": {"any_of": [1]}}, {"severity": {"none_of": [1], "or_null": True}}, False),
        (
            {"severity": {"any_of": [1], "or_null": True}},
            {"severity": {"none_of": [1], "or_null": True}},
            True,
        ),
        # Several codes at once meet two clauses that one code could not.
        ({"qualifiers": {"any_of": ["604"]}}, {"qualifiers": {"any_of": ["605"]}}, True),
        ({"qualifiers": {"only": ["604"]}}, {"qualifiers": {"any_of": ["605"]}}, False),
        ({"qualifiers": {"only": ["604", "605"]}}, {"qualifiers": {"any_of": ["605"]}}, True),
        # A code has its hub category, whatever else an event brings along.
        (
            {"agency_category": {"any_of": ["police_offence_codes:8N"]}},
            {"hub_category": {"none_of": ["violence-injury"]}},
            False,
        ),
        (
            {"agency_category": {"any_of": ["police_offence_codes:8N"]}},
            {"hub_category": {"any_of": ["knife"]}},
            True,
        ),
        (
            {"agency_category": {"any_of": ["police_offence_codes:8N"]}},
            {"hub_category": {"only": ["violence-injury"]}},
            True,
        ),
        # A place has one district, and its district one area.
        ({"ciog": {"any_of": ["north"]}}, {"ciog": {"any_of": ["south"]}}, False),
        ({"ciog": {"any_of": ["north"]}}, {"district": {"any_of": ["E07000218"]}}, True),
        ({"ciog": {"any_of": ["south"]}}, {"district": {"any_of": ["E07000218"]}}, False),
    ],
)
def test_conditions_split_agreements_exactly(rules, one, other, overlaps) -> None:
    assert split(rules, one, other) is overlaps


def test_a_never_of_either_splits_them_too_whatever_its_dates(rules) -> None:
    knife = {"when": {"hub_category": {"any_of": ["knife"]}}, "why": "another way"}
    rules.add("lapsed", starts="2020-01-01", ends="2021-01-01", never_when=[knife])
    rules.agreements["lapsed"]["review_by"] = "2020-06-01"
    rules.agreements[HUB]["only_when"] = {"hub_category": {"any_of": ["knife"]}}
    assert not overlapping(rules)


def test_the_example_says_which_event_two_agreements_share(rules) -> None:
    rules.cases[HUB] = []
    rules.agreements[HUB]["only_when"] = {"weapon": {"any_of": ["kitchen-knife"]}}
    rules.add("police-to-hub-too", only_when={"severity": {"any_of": [5]}})
    ((finding,), _) = rules.check()
    assert "`weapon` kitchen-knife" in finding.message
    assert "`severity` 5" in finding.message
    assert "`police-to-hub`" in finding.message


ONLY_WALLED = {"hub_category": {"any_of": ["sexual", "domestic-abuse"]}}


def test_a_rule_finer_than_the_wall_on_all_it_reaches_is_an_error_even_to_the_hub(rules) -> None:
    rules.cases[HUB] = []
    rules.agreements[HUB]["only_when"] = ONLY_WALLED
    ((finding,), _) = rules.check()
    assert finding.code == "floor"
    assert "{generalise: district}" in finding.hint
    rules.agreements[HUB]["fields"] = rules.fields(area={"generalise": "district"})
    assert rules.check() == ([], [])


def test_a_rule_finer_than_the_wall_on_some_is_a_warning(rules) -> None:
    rules.agreements[HUB]["only_when"] = {}
    assert rules.errors() == []
    assert rules.warnings() == ["floor"]


def test_ordinary_floors_bind_outside_the_hub_only(rules) -> None:
    rules.cases[HUB] = []
    homicide = {"agency_category": {"any_of": ["police_offence_codes:1"]}}
    rules.agreements[HUB]["only_when"] = {
        "agency_category": {"none_of": ["police_offence_codes:1"]}
    }
    rules.agreements[HUB]["release"] = {"tactical": "exact"}
    rules.add("rows", recipient="tactical", only_when=homicide, release={})
    assert rules.errors() == [("floor", "rows.yaml")]
    rules.agreements["rows"]["recipient"] = "hub-correlation"
    rules.agreements["rows"]["release"] = {"tactical": "exact"}
    assert rules.errors() == []


def test_an_event_whose_floor_comes_from_a_dropped_field_is_announced(rules) -> None:
    rules.add(
        "rows",
        recipient="schools",
        release={},
        fields=rules.fields(weapon="drop", area={"generalise": "msoa"}),
    )
    assert "floor-of-dropped" in rules.warnings()
    rules.agreements["rows"]["fields"]["area"] = "drop"
    assert rules.warnings() == []


def test_forty_agreements_are_checked(rules) -> None:
    rules.cases[HUB] = []
    del rules.agreements[HUB]
    for number in range(40):
        qualifier = ("604", "605", "607", "609", "610")[number % 5]
        rules.add(
            f"many-{number}",
            only_when={
                "severity": {"any_of": [number % 5 + 1]},
                "ciog": {"any_of": [("north", "east", "south")[number % 3]]},
                "hub_category": {"none_of": ["sexual", "domestic-abuse"]},
                "setting": {"none_of": ["street"], "or_null": bool(number % 2)},
            },
            never_when=[
                {
                    "when": {
                        "qualifiers": {"any_of": [qualifier], "or_null": False},
                        "age_band": {"any_of": ["under-10"], "or_null": False},
                    },
                    "why": "another way",
                }
            ],
        )
    loaded = rules.load()
    errors, _ = check(loaded)
    assert {one.code for one in errors} == {"overlap"}
