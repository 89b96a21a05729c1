"""Worked cases say what an agreement does, and are found out when they do not."""

import pytest

HUB = "police-to-hub"
CASES = "police-to-hub.cases.yaml"


def failures(rules, *cases) -> list[str]:
    rules.cases[HUB] = list(cases)
    errors, _ = rules.check()
    assert {(one.code, one.file) for one in errors} <= {("case-failed", CASES)}
    return [one.message for one in errors]


@pytest.mark.parametrize(
    "fields",
    [
        {"category": ["knife", "violence-injury"]},
        {"severity": 4, "category_list": "absent"},
        {"occurred_from": "2025-11-14T22:00:00+00:00"},
        {"area": {"code": "E01031043", "edition": "lsoa11", "confidence": "street"}},
        {"age_band": None},
    ],
)
def test_a_case_that_comes_out_as_written_is_silent(rules, fields) -> None:
    assert failures(rules, rules.case(fields=fields)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expect": "withheld:only-when"}, "it is `shared` by `police-to-hub`"),
        ({"expect": "rejected"}, "the event is accepted"),
        ({"expect": "maybe"}, "`expect` must say"),
        ({"expect": {"council": "shared"}}, "`council` is no recipient"),
        ({"fields": {"severity": 3}}, "`severity` passes otherwise"),
        ({"fields": {"weapon": "absent"}}, "`weapon` passes otherwise"),
        ({"fields": {"victim_token": None}}, "`victim_token` passes otherwise"),
    ],
)
def test_a_case_that_comes_out_otherwise_is_an_error_that_names_it(rules, changes, said) -> None:
    (message,) = failures(rules, rules.case(**changes))
    assert "`a stabbing`" in message
    assert said in message


def test_each_reason_for_withholding_can_be_expected(rules) -> None:
    def on(day: str, **data):
        case = rules.case()
        case["event"]["time"] = f"{day}T08:00:00+00:00"
        case["event"]["data"].update(
            occurred_from=f"{day}T07:00:00+00:00", occurred_to=f"{day}T07:00:00+00:00", **data
        )
        return case

    expected = [
        ("not-started", on("2025-01-30")),
        ("ended", on("2027-04-01")),
        ("only-when", on("2025-06-01", category="19C")),
    ]
    made = [{**case, "expect": f"withheld:{reason}"} for reason, case in expected]
    assert failures(rules, *made) == []
    (wrong,) = failures(rules, {**expected[1][1], "expect": "withheld:not-started"})
    assert "`withheld:ended` by `police-to-hub`" in wrong


def test_a_short_case_is_filled_in_from_the_agreement(rules) -> None:
    event = {
        "type": "police.crime.v1",
        "data": {
            "category": "8N",
            "category_list": "police_offence_codes",
            "occurred_from": "2025-11-14T22:10:00+00:00",
        },
    }
    assert failures(rules, {"name": "short", "event": event, "expect": "shared"}) == []


def test_a_case_whose_event_is_rejected_names_fields_and_codes_and_no_value(rules) -> None:
    case = rules.case()
    case["event"]["data"]["weapon"] = "very-secret-weapon"
    (message,) = failures(rules, case)
    assert "/data/weapon unknown-code" in message
    assert "very-secret" not in message
    assert failures(rules, {**case, "expect": "rejected"}) == []


def test_a_token_can_be_expected_to_pass_as_a_pseudonym(rules) -> None:
    case = rules.case(fields={"suspect_token": "pseudonym"})
    assert len(failures(rules, case)) == 1
    case["event"]["data"]["suspect_token"] = "MFRGGZDFMZTWQ2LKNNWG23TPOB"
    assert failures(rules, case) == []


def test_one_case_may_speak_of_several_recipients(rules) -> None:
    rules.add("rows", recipient="council", release={}, starts="2026-01-01")
    expect = {"hub-correlation": "shared", "council": "withheld:not-started"}
    assert failures(rules, rules.case(expect=expect)) == []


def test_a_failing_case_stands_at_its_own_line(rules) -> None:
    rules.cases[HUB] = [rules.case(), rules.case(name="another", expect="withheld:never")]
    ((finding,), _) = rules.check()
    line = rules.files()[CASES].splitlines()[finding.line - 1]
    assert line.strip() == "expect: withheld:never"
