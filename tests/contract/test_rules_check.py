"""Contract 4, rules: what `ciog rules check` refuses, warns of and lets pass."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from .rivershire import rules
from .rivershire.lab import Checked, Lab

ALL = {**rules.INCIDENT_FIELDS, **rules.TOKENS}
ROWS = {**rules.INCIDENT_FIELDS, **dict.fromkeys(rules.TOKENS, "drop")}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("rules"))


def checked(lab: Lab, *agreements: dict[str, Any], **more: Any) -> Checked:
    return lab.check(lab.rules(*agreements, **more))


def rows(name: str = "rows", **changes: Any) -> dict[str, Any]:
    """Return an agreement that gives a group event rows."""
    return rules.agreement(
        name, **{"recipient": "gold", "lane": "anonymised", "fields": ROWS, **changes}
    )


def test_the_bundle_that_all_tests_spoil_is_good(lab: Lab) -> None:
    found = checked(
        lab,
        rules.agreement(),
        rows(),
        rules.hospital_agreement(),
        rules.concern_agreement(),
        rules.fire_agreement(),
    )
    assert (found.code, found.errors) == (0, [])


KEYS = [key for key in rules.agreement() if key not in ("only_when", "never_when")]


@pytest.mark.parametrize("key", KEYS)
def test_all_keys_but_only_when_and_never_when_are_required(lab: Lab, key: str) -> None:
    one = rules.agreement()
    del one[key]
    folder = lab.rules(rules.agreement())
    (folder / "police-to-hub.yaml").write_text(rules.dumped(one))
    found = lab.check(folder)
    assert (found.code, found.error_codes) == (1, ["missing-key"])


def _put(one: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        one = one[step]
    one[path[-1]] = value


@pytest.mark.parametrize(
    "path",
    [
        ("note",),
        ("anonymity", "note"),
        ("fields", "area", "note"),
        ("only_when", "severity", "all_of"),
        ("only_when", "colour"),
        ("only_when", "occurred_from"),
        ("only_when", "suspect_token"),
        ("only_when", "area"),
        ("never_when", 0, "because"),
    ],
)
def test_unknown_keys_of_an_agreement_are_errors(lab: Lab, path: tuple[Any, ...]) -> None:
    one = rules.agreement(
        anonymity={"assessed": "2025-01-01", "by": "somebody", "motivated_intruder": "none"},
        only_when={"severity": {"any_of": [2]}},
        never_when=[{"when": {"hub_category": {"any_of": ["missing"]}}, "why": "never"}],
    )
    assert checked(lab, one).errors == []
    _put(one, path, {"any_of": ["x"]} if path[0] == "only_when" and len(path) == 2 else ["x"])
    assert checked(lab, one).code == 1


@pytest.mark.parametrize(
    "path",
    [
        ("note",),
        ("parties", 0, "note"),
        ("parties", 0, "feeds", 0, "note"),
        ("groups", 1, "note"),
        ("groups", 1, "areas", 0, "note"),
        ("hub", "note"),
    ],
)
def test_unknown_keys_of_the_parties_are_errors(lab: Lab, path: tuple[Any, ...]) -> None:
    who = rules.parties()
    _put(who, path, "x")
    found = checked(lab, rules.agreement(), who=who)
    assert (found.code, found.error_codes) == (1, ["unknown-key"])
    assert found.errors[0]["file"] == "parties.yaml"


@pytest.mark.parametrize("key", list(rules.party("x", "police", "policing")))
def test_every_key_of_a_party_is_required(lab: Lab, key: str) -> None:
    who = rules.parties()
    del who["parties"][4][key]
    found = checked(lab, rules.agreement(), who=who)
    assert (found.code, found.error_codes) == (1, ["missing-key"])


def test_unknown_keys_of_the_bundle_and_its_papers_are_errors(lab: Lab) -> None:
    for settings in (
        {"note": "x"},
        {"papers": [{**rules.PAPERS[0], "note": "x"}]},
        {"papers": [{key: value for key, value in rules.PAPERS[0].items() if key != "ends"}]},
    ):
        assert (
            checked(lab, rules.agreement(), settings={"code_lists": "../lists", **settings}).code
            == 1
        )


BAD_VALUES = [
    ("publisher", "nobody"),
    ("recipient", "nobody"),
    ("held_for", ["gossip"]),
    ("held_for", ["fire-rescue"]),
    ("gateway", "no-power"),
    ("regime", "none"),
    ("lane", "open"),
    ("starts", "2025-02-30"),
    ("starts", "31/01/2025"),
    ("ends", "2024-12-31"),
    ("retention_days", "-1"),
    ("events", ["police.crime.v2"]),
    ("events", ["event.withdrawal.v1"]),
    ("events", ["fire.incident.v1"]),
    ("events", []),
    ("policy_document", "PD-unknown"),
    ("dpia", "DPIA-unknown"),
    ("parent", "unknown-agreement"),
    ("release", {"nobody": "exact"}),
    ("release", {"gold": "all"}),
    ("anonymity", {"assessed": "2025-01-01"}),
    ("only_when", {"severity": {}}),
    ("only_when", {"severity": {"any_of": []}}),
    ("only_when", {"severity": {"any_of": [6]}}),
    ("only_when", {"severity": {"any_of": [1], "none_of": [2]}}),
    ("only_when", {"severity": {"any_of": [1], "or_null": "perhaps"}}),
    ("only_when", {"hub_category": {"any_of": ["knives"]}}),
    ("only_when", {"agency_category": {"any_of": ["river_offences:Z9"]}}),
    ("only_when", {"agency_category": {"any_of": ["K1"]}}),
    ("only_when", {"weapon": {"any_of": ["spoon"]}}),
    ("only_when", {"setting": {"none_of": ["moon"]}}),
    ("only_when", {"qualifiers": {"only": ["1"]}}),
    ("only_when", {"age_band": {"any_of": ["10-17"]}}),
    ("only_when", {"held_for": {"any_of": ["gossip"]}}),
    ("only_when", {"confidence": {"any_of": ["sure"]}}),
    ("only_when", {"district": {"any_of": ["E07000218"]}}),
    ("only_when", {"csp": {"any_of": ["R07000001"]}}),
    ("only_when", {"ciog": {"any_of": ["north"]}}),
    ("never_when", [{"when": {}, "why": "never"}]),
    ("never_when", [{"when": {"hub_category": {"any_of": ["missing"]}}}]),
    ("never_when", [{"when": {"severity": {"any_of": [1]}}, "why": "or null is not said"}]),
    ("never_when", [{"when": {"ciog": {"none_of": ["upper"]}}, "why": "nor is it here"}]),
    ("never_when", [{"when": {"qualifiers": {"only": ["604"]}}, "why": "nor is it here"}]),
]


@pytest.mark.parametrize(("key", "value"), BAD_VALUES)
def test_a_value_that_does_not_exist_or_says_too_little_is_an_error(
    lab: Lab, key: str, value: Any
) -> None:
    found = checked(lab, rules.agreement(**{key: value}))
    assert found.code == 1
    assert found.errors


GOOD_VALUES = [
    ("only_when", {"severity": {"any_of": [2, 3], "or_null": True}}),
    ("only_when", {"agency_category": {"any_of": ["river_offences:604", "river_offences:007"]}}),
    ("only_when", {"qualifiers": {"none_of": [604]}, "confidence": {"only": ["street"]}}),
    ("only_when", {"district": {"any_of": ["R07000001"]}, "csp": {"any_of": ["R22000001"]}}),
    ("only_when", {"held_for": {"any_of": ["policing"]}, "age_band": {"none_of": ["under-10"]}}),
    ("never_when", [{"when": {"severity": {"any_of": [1], "or_null": False}}, "why": "said"}]),
    ("never_when", [{"when": {"hub_category": {"any_of": ["missing"]}}, "why": "never null"}]),
    ("policy_document", None),
    ("anonymity", {"assessed": "2025-01-01", "by": "x", "motivated_intruder": "none found"}),
]


@pytest.mark.parametrize(("key", "value"), GOOD_VALUES)
def test_what_the_contract_allows_passes(lab: Lab, key: str, value: Any) -> None:
    assert checked(lab, rules.agreement(**{key: value})).errors == []


TREATMENTS = [
    # field, treatment, is it allowed
    ("category", "keep", True),
    ("category", {"generalise": "agency"}, False),
    ("category", "pseudonymise", False),
    ("category_list", {"generalise": "hub"}, False),
    *(
        ("recorded_at", {"generalise": one}, True)
        for one in ("hour", "3-hours", "day", "week", "month")
    ),
    *(("recorded_at", {"generalise": one}, False) for one in ("minute", "year", "quarter", "lsoa")),
    ("recorded_at", "drop", True),
    ("recorded_at", "pseudonymise", False),
    *(
        ("area", {"generalise": one}, True)
        for one in ("lsoa", "msoa", "ward", "district", "csp", "ciog", "county")
    ),
    *(("area", {"generalise": one}, False) for one in ("region", "day", "postcode")),
    ("area", "pseudonymise", False),
    ("held_for", "drop", True),
    ("held_for", {"generalise": "hub"}, False),
    ("severity", {"generalise": "wide"}, False),
    ("weapon", "pseudonymise", False),
    ("qualifiers", "keep", True),
    ("qualifiers", {"generalise": "hub"}, False),
    ("age_band", {"generalise": "adult-or-child"}, True),
    ("age_band", {"generalise": "decade"}, False),
    ("age_band", "keep", True),
    ("suspect_token", "keep", False),
    ("suspect_token", {"generalise": "hub"}, False),
    ("victim_token", "pseudonymise", True),
    ("place_token", "pseudonymise", True),
    ("weapon", "hide", False),
    ("weapon", None, False),
]


@pytest.mark.parametrize(("field", "treatment", "allowed"), TREATMENTS)
def test_each_kind_of_field_has_its_own_treatments(
    lab: Lab, field: str, treatment: Any, allowed: bool
) -> None:
    found = checked(lab, rules.agreement(fields={**ALL, field: treatment}))
    assert (found.code, bool(found.errors)) == ((0, False) if allowed else (1, True))


def test_from_and_to_are_treated_alike(lab: Lab) -> None:
    fields = {**ALL, "occurred_to": {"generalise": "day"}}
    assert checked(lab, rules.agreement(fields=fields)).error_codes == ["ends-differ"]


@pytest.mark.parametrize("field", list(ALL))
def test_every_field_of_the_schema_is_decided_once(lab: Lab, field: str) -> None:
    left = {name: value for name, value in ALL.items() if name != field}
    assert "undecided-field" in checked(lab, rules.agreement(fields=left)).error_codes


def test_a_field_of_no_schema_or_written_twice_is_an_error(lab: Lab) -> None:
    fields = {**ALL, "motive": "keep"}
    assert checked(lab, rules.agreement(fields=fields)).error_codes == ["unknown-field"]
    folder = lab.rules(rules.agreement())
    file = folder / "police-to-hub.yaml"
    file.write_text(
        file.read_text().replace("  weapon: keep\n", "  weapon: keep\n  weapon: drop\n")
    )
    assert lab.check(folder).code == 1


def test_no_token_of_any_kind_in_the_anonymised_lane(lab: Lab) -> None:
    assert checked(lab, rules.agreement(lane="anonymised")).code == 1
    assert checked(lab, rules.agreement(lane="anonymised", fields=ROWS)).errors == []


@pytest.mark.parametrize("recipient", ["gold", "river-police", "river-council", "upper-table"])
def test_health_has_one_possible_recipient(lab: Lab, recipient: str) -> None:
    found = checked(lab, rules.hospital_agreement(recipient=recipient))
    assert "wall-recipient" in found.error_codes
    assert checked(lab, rules.hospital_agreement()).errors == []


def test_social_care_has_one_possible_recipient_whoever_holds_it(lab: Lab) -> None:
    who = rules.parties()
    who["parties"][2]["functions"].append("social-care")
    who["parties"][2]["feeds"][0]["held_for"] = ["education", "social-care"]
    for held_for in (["social-care"], ["education", "social-care"]):
        elsewhere = rules.concern_agreement(recipient="river-police", held_for=held_for)
        assert "wall-recipient" in checked(lab, elsewhere, who=who).error_codes
        assert checked(lab, rules.concern_agreement(held_for=held_for), who=who).errors == []


@pytest.mark.parametrize(
    ("recipient", "allowed"),
    [("river-police", True), ("gold", False), ("river-council", False), ("river-fire", False)],
)
def test_education_goes_to_the_correlator_or_to_a_police_party(
    lab: Lab, recipient: str, allowed: bool
) -> None:
    found = checked(lab, rules.concern_agreement(recipient=recipient))
    assert (found.errors == []) == allowed


def test_health_travels_in_the_anonymised_lane_only(lab: Lab) -> None:
    assert checked(lab, rules.hospital_agreement(lane="pseudonymised")).code == 1


@pytest.mark.parametrize(
    ("one", "allowed"),
    [
        (rules.hospital_agreement(release={"gold": "exact"}), False),
        (rules.concern_agreement(release={"gold": "exact"}), False),
        (rules.hospital_agreement(release={"gold": "rounded", "scrutiny": "level"}), True),
        (rules.concern_agreement(release={"gold": "level"}), True),
        (rules.fire_agreement(release={"gold": "exact"}), True),
        (rules.concern_agreement(recipient="river-police", release={"gold": "level"}), False),
        (rules.agreement(recipient="river-fire", release={"gold": "exact"}), False),
    ],
)
def test_release_is_for_agreements_to_the_correlator_and_never_exact_of_health_or_schools(
    lab: Lab, one: dict[str, Any], allowed: bool
) -> None:
    assert (checked(lab, one).errors == []) == allowed


@pytest.mark.parametrize("release", ["rounded", "level", None])
@pytest.mark.parametrize("group", ["gold", "upper-table"])
def test_rows_given_to_a_group_are_exact_release_to_every_group_of_a_member(
    lab: Lab, group: str, release: str | None
) -> None:
    # `gold` and `upper-table` share a member, so rows for either bind both.
    whole = {"gold": "exact", "upper-table": "exact"}
    weaker = {name: value for name, value in {**whole, group: release}.items() if value}
    found = checked(lab, rules.agreement(release=weaker), rows())
    assert found.error_codes == ["weaker-than-rows"]
    assert checked(lab, rules.agreement(release=whole), rows()).errors == []


def test_rows_of_other_events_or_publishers_bind_nothing(lab: Lab) -> None:
    hub = rules.agreement(release={"gold": "rounded"}, events=["police.incident.v1"])
    assert checked(lab, hub, rows()).errors == []
    fire_rows = rules.fire_agreement("fire-rows", recipient="gold")
    assert checked(lab, rules.agreement(release={"gold": "rounded"}), fire_rows).errors == []


def test_a_review_date_passed_is_a_warning_and_only_with_a_day(lab: Lab) -> None:
    folder = lab.rules(rules.agreement(review_by="2025-03-01"))
    assert "review-passed" not in lab.check(folder).warning_codes
    assert "review-passed" not in lab.check(folder, "--on", "2025-03-01").warning_codes
    found = lab.check(folder, "--on", "2025-03-02")
    assert found.code == 0
    assert "review-passed" in found.warning_codes


def test_a_paper_that_is_not_among_the_declared_is_an_error(lab: Lab) -> None:
    settings = {"code_lists": "../lists", "papers": rules.PAPERS[:1]}
    found = checked(lab, rules.agreement(), settings=settings)
    assert found.error_codes == ["unknown-paper"] * 2
    unnamed = rules.agreement(policy_document=None, dpia=None)
    assert checked(lab, unnamed, settings=settings).errors == []


def test_a_paper_that_ends_before_the_agreement_is_told_of(lab: Lab) -> None:
    papers = [{**rules.PAPERS[0], "ends": "2025-06-30"}, *rules.PAPERS[1:]]
    found = checked(lab, rules.agreement(), settings={"code_lists": "../lists", "papers": papers})
    assert "paper-dates" in found.warning_codes + found.error_codes


def test_a_finding_has_six_keys_and_points_at_its_line(lab: Lab) -> None:
    folder = lab.rules(rules.agreement(gateway="no-power"))
    (finding,) = lab.check(folder).errors
    assert list(finding) == ["code", "file", "line", "column", "message", "hint"]
    lines = (folder / finding["file"]).read_text().splitlines()
    assert lines[finding["line"] - 1].startswith("gateway: no-power")
    assert finding["column"] == 1
    assert finding["message"]
    assert finding["hint"]


def test_a_missing_cases_file_is_an_error(lab: Lab) -> None:
    folder = lab.rules(rules.agreement())
    (folder / "police-to-hub.cases.yaml").unlink()
    found = lab.check(folder)
    assert (found.code, found.error_codes) == (1, ["missing-cases"])


def test_a_case_that_does_not_come_out_as_written_is_an_error(lab: Lab) -> None:
    folder = lab.rules(rules.agreement())
    at = "2025-05-14T10:00:00+01:00"
    data = {"category": "K1", "category_list": "river_offences", "occurred_from": at}
    case = {"name": "a knife", "event": {"type": "police.crime.v1", "data": data}}
    for expect, code in (("shared", 0), ("withheld:only-when", 1)):
        cases = yaml.safe_dump([{**case, "expect": expect}])
        (folder / "police-to-hub.cases.yaml").write_text(cases)
        assert lab.check(folder).code == code
