"""Decides, for one event and every recipient, what may pass and which rules said so.

Rules for editors:
1. Default deny; a never beats a permit; what errors withholds. Nothing here may widen.
2. A decision is a function of the event's facts and of the day alone: it is made once for each
   tuple of coded values and then looked up. So nothing here reads a time, a token or an id.
3. The walls are asked again here although `check` has refused bundles that touch them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cioghub.steps.share.coded_facts import Facts, FieldFacts, ordered, united
from cioghub.vocabulary.categories import COUNTED, EXCLUDED
from cioghub.vocabulary.incidents import Notes
from cioghub.vocabulary.levels import join
from cioghub.vocabulary.parties import HUB_RECIPIENT, TOKEN_FUNCTIONS, WALLED_FUNCTIONS
from cioghub.vocabulary.reasons import WithheldReason
from cioghub.vocabulary.rules import DROP, GENERALISE, PSEUDONYMISE, Agreement, Treatment
from cioghub.vocabulary.schema import EventSchema

TOKEN_CLASSES = frozenset({"person-token", "place-token"})


@dataclass(frozen=True, slots=True)
class Permit:
    """One recipient may have the event: the agreement, each field's treatment, the place level."""

    recipient: str
    agreement: str
    purpose: str
    treatments: tuple[tuple[str, Treatment], ...]
    place_level: str | None
    categories: tuple[str, ...]
    rules: tuple[str, ...]
    notes: Notes


@dataclass(frozen=True, slots=True)
class Refusal:
    """One recipient may not have the event: the one reason, and the rules that said so."""

    recipient: str
    reason: WithheldReason
    rules: tuple[str, ...] = ()


Outcome = Permit | Refusal


def decide(
    facts: Facts,
    held_for: str,
    day: date,
    schema: EventSchema,
    agreements: tuple[Agreement, ...],
    recipient: str,
    police: frozenset[str] = frozenset(),
) -> Outcome:
    """Return the outcome for one recipient.

    `agreements` are all those of the event's publisher to this recipient that name its type;
    `day` is the day of acceptance in the partnership's time zone; `police` are the parties that,
    beside the hub, education may share with.
    """
    categories = facts.hub_categories
    if EXCLUDED in categories:
        return Refusal(recipient, WithheldReason.EXCLUDED)
    if not categories:
        return Refusal(recipient, WithheldReason.UNMAPPED)
    covering = tuple(a for a in agreements if held_for in a.held_for)
    if not covering:
        return Refusal(recipient, WithheldReason.NO_AGREEMENT)
    in_force = tuple(a for a in covering if a.covers(day))
    if not in_force:
        ended = tuple(a.name for a in covering if a.ends < day)
        if ended:
            return Refusal(recipient, WithheldReason.ENDED, ended)
        return Refusal(recipient, WithheldReason.NOT_STARTED, tuple(a.name for a in covering))
    forbidding = tuple(a.name for a in agreements if _forbids(a, facts))
    if forbidding:
        return Refusal(recipient, WithheldReason.NEVER, forbidding)
    permitting = [a for a in in_force if _holds(a, facts)]
    if not permitting:
        return Refusal(recipient, WithheldReason.ONLY_WHEN, tuple(a.name for a in in_force))
    if len(permitting) > 1:
        # `check` refuses overlapping agreements; should two meet all the same, neither is obeyed.
        return Refusal(recipient, WithheldReason.ERROR, tuple(a.name for a in permitting))
    if _walled(permitting[0], held_for, police):
        return Refusal(recipient, WithheldReason.WALL, (permitting[0].name,))
    return _permit(permitting[0], facts, held_for, schema)


def _forbids(agreement: Agreement, facts: Facts) -> bool:
    return any(
        all(clause.holds(facts.conditions[clause.field]) for clause in never.clauses)
        for never in agreement.never_when
    )


def _holds(agreement: Agreement, facts: Facts) -> bool:
    return all(clause.holds(facts.conditions[clause.field]) for clause in agreement.only_when)


def _walled(agreement: Agreement, held_for: str, police: frozenset[str]) -> bool:
    """Say whether what is held for this function may not go to this recipient, or in this lane."""
    if agreement.recipient == HUB_RECIPIENT:
        return held_for in WALLED_FUNCTIONS and agreement.lane != "anonymised"
    if held_for == "education":
        return agreement.recipient not in police
    return held_for in WALLED_FUNCTIONS


def _permit(agreement: Agreement, facts: Facts, held_for: str, schema: EventSchema) -> Outcome:
    inside_hub = agreement.recipient == HUB_RECIPIENT
    wall = Refusal(agreement.recipient, WithheldReason.WALL, (agreement.name,))
    rules = dict(agreement.fields)
    treatments = []
    for field in schema.fields:
        treatment = rules.get(field.name, Treatment(DROP))
        if field.privacy_class in TOKEN_CLASSES:
            if treatment.action not in (DROP, PSEUDONYMISE):
                return wall
            if facts.anonymised or agreement.lane == "anonymised":
                treatment = Treatment(DROP)
            if treatment.action == PSEUDONYMISE and held_for not in TOKEN_FUNCTIONS:
                return wall
        treatments.append((field.name, treatment))
    beside_token = any(t.action == PSEUDONYMISE for _, t in treatments)
    classes = {field.name: field.privacy_class for field in schema.fields}
    if beside_token and any(
        classes[name] == "health" and t.action != DROP for name, t in treatments
    ):
        return wall
    dropped = frozenset(name for name, t in treatments if t.action == DROP)
    level = place_level(rules.get("area", Treatment(DROP)))
    if level is not None:
        capped = join(level, facts.floor(inside_hub))
        if not inside_hub and capped != join(level, facts.floor(inside_hub, dropped)):
            return wall
        level = capped
    kept = tuple(f for f in facts.fields if f.field not in dropped)
    return Permit(
        recipient=agreement.recipient,
        agreement=agreement.name,
        purpose=agreement.purpose,
        treatments=tuple(treatments),
        place_level=level,
        categories=tuple(ordered(united(kept))),
        rules=(agreement.name,),
        notes=_notes(agreement, facts, kept),
    )


def _notes(agreement: Agreement, facts: Facts, kept: tuple[FieldFacts, ...]) -> Notes:
    counted = tuple(c for c in ordered(united(kept)) if c in COUNTED)
    return Notes(
        agreement=agreement.name,
        categories=counted,
        generated=counted if any(f.generated for f in kept) else (),
        floor="msoa" if facts.floor(False) == "ward" else facts.floor(False),
    )


def place_level(treatment: Treatment) -> str | None:
    """Return the level that the treatment of `area` asks for, or None when it is dropped."""
    if treatment.action == DROP:
        return None
    return treatment.level if treatment.action == GENERALISE else "lsoa"
