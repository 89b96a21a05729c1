"""One event, one recipient: what may pass, and which rules said so."""

from dataclasses import replace
from datetime import date

import pytest

from cioghub.steps.share.coded_facts import Facts, FieldFacts, united
from cioghub.steps.share.decide import Permit, Refusal, decide
from cioghub.vocabulary.reasons import WithheldReason
from cioghub.vocabulary.rules import Agreement, Clause, Never, Treatment
from cioghub.vocabulary.schema import EventField, EventSchema

DAY = date(2025, 6, 1)

SCHEMA = EventSchema(
    "police.crime.v1",
    "police",
    (
        EventField("category", "string", False, "what", None, "d"),
        EventField("area", "area", True, "place", None, "d"),
        EventField("weapon", "string", True, "attribute", "weapons", "d"),
        EventField("qualifiers", "strings", True, "attribute", "police_qualifiers", "d"),
        EventField("injury", "string", True, "health", None, "d"),
        EventField("suspect_token", "string", True, "person-token", None, "d"),
    ),
)

AGREEMENT = Agreement(
    name="police-to-group",
    version="1",
    title="t",
    publisher="police",
    recipient="tactical-group",
    held_for=("policing",),
    gateway="g",
    lawful_basis="b",
    regime="uk-gdpr",
    purpose="svd-collaborate",
    lane="pseudonymised",
    anonymity_assessed=None,
    starts=date(2025, 1, 31),
    ends=date(2025, 12, 31),
    review_by=date(2025, 12, 1),
    retention_days=28,
    events=("police.crime.v1",),
    fields=(
        ("category", Treatment("generalise", "hub")),
        ("area", Treatment("generalise", "lsoa")),
        ("weapon", Treatment("keep")),
        ("qualifiers", Treatment("drop")),
        ("injury", Treatment("drop")),
        ("suspect_token", Treatment("pseudonymise")),
    ),
    only_when=(),
    never_when=(),
    release=(),
    file="police-to-group.yaml",
)


def facts(
    *fields: tuple[str, str, str, bool], anonymised: bool = False, **conditions: str
) -> Facts:
    made = tuple(FieldFacts(name, frozenset({c}), floor, wall) for name, c, floor, wall in fields)
    known = {name: frozenset({value}) for name, value in conditions.items()}
    known["hub_category"] = united(made)
    for name in ("severity", "qualifiers", "weapon"):
        known.setdefault(name, frozenset())
    return Facts(known, made, anonymised)


KNIFE = facts(("category", "violence-injury", "msoa", False), ("weapon", "knife", "ward", False))


def outcome(of: Facts, *agreements: Agreement, day: date = DAY, held_for: str = "policing"):
    return decide(of, held_for, day, SCHEMA, agreements, "tactical-group")


def test_what_an_agreement_permits_passes_at_the_common_coarsening_of_rule_and_floors() -> None:
    permit = outcome(KNIFE, AGREEMENT)
    assert isinstance(permit, Permit)
    assert permit.place_level == "district"  # msoa and ward have only the district in common
    assert permit.categories == ("knife", "violence-injury")
    assert permit.rules == ("police-to-group",)


def test_ordinary_floors_do_not_bind_the_correlator_and_the_wall_does() -> None:
    to_hub = replace(AGREEMENT, recipient="hub-correlation")
    knife = decide(KNIFE, "policing", DAY, SCHEMA, (to_hub,), "hub-correlation")
    sexual = facts(("category", "sexual", "district", True))
    walled = decide(sexual, "policing", DAY, SCHEMA, (to_hub,), "hub-correlation")
    assert isinstance(knife, Permit)
    assert knife.place_level == "lsoa"
    assert isinstance(walled, Permit)
    assert walled.place_level == "district"


@pytest.mark.parametrize(
    ("agreements", "day", "reason"),
    [
        ((), DAY, WithheldReason.NO_AGREEMENT),
        ((AGREEMENT,), date(2025, 1, 30), WithheldReason.NOT_STARTED),
        ((AGREEMENT,), date(2026, 1, 1), WithheldReason.ENDED),
    ],
)
def test_no_agreement_in_force_shares_nothing(agreements, day, reason) -> None:
    refusal = outcome(KNIFE, *agreements, day=day)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is reason


@pytest.mark.parametrize("day", [AGREEMENT.starts, AGREEMENT.ends])
def test_the_first_and_the_last_day_are_inside(day) -> None:
    assert isinstance(outcome(KNIFE, AGREEMENT, day=day), Permit)


def test_a_never_beats_every_permit_whatever_the_dates_of_its_agreement() -> None:
    never = Never((Clause("hub_category", "any_of", frozenset({"knife"}), False),), "why")
    lapsed = replace(AGREEMENT, name="old", ends=date(2025, 3, 1), never_when=(never,))
    refusal = outcome(KNIFE, AGREEMENT, lapsed)
    assert refusal == Refusal("tactical-group", WithheldReason.NEVER, ("old",))


def test_all_clauses_of_only_when_must_hold_and_null_meets_none() -> None:
    clause = Clause("severity", "none_of", frozenset({"1"}), False)
    strict = replace(AGREEMENT, only_when=(clause,))
    open_to_null = replace(AGREEMENT, only_when=(replace(clause, or_null=True),))
    assert outcome(KNIFE, strict).reason is WithheldReason.ONLY_WHEN
    assert isinstance(outcome(KNIFE, open_to_null), Permit)


def test_a_cap_from_a_dropped_field_withholds_outside_the_hub() -> None:
    domestic = facts(
        ("category", "violence-injury", "msoa", False),
        ("qualifiers", "domestic-abuse", "district", True),
    )
    assert outcome(domestic, AGREEMENT).reason is WithheldReason.WALL
    coarse = replace(
        AGREEMENT,
        fields=tuple(
            (name, Treatment("generalise", "district") if name == "area" else treatment)
            for name, treatment in AGREEMENT.fields
        ),
    )
    shared = outcome(domestic, coarse)
    assert isinstance(shared, Permit)
    assert shared.categories == ("violence-injury",)


def test_a_code_of_the_anonymised_lane_loses_every_token() -> None:
    permit = outcome(replace(KNIFE, anonymised=True), AGREEMENT)
    assert isinstance(permit, Permit)
    assert dict(permit.treatments)["suspect_token"] == Treatment("drop")


def test_health_never_travels_beside_a_token() -> None:
    fields = tuple(
        (name, Treatment("keep") if name == "injury" else t) for name, t in AGREEMENT.fields
    )
    assert outcome(KNIFE, replace(AGREEMENT, fields=fields)).reason is WithheldReason.WALL


@pytest.mark.parametrize("held_for", ["health", "social-care"])
def test_health_and_social_care_reach_nobody_but_the_correlator(held_for) -> None:
    agreement = replace(AGREEMENT, held_for=(held_for,), lane="anonymised")
    assert outcome(KNIFE, agreement, held_for=held_for).reason is WithheldReason.WALL


def test_excluded_wins_over_every_other_category() -> None:
    excluded = facts(
        ("category", "violence-injury", "msoa", False), ("qualifiers", "excluded", "lsoa", False)
    )
    assert outcome(excluded, AGREEMENT).reason is WithheldReason.EXCLUDED


def test_two_agreements_that_both_permit_are_an_error_and_withhold() -> None:
    assert outcome(KNIFE, AGREEMENT, replace(AGREEMENT, name="twin")).reason is WithheldReason.ERROR


@pytest.mark.parametrize("held_for", ["health", "social-care"])
def test_health_and_social_care_reach_the_correlator_in_the_anonymised_lane_alone(held_for) -> None:
    without_token = tuple(
        (name, Treatment("drop") if name == "suspect_token" else t) for name, t in AGREEMENT.fields
    )
    agreement = replace(
        AGREEMENT, recipient="hub-correlation", held_for=(held_for,), fields=without_token
    )

    def found(lane: str) -> Permit | Refusal:
        one = replace(agreement, lane=lane)
        return decide(KNIFE, held_for, DAY, SCHEMA, (one,), "hub-correlation")

    assert isinstance(found("anonymised"), Permit)
    assert found("pseudonymised").reason is WithheldReason.WALL
