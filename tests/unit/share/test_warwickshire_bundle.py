"""The default bundle of Warwickshire reads clean, and does to sample events what it says."""

from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cioghub.bootstrap import read_bundle
from cioghub.steps.share.assemble import (
    read_agreement,
    read_bundle_settings,
    read_file,
    read_parties,
)
from cioghub.steps.share.check import check
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.steps.share.decide import Permit, Refusal
from cioghub.steps.share.models import BundleModel
from cioghub.steps.share.table import Bundle, DecisionTable
from cioghub.steps.share.yaml_text import RuleText
from cioghub.steps.validate.accept import Validator
from cioghub.vocabulary.buckets import Buckets, local_day
from cioghub.vocabulary.incidents import ValidIncident
from cioghub.vocabulary.parties import HUB_RECIPIENT, WALLED_FUNCTIONS, Parties
from cioghub.vocabulary.rules import Agreement
from cioghub.wire.areas import read_areas
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.schemas import read_schemas

ROOT = Path(__file__).parents[3]
RULES = ROOT / "deploy" / "sharing-rules"
ORDER = ("level", "rounded", "exact")
AREAS = read_areas(ROOT / "deploy" / "areas" / "warwickshire.yaml")
LISTS = read_code_lists(ROOT / "deploy" / "code-lists")
SCHEMAS = read_schemas(ROOT / "schemas" / "avro")
ZONE = ZoneInfo(AREAS.timezone)
NAMES = sorted(
    path.stem
    for path in RULES.glob("*.yaml")
    if path.name not in ("parties.yaml", "gateways.yaml", "bundle.yaml")
    and not path.name.endswith(".cases.yaml")
)


def text_of(name: str) -> RuleText:
    text = read_file((RULES / name).read_text(encoding="utf-8"), name)
    assert isinstance(text, RuleText), text
    return text


def parties_of_bundle() -> Parties:
    parties = read_parties(text_of("parties.yaml"))
    assert isinstance(parties, Parties), parties
    return parties


def agreement_of(name: str) -> Agreement:
    agreement = read_agreement(text_of(f"{name}.yaml"))
    assert isinstance(agreement, Agreement), agreement
    return agreement


PARTIES = parties_of_bundle()
AGREEMENTS = {name: agreement_of(name) for name in NAMES}
GROUPS = {group.id: group for group in PARTIES.groups}
RECIPIENTS = tuple(sorted({a.recipient for a in AGREEMENTS.values()}))
TABLE = DecisionTable(
    Bundle(
        parties=PARTIES,
        agreements=tuple(AGREEMENTS.values()),
        lists=LISTS,
        schemas=SCHEMAS,
        areas=AREAS,
        recipients=RECIPIENTS,
        audiences=tuple(GROUPS),
        hash="",
    ),
    Buckets(ZONE),
)
VALIDATOR = Validator(PARTIES, SCHEMAS, LISTS, AREAS, lambda _: ())
CASES = [
    pytest.param(name, case, id=f"{name}: {case['name']}")
    for name in NAMES
    for case in text_of(f"{name}.cases.yaml").values
]


def accepted(publisher: str, event: dict[str, Any]) -> ValidIncident:
    """Return the event of a worked case as the hub accepts it; scalars of rule files are text."""
    party = PARTIES.party(publisher)
    assert party is not None
    (source,) = [feed.source for feed in party.feeds if event["type"] in feed.types]
    kinds = {field.name: field.kind for field in SCHEMAS[event["type"]].fields}
    data = {
        name: int(value) if kinds[name] == "int" else value for name, value in event["data"].items()
    }
    valid = VALIDATOR.validate(
        {
            "specversion": "1.0",
            "id": "case-1",
            "source": source,
            "type": event["type"],
            "time": event["time"],
            "datacontenttype": "application/json",
            "data": data,
        }
    )
    assert isinstance(valid, ValidIncident), valid
    return valid


def test_every_agreement_is_named_after_its_file_and_has_worked_cases() -> None:
    assert NAMES
    for name in NAMES:
        assert AGREEMENTS[name].name == name
        cases = text_of(f"{name}.cases.yaml").values
        assert len(cases) >= 3
        assert any(case["expect"] == "shared" for case in cases)
        assert any(case["expect"].startswith("withheld:") for case in cases)


def test_the_bundle_has_no_error_and_only_the_warnings_that_its_page_explains() -> None:
    loaded = read_bundle(RULES, AREAS, SCHEMAS, ROOT / "deploy" / "code-lists")
    assert isinstance(loaded, LoadedBundle), loaded
    errors, warnings = check(loaded)
    assert errors == []
    by_msoa = {
        f"{a.name}.yaml"
        for a in AGREEMENTS.values()
        if a.recipient != HUB_RECIPIENT and dict(a.fields)["area"].level == "msoa"
    }
    anonymised = {f"{a.name}.yaml" for a in AGREEMENTS.values() if a.lane == "anonymised"}
    # A class of crime that holds domestic abuse may come in the feeds that pass by small area.
    by_lsoa = {"police-crime-to-hub.yaml", "police-incident-to-hub.yaml"}
    assert {one.file for one in warnings if one.code == "floor"} == by_msoa | by_lsoa
    assert {one.file for one in warnings if one.code == "not-assessed"} == anonymised
    assert {one.code for one in warnings} == {"floor", "not-assessed"}


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_worked_case_comes_out_as_written(name: str, case: dict[str, Any]) -> None:
    agreement = AGREEMENTS[name]
    valid = accepted(agreement.publisher, case["event"])
    decision = TABLE.decide(valid, local_day(valid.time, ZONE))
    at = RECIPIENTS.index(agreement.recipient)
    outcome, plan = decision.outcomes[at], decision.plans[at]
    if isinstance(outcome, Refusal):
        assert case["expect"] == f"withheld:{outcome.reason}"
        return
    assert case["expect"] == "shared"
    assert outcome.agreement == name
    assert plan is not None
    data = plan.apply(valid).data
    for field, value in case.get("fields", {}).items():
        assert (field not in data) if value == "absent" else (data[field] == value), field


def test_an_agreement_decides_every_field_of_its_schemas_once() -> None:
    for agreement in AGREEMENTS.values():
        for event in agreement.events:
            names = [field.name for field in SCHEMAS[event].fields]
            assert [name for name, _ in agreement.fields] == names, (agreement.name, event)


def test_health_reaches_nobody_but_the_correlator_and_brings_no_token() -> None:
    found = [a for a in AGREEMENTS.values() if WALLED_FUNCTIONS & set(a.held_for)]
    assert {a.publisher for a in found} == {"swft-nhs", "geh-nhs", "uhcw-nhs"}
    for agreement in found:
        assert agreement.recipient == HUB_RECIPIENT
        assert agreement.lane == "anonymised"
        assert "exact" not in dict(agreement.release).values()


def test_schools_reach_only_the_correlator_and_the_police() -> None:
    found = [a for a in AGREEMENTS.values() if a.publisher == "warwickshire-education"]
    assert {a.recipient for a in found} == {HUB_RECIPIENT, "warwickshire-police"}
    assert {a.lane for a in found} == {"anonymised"}
    assert all("exact" not in dict(a.release).values() for a in found)


def test_sexual_offences_and_domestic_abuse_go_no_finer_than_the_district() -> None:
    event = {
        "type": "police.crime.v1",
        "time": "2025-11-15T08:00:00+00:00",
        "data": {
            "category": "19C",
            "category_list": "police_offence_codes",
            "occurred_from": "2025-11-14T22:10:00+00:00",
            "occurred_to": "2025-11-14T22:10:00+00:00",
            "area": {"code": "E01031043", "edition": "lsoa11", "confidence": "street"},
            "held_for": "policing",
            "severity": "5",
        },
    }
    valid = accepted("warwickshire-police", event)
    outcomes = TABLE.decide(valid, date(2025, 11, 15)).outcomes
    permits = [outcome for outcome in outcomes if isinstance(outcome, Permit)]
    assert [(p.recipient, p.place_level) for p in permits] == [(HUB_RECIPIENT, "district")]


def test_no_token_leaves_the_hub_and_only_the_suspects_enters_it() -> None:
    replaced = {
        (a.recipient, field)
        for a in AGREEMENTS.values()
        for field, treatment in a.fields
        if treatment.action == "pseudonymise"
    }
    assert replaced == {(HUB_RECIPIENT, "suspect_token")}


def test_release_is_said_for_the_correlator_alone_and_for_every_audience() -> None:
    for agreement in AGREEMENTS.values():
        expected = set(GROUPS) if agreement.recipient == HUB_RECIPIENT else set()
        assert set(dict(agreement.release)) == expected, agreement.name


def test_whoever_has_read_rows_in_one_group_has_exact_counts_in_every_group() -> None:
    for rows in AGREEMENTS.values():
        if rows.recipient not in GROUPS:
            continue
        members = set(GROUPS[rows.recipient].members)
        groups = {group.id for group in PARTIES.groups if members & set(group.members)}
        assert rows.recipient in groups
        for counts in AGREEMENTS.values():
            if counts.publisher == rows.publisher and counts.recipient == HUB_RECIPIENT:
                assert {dict(counts.release)[group] for group in groups} == {"exact"}


def test_a_board_never_reads_more_than_the_groups_that_meet_on_incidents() -> None:
    for agreement in AGREEMENTS.values():
        release = dict(agreement.release)
        for board in release:
            if board.startswith(("csp-", "strategic-", "scrutiny")):
                assert ORDER.index(release[board]) <= ORDER.index(release["tactical-group"])
                assert release[board] != "exact"


def test_members_areas_and_papers_exist() -> None:
    known = {party.id for party in PARTIES.parties}
    places = {(place.level, place.code) for e in AREAS.editions() for place in AREAS.places(e)}
    places |= {("ciog", ciog.id) for ciog in AREAS.ciogs}
    for group in PARTIES.groups:
        assert group.members
        assert set(group.members) <= known
        assert set(group.areas) <= places
    assert PARTIES.hub_operator in known
    settings = read_bundle_settings(text_of("bundle.yaml"))
    assert isinstance(settings, BundleModel)
    papers = {paper.id for paper in settings.papers}
    gateways = {gateway["id"] for gateway in text_of("gateways.yaml").values["gateways"]}
    for name in NAMES:
        values = text_of(f"{name}.yaml").values
        named = {values["policy_document"], values["dpia"], values["parent"]} - {None}
        assert named <= papers
        assert values["gateway"] in gateways
    used = {agreement.gateway for agreement in AGREEMENTS.values()}
    assert used == gateways


def test_the_example_dates_are_the_same_everywhere() -> None:
    spans = {(a.starts, a.ends, a.review_by, a.retention_days) for a in AGREEMENTS.values()}
    assert spans == {(date(2025, 1, 31), date(2027, 3, 31), date(2026, 12, 31), 28)}
