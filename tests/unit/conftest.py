"""A small partnership whose rules are good, to be spoilt one value at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cioghub.rule_cases import run_cases
from cioghub.steps.share.check import check
from cioghub.steps.share.check_bundle import LoadedBundle, assemble_bundle, bundle_hash, read_texts
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.rules import Finding
from cioghub.vocabulary.schema import EventSchema
from cioghub.wire.areas import read_areas
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.schemas import read_schemas

ROOT = Path(__file__).parents[2]


@cache
def shipped() -> tuple[CodeLists, Areas, dict[str, EventSchema]]:
    return (
        read_code_lists(ROOT / "deploy" / "code-lists"),
        read_areas(ROOT / "deploy" / "areas" / "warwickshire.yaml"),
        read_schemas(ROOT / "schemas" / "avro"),
    )


class _Plain(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _party(name: str, kind: str, function: str, *types: str) -> dict[str, Any]:
    feeds = [
        {
            "source": f"/{name}/{event.split('.')[1]}",
            "types": [event],
            "held_for": [function],
            "cadence": "daily",
            "due_hours": 36,
        }
        for event in types
    ]
    return {
        "id": name,
        "legal_name": name,
        "kind": kind,
        "status": "specified",
        "functions": [function],
        "controller": "sole",
        "owner": f"owner@{name}.example",
        "dpo": f"dpo@{name}.example",
        "caldicott": None,
        "contact": f"contact@{name}.example",
        "feeds": feeds,
    }


def _parties() -> dict[str, Any]:
    return {
        "parties": [
            _party("police", "police", "policing", "police.crime.v1", "police.incident.v1"),
            _party("hospital", "health", "health", "health.assault.v1"),
            _party("schools", "schools", "education", "schools.concern.v1"),
            _party("council", "council", "community-safety"),
        ],
        "groups": [
            {"id": "tactical", "name": "Tactical group", "members": ["police"], "areas": []},
            {
                "id": "board",
                "name": "Board",
                "members": ["council"],
                "areas": [{"level": "ciog", "code": "north"}],
            },
        ],
        "hub": {"operator": "council", "role": "processor"},
    }


def _agreement() -> dict[str, Any]:
    return {
        "agreement": "police-to-hub",
        "version": 1,
        "title": "Crime for correlation",
        "publisher": "police",
        "recipient": "hub-correlation",
        "held_for": ["policing"],
        "gateway": "power",
        "lawful_basis": "uk-gdpr-6-1-e",
        "regime": "part-3-to-uk-gdpr",
        "conditions": [],
        "policy_document": "PD",
        "dpia": "DPIA",
        "parent": "partnership",
        "purpose": "collaborate",
        "lane": "pseudonymised",
        "anonymity": None,
        "starts": "2025-01-31",
        "ends": "2027-03-31",
        "review_by": "2026-12-31",
        "retention_days": 28,
        "events": ["police.crime.v1"],
        "fields": {
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
            "suspect_token": "pseudonymise",
            "victim_token": "drop",
            "place_token": "drop",
        },
        "only_when": {
            "hub_category": {"none_of": ["sexual", "domestic-abuse"]},
            # A class that holds domestic abuse: the wall's floor would bind it.
            "agency_category": {
                "none_of": ["police_notifiable_classes:violence-against-the-person"]
            },
        },
        "release": {"tactical": "exact", "board": "rounded"},
    }


def _case(**changes: Any) -> dict[str, Any]:
    """Return a stabbing that the agreement shares."""
    event = {
        "type": "police.crime.v1",
        "time": "2025-11-15T08:00:00+00:00",
        "data": {
            "category": "8N",
            "category_list": "police_offence_codes",
            "occurred_from": "2025-11-14T22:10:00+00:00",
            "occurred_to": "2025-11-14T22:10:00+00:00",
            "area": {"code": "E01031043", "edition": "lsoa11", "confidence": "street"},
            "severity": 4,
            "weapon": "lock-folding-knife",
        },
    }
    return {"name": "a stabbing", "event": event, "expect": "shared", **changes}


@dataclass
class Rules:
    """Rule files as plain values; change one, then ask `check`."""

    parties: dict[str, Any] = field(default_factory=_parties)
    gateways: dict[str, Any] = field(default_factory=lambda: {"gateways": [{"id": "power"}]})
    settings: dict[str, Any] | None = None
    agreements: dict[str, dict[str, Any]] = field(default_factory=dict)
    cases: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, name: str, **changes: Any) -> dict[str, Any]:
        """Add a good agreement with these changes, its file named `name`, and no case."""
        made = {**_agreement(), "agreement": name, **changes}
        self.agreements[name] = made
        self.cases.setdefault(name, [])
        return made

    def fields(self, **changes: Any) -> dict[str, Any]:
        return {**_agreement()["fields"], **changes}

    def case(self, **changes: Any) -> dict[str, Any]:
        return _case(**changes)

    def files(self) -> dict[str, str]:
        values: dict[str, Any] = {"parties.yaml": self.parties, "gateways.yaml": self.gateways}
        if self.settings is not None:
            values["bundle.yaml"] = self.settings
        for name, agreement in self.agreements.items():
            values[f"{name}.yaml"] = agreement
            values[f"{name}.cases.yaml"] = self.cases[name]
        return {
            name: yaml.dump(value, Dumper=_Plain, sort_keys=False, allow_unicode=True)
            for name, value in values.items()
        }

    def load(self) -> LoadedBundle | list[Finding]:
        lists, areas, schemas = shipped()
        texts = read_texts(self.files())
        if isinstance(texts, list):
            return texts
        hashed = bundle_hash(self.files(), lists, areas, schemas)
        return assemble_bundle(texts, lists, areas, schemas, hashed)

    def check(self, on: date | None = None) -> tuple[list[Finding], list[Finding]]:
        loaded = self.load()
        return (loaded, []) if isinstance(loaded, list) else check(loaded, on, run_cases)

    def errors(self) -> list[tuple[str, str]]:
        return [(one.code, one.file) for one in self.check()[0]]

    def warnings(self, on: date | None = None) -> list[str]:
        return [one.code for one in self.check(on)[1]]


@pytest.fixture
def rules() -> Rules:
    made = Rules()
    made.add("police-to-hub")
    made.cases["police-to-hub"] = [_case()]
    return made


@pytest.fixture
def write_rules(rules: Rules, tmp_path: Path) -> Callable[[], Path]:
    def write() -> Path:
        folder = tmp_path / "rules"
        folder.mkdir(exist_ok=True)
        for name, content in rules.files().items():
            (folder / name).write_text(content, encoding="utf-8")
        return folder

    return write
