"""What one agreement says, drawn up from the rules in force for a page or for a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.vocabulary.parties import HUB_RECIPIENT, TOKEN_FUNCTIONS, WALLED_FUNCTIONS
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.rules import (
    DROP,
    PSEUDONYMISE,
    Agreement,
    Clause,
    Treatment,
)
from cioghub.web.shell.sharing_words import recipient_name
from cioghub.web.who.policies import reviews

Record = dict[str, Any]


def agreements_for(person: Person, loaded: LoadedBundle) -> tuple[Agreement, ...]:
    """Return the agreements that somebody may read."""
    members = {group.id: group.members for group in loaded.bundle.parties.groups}
    return tuple(
        a
        for a in loaded.agreements
        if reviews(person, {a.publisher, a.recipient, *members.get(a.recipient, ())})
    )


def summary_of(agreement: Agreement, loaded: LoadedBundle, today: date) -> Record:
    """Return an agreement in one line."""
    return {
        "agreement": agreement.name,
        "version": agreement.version,
        "title": agreement.title,
        "publisher": named(loaded, agreement.publisher),
        "recipient": named(loaded, agreement.recipient),
        "lane": agreement.lane,
        "gateway": agreement.gateway,
        "starts": agreement.starts.isoformat(),
        "ends": agreement.ends.isoformat(),
        "review_by": agreement.review_by.isoformat(),
        "draft": loaded.draft,
        "state": state_of(agreement, today),
    }


def state_of(agreement: Agreement, today: date) -> str:
    """Return `not-started`, `in-force` or `ended`, on a day in the partnership's time zone."""
    if today < agreement.starts:
        return "not-started"
    return "in-force" if today <= agreement.ends else "ended"


def record_of(agreement: Agreement, loaded: LoadedBundle, today: date) -> Record:
    """Return all that an agreement says: what its file says, with names beside the codes."""
    said = loaded.texts[agreement.file].values
    papers = {paper.id: paper for paper in loaded.papers}
    gateway = next(one for one in loaded.gateways if one.id == agreement.gateway)
    return {
        **summary_of(agreement, loaded, today),
        "gateway": gateway.model_dump(),
        "held_for": list(agreement.held_for),
        "lawful_basis": agreement.lawful_basis,
        "regime": agreement.regime,
        "conditions": list(said["conditions"]),
        "papers": {
            kind: _paper(said[kind], papers) for kind in ("parent", "dpia", "policy_document")
        },
        "purpose": agreement.purpose,
        "anonymity": said["anonymity"],
        "retention_days": agreement.retention_days,
        "events": list(agreement.events),
        "fields": _fields(agreement, loaded),
        "only_when": [_clause(one) for one in agreement.only_when],
        "never_when": [
            {"when": [_clause(one) for one in never.clauses], "why": never.why}
            for never in agreement.never_when
        ],
        "release": [
            {"audience": named(loaded, audience), "release": release}
            for audience, release in agreement.release
        ],
        "walls": walls_of(agreement),
        "signatories": _signatories(agreement, loaded),
        "bundle": loaded.hash,
    }


def walls_of(agreement: Agreement) -> list[str]:
    """Return what no agreement of this kind can open, whatever it says."""
    held = set(agreement.held_for)
    inside = agreement.recipient == HUB_RECIPIENT
    walls = []
    if held & WALLED_FUNCTIONS:
        walls.append(
            "What is held for health or social care goes to the hub's correlation alone, "
            "anonymised, and no audience is given its exact numbers."
        )
    if "education" in held:
        walls.append(
            "What is held for education goes to the hub's correlation and to the police alone, "
            "and no audience is given its exact numbers."
        )
    if agreement.lane == "anonymised":
        walls.append("Anonymised: no token of any kind passes.")
    elif not held <= TOKEN_FUNCTIONS:
        walls.append("A token of what is held for another function never passes.")
    if any(treatment.action == PSEUDONYMISE for _, treatment in agreement.fields):
        walls.append("No field of health travels beside a token, whatever the power.")
    walls.append(
        "Domestic abuse and sexual offences are placed no finer than the district"
        + (", for the hub's correlation too." if inside else ".")
    )
    return walls


def _fields(agreement: Agreement, loaded: LoadedBundle) -> list[Record]:
    """Return each field of the agreement's event types once, with what becomes of it."""
    rows: dict[str, Record] = {}
    treatments = dict(agreement.fields)
    for event in agreement.events:
        for field in loaded.bundle.schemas[event].fields:
            treatment = treatments.get(field.name, Treatment(DROP))
            code = treatment.action + (f":{treatment.level}" if treatment.level else "")
            rows.setdefault(
                field.name,
                {
                    "field": field.name,
                    "treatment": code,
                    "privacy_class": field.privacy_class,
                    "code_list": field.code_list,
                    "meaning": field.doc,
                },
            )
    return list(rows.values())


def _clause(clause: Clause) -> Record:
    return {**asdict(clause), "values": sorted(clause.values)}


def _paper(id: str | None, papers: dict[str, Any]) -> Record | None:
    if id is None:
        return None
    found = papers.get(id)
    dates = found and {"starts": found.starts.isoformat(), "ends": found.ends.isoformat()}
    return {"id": id, **(dates or {})}


def _signatories(agreement: Agreement, loaded: LoadedBundle) -> list[Record]:
    """Return who is named for each side: its data owner, DPO and Caldicott guardian."""
    parties = loaded.bundle.parties
    groups = {group.id: group.members for group in parties.groups}
    sides: list[tuple[str, Iterable[str]]] = [("publisher", [agreement.publisher])]
    if agreement.recipient != HUB_RECIPIENT:
        members = groups.get(agreement.recipient, (agreement.recipient,))
        sides.append(("recipient", members))
    rows: list[Record] = []
    for side, ids in sides:
        for party in filter(None, map(parties.party, ids)):
            roles = {"owner": party.owner, "dpo": party.dpo, "caldicott": party.caldicott}
            rows += [
                {"side": side, "party": party.legal_name, "role": role, "named": who}
                for role, who in roles.items()
                if who is not None
            ]
    if agreement.recipient == HUB_RECIPIENT:
        rows.append(
            {
                "side": "recipient",
                "party": named(loaded, parties.hub_operator or "the operator")["name"],
                "role": parties.hub_role or "operator",
                "named": None,
            }
        )
    return rows


def named(loaded: LoadedBundle, id: str) -> Record:
    """Return a party, group or the hub's correlation by id and name."""
    return {"id": id, "name": recipient_name(loaded.bundle.parties, id)}
