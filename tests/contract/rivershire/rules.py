"""Rivershire's rules: who takes part, and agreements that are good until a test spoils them."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from .places import write_lists

INCIDENT_FIELDS = {
    "category": {"generalise": "hub"},
    "category_list": "drop",
    "occurred_from": {"generalise": "hour"},
    "occurred_to": {"generalise": "hour"},
    "recorded_at": {"generalise": "day"},
    "area": {"generalise": "lsoa"},
    "held_for": "keep",
    "severity": "keep",
    "weapon": "keep",
    "setting": "keep",
    "qualifiers": "drop",
    "age_band": {"generalise": "wide"},
}
TOKENS = {"suspect_token": "pseudonymise", "victim_token": "drop", "place_token": "drop"}
NO_TOKENS = dict.fromkeys(TOKENS, "drop")


class _Plain(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def dumped(value: Any) -> str:
    """Return the value as YAML without aliases, keys in the order given."""
    return yaml.dump(value, Dumper=_Plain, sort_keys=False)


def party(name: str, kind: str, function: str, *types: str, **more: Any) -> dict[str, Any]:
    """Return a party with one feed for each type."""
    return {
        "id": name,
        "legal_name": f"The {name}",
        "kind": kind,
        "status": "specified",
        "functions": [function],
        "controller": "sole",
        "owner": f"owner@{name}.example",
        "dpo": f"dpo@{name}.example",
        "caldicott": None,
        "contact": f"contact@{name}.example",
        "feeds": [
            {
                "source": f"/{name}/{one.split('.')[1]}",
                "types": [one],
                "held_for": [function],
                "cadence": "daily",
                "due_hours": 48,
            }
            for one in types
        ],
        **more,
    }


def parties() -> dict[str, Any]:
    """Return who takes part in Rivershire."""
    return {
        "parties": [
            party("river-police", "police", "policing", "police.crime.v1", "police.incident.v1"),
            party("river-hospital", "health", "health", "health.assault.v1"),
            party(
                "river-schools",
                "schools",
                "education",
                "schools.concern.v1",
                "schools.suspension.v1",
                "schools.attendance.v1",
            ),
            party("river-fire", "fire", "fire-rescue", "fire.incident.v1"),
            party("river-council", "council", "community-safety"),
        ],
        "groups": [
            {"id": "gold", "name": "Gold", "members": ["river-police"], "areas": []},
            {
                "id": "upper-table",
                "name": "Upper table",
                "members": ["river-police"],
                "areas": [{"level": "ciog", "code": "upper"}],
            },
            {"id": "scrutiny", "name": "Scrutiny", "members": ["river-council"], "areas": []},
        ],
        "hub": {"operator": "river-council", "role": "processor"},
    }


def agreement(name: str = "police-to-hub", **changes: Any) -> dict[str, Any]:
    """Return a good agreement of the police; a change to None removes the key when `...`."""
    made: dict[str, Any] = {
        "agreement": name,
        "version": 3,
        "title": "What the police share",
        "publisher": "river-police",
        "recipient": "hub-correlation",
        "held_for": ["policing"],
        "gateway": "river-act-s1",
        "lawful_basis": "uk-gdpr-6-1-e",
        "regime": "part-3-to-uk-gdpr",
        "conditions": ["art-10"],
        "policy_document": "PD-1",
        "dpia": "DPIA-1",
        "parent": "river-agreement",
        "purpose": "river-duty",
        "lane": "pseudonymised",
        "anonymity": None,
        "starts": "2025-01-01",
        "ends": "2025-12-31",
        "review_by": "2025-12-01",
        "retention_days": 28,
        "events": ["police.crime.v1"],
        "fields": {**INCIDENT_FIELDS, **TOKENS},
        "release": {},
    }
    if made["recipient"] == changes.get("recipient", "hub-correlation"):
        made["release"] = {"gold": "exact", "upper-table": "exact", "scrutiny": "rounded"}
    for key, value in changes.items():
        if value is ...:
            del made[key]
        else:
            made[key] = value
    return copy.deepcopy(made)


def concern_agreement(name: str = "schools-to-hub", **changes: Any) -> dict[str, Any]:
    """Return a good agreement of the schools, on concerns."""
    fields = {**INCIDENT_FIELDS, "suspect_token": "drop", "victim_token": "drop"}
    return agreement(
        name,
        **{
            "publisher": "river-schools",
            "held_for": ["education"],
            "lane": "anonymised",
            "events": ["schools.concern.v1"],
            "fields": fields,
            "release": {"gold": "rounded"} if "recipient" not in changes else {},
            **changes,
        },
    )


def hospital_agreement(name: str = "hospital-to-hub", **changes: Any) -> dict[str, Any]:
    """Return a good agreement of the hospital."""
    fields = {
        **INCIDENT_FIELDS,
        "injury_intent": "keep",
        "injury_mechanism": "keep",
        "disposal": "drop",
    }
    return agreement(
        name,
        **{
            "publisher": "river-hospital",
            "held_for": ["health"],
            "lane": "anonymised",
            "events": ["health.assault.v1"],
            "fields": fields,
            "release": {"gold": "rounded"} if "recipient" not in changes else {},
            **changes,
        },
    )


def fire_agreement(name: str = "fire-to-hub", **changes: Any) -> dict[str, Any]:
    """Return a good agreement of the fire service."""
    fields = {
        **INCIDENT_FIELDS,
        "motive": "keep",
        "property_category": "keep",
        "special_service_type": "drop",
    }
    return agreement(
        name,
        **{
            "publisher": "river-fire",
            "held_for": ["fire-rescue"],
            "lane": "anonymised",
            "events": ["fire.incident.v1"],
            "fields": fields,
            "release": {"gold": "exact"} if "recipient" not in changes else {},
            **changes,
        },
    )


PAPERS = [
    {
        "id": "river-agreement",
        "kind": "parent-agreement",
        "starts": "2024-01-01",
        "ends": "2027-01-01",
    },
    {"id": "DPIA-1", "kind": "dpia", "starts": "2024-01-01", "ends": "2027-01-01"},
    {"id": "PD-1", "kind": "policy-document", "starts": "2024-01-01", "ends": "2027-01-01"},
]


def write_rules(
    folder: Path,
    agreements: Iterable[dict[str, Any]],
    who: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
) -> Path:
    """Write a bundle whose code lists lie beside its folder, in `lists`."""
    folder.mkdir(parents=True)
    lists = folder.parent / "lists"
    if not lists.exists():
        write_lists(lists)
    (folder / "parties.yaml").write_text(dumped(who or parties()))
    gateway = {"id": "river-act-s1", "title": "River Act", "text": "May share.", "limits": []}
    (folder / "gateways.yaml").write_text(dumped({"gateways": [gateway]}))
    made = settings if settings is not None else {"code_lists": "../lists", "papers": PAPERS}
    (folder / "bundle.yaml").write_text(dumped(made))
    for one in agreements:
        name = one.get("agreement", "unnamed")
        (folder / f"{name}.yaml").write_text(dumped(one))
        (folder / f"{name}.cases.yaml").write_text("[]\n")
    return folder
