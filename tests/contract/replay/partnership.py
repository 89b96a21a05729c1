"""A small partnership made for tests: its areas, parties, agreements and events, as files."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

LONDON = ZoneInfo("Europe/London")
COLUMNS = (
    *("edition", "code", "name", "local_name", "msoa", "ward", "district", "csp", "county"),
    *("ciog", "population", "lon", "lat"),
)
HILL, DALE = "hill", "dale"
"""The two areas; each is one district and one CSP with nine small places in a grid."""


def place(ciog: str, number: int) -> str:
    """Return the code of one of the nine small places of an area."""
    return f"{'H' if ciog == HILL else 'D'}{number:03d}"


def moment(text: str) -> str:
    """Return local wall-clock text as RFC 3339 with offset."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).isoformat()


def write_areas(folder: Path) -> Path:
    """Write an areas file of two areas side by side; return its path.

    Places are about a kilometre apart, those on the two sides of the border half of that.
    """
    rows: list[dict[str, str]] = []

    def add(edition: str, code: str, **parents: str) -> None:
        rows.append(
            {
                **dict.fromkeys(COLUMNS, ""),
                "edition": edition,
                "code": code,
                "name": code,
                "local_name": code,
                **parents,
            }
        )

    for at, ciog in enumerate((HILL, DALE)):
        above = {"csp": f"csp-{ciog}", "ciog": ciog, "county": "shire"}
        add("csp", f"csp-{ciog}", district=f"district-{ciog}", ciog=ciog, county="shire")
        add("district", f"district-{ciog}", **above)
        for number in range(9):
            add(
                "lsoa21",
                place(ciog, number),
                msoa=f"msoa-{ciog}-{number // 3}",
                district=f"district-{ciog}",
                population="1500",
                lon=str(-1.5 + 0.012 * (number % 3 + 3 * at) - 0.004 * at),
                lat=str(52.2 + 0.01 * (number // 3)),
                **above,
            )
    with (folder / "lookup.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    (folder / "outside.csv").write_text("code,name\nZ001,Farshire\n", encoding="utf-8")
    top = {
        "partnership": "Testshire",
        "timezone": "Europe/London",
        "editions": {e: {"lookup": "lookup.csv"} for e in ("lsoa21", "district", "csp")},
        "levels": ["lsoa", "msoa", "district", "csp", "ciog", "county"],
        "calendar": {"fortnight_anchor": "2025-01-06", "freeze_after_days": 2},
        "outside": "outside.csv",
        "ciog": [
            {"id": HILL, "name": "Hill", "aliases": [], "chair": "chair-hill"},
            {"id": DALE, "name": "Dale", "aliases": [], "chair": "chair-dale"},
        ],
    }
    path = folder / "areas.yaml"
    path.write_text(yaml.safe_dump(top, sort_keys=False), encoding="utf-8")
    return path


FEEDS = {
    "constabulary": ("police", "policing", ["police.crime.v1", "police.incident.v1"]),
    "brigade": ("fire", "fire-rescue", ["fire.incident.v1"]),
    "infirmary": ("health", "health", ["health.assault.v1"]),
    "academy": ("schools", "education", ["schools.concern.v1"]),
}
PUBLISHERS = tuple(FEEDS)


def parties(due_hours: int = 2_000) -> dict[str, Any]:
    """Return four publishers, a council that only reads, and two groups."""

    def party(name: str, kind: str, function: str, types: list[str]) -> dict[str, Any]:
        return {
            "id": name,
            "legal_name": name.title(),
            "kind": kind,
            "status": "specified",
            "functions": [function],
            "controller": "sole",
            "owner": f"owner@{name}.example",
            "dpo": f"dpo@{name}.example",
            "caldicott": f"guardian@{name}.example" if kind == "health" else None,
            "contact": f"desk@{name}.example",
            "feeds": [
                {
                    "source": f"/{name}/{one.split('.')[1]}",
                    "types": [one],
                    "held_for": [function],
                    "cadence": "daily",
                    "due_hours": due_hours,
                }
                for one in types
            ],
        }

    return {
        "parties": [
            *(party(name, *of) for name, of in FEEDS.items()),
            party("council", "council", "community-safety", []),
        ],
        "groups": [
            {"id": "desk", "name": "Desk", "members": ["constabulary"], "areas": []},
            {"id": "board", "name": "Board", "members": ["council"], "areas": []},
            {
                "id": "dale-board",
                "name": "Dale board",
                "members": ["council"],
                "areas": [{"level": "ciog", "code": DALE}],
            },
        ],
        "hub": {"operator": "council", "role": "processor"},
    }


_FIELDS: dict[str, Any] = {
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
    "qualifiers": "keep",
    "age_band": {"generalise": "wide"},
}
_OWN_FIELDS: dict[str, dict[str, Any]] = {
    "police": {"suspect_token": "pseudonymise", "victim_token": "drop", "place_token": "drop"},
    "fire": {"motive": "keep", "property_category": "keep", "special_service_type": "drop"},
    "health": {"injury_intent": "keep", "injury_mechanism": "keep", "disposal": "drop"},
    "schools": {"suspect_token": "drop", "victim_token": "drop"},
}


def agreement(name: str, publisher: str, events: Sequence[str], **changes: Any) -> dict[str, Any]:
    """Return an agreement of a publisher with the correlator, with these changes."""
    kind, function, _ = FEEDS[publisher]
    return {
        "agreement": name,
        "version": 1,
        "title": name,
        "publisher": publisher,
        "recipient": "hub-correlation",
        "held_for": [function],
        "gateway": "power",
        "lawful_basis": "uk-gdpr-6-1-e",
        "regime": "part-3-to-uk-gdpr" if kind == "police" else "uk-gdpr",
        "conditions": [],
        "policy_document": "PD",
        "dpia": "DPIA",
        "parent": "partnership",
        "purpose": "collaborate",
        "lane": "pseudonymised" if kind == "police" else "anonymised",
        "anonymity": None,
        "starts": "2025-01-31",
        "ends": "2027-03-31",
        "review_by": "2026-12-31",
        "retention_days": 28,
        "events": list(events),
        "fields": {**_FIELDS, **_OWN_FIELDS[kind]},
        "release": {
            "desk": "exact" if kind in ("police", "fire") else "rounded",
            "board": "rounded" if kind in ("police", "fire") else "level",
            "dale-board": "rounded",
        },
        **changes,
    }


def agreements() -> list[dict[str, Any]]:
    """Return one agreement with the correlator for each publisher, and one with the desk."""
    rows = agreement("police-to-desk", "constabulary", ["police.crime.v1"])
    rows |= {"recipient": "desk", "lane": "anonymised", "purpose": "assess", "release": {}}
    rows["fields"] = {
        **rows["fields"],
        "area": {"generalise": "district"},
        "suspect_token": "drop",
    }
    rows["only_when"] = {"severity": {"any_of": ["4", "5"], "or_null": False}}
    return [
        *(agreement(f"{who}-to-hub", who, events) for who, (_, _, events) in FEEDS.items()),
        rows,
    ]


def write_rules(
    folder: Path, made: Iterable[dict[str, Any]], who: dict[str, Any] | None = None
) -> Path:
    """Write a bundle without worked cases; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)

    def write(name: str, value: Any) -> None:
        (folder / name).write_text(yaml.safe_dump(value, sort_keys=False), encoding="utf-8")

    write("parties.yaml", who or parties())
    gateway = {"id": "power", "title": "A power", "text": "It allows.", "limits": []}
    write("gateways.yaml", {"gateways": [gateway]})
    for one in made:
        write(f"{one['agreement']}.yaml", one)
        write(f"{one['agreement']}.cases.yaml", [])
    return folder


_DATA: dict[str, dict[str, Any]] = {
    "police.crime.v1": {
        "category": "8N",
        "category_list": "police_offence_codes",
        "weapon": "lock-folding-knife",
        "suspect_token": None,
        "victim_token": None,
        "place_token": None,
    },
    "police.incident.v1": {
        "category": "204",
        "category_list": "police_nicl_incident_categories",
        "suspect_token": None,
        "victim_token": None,
        "place_token": None,
    },
    "fire.incident.v1": {
        "category": "primary-fire",
        "category_list": "fire_incident_groups",
        "motive": "deliberate-own-property",
        "property_category": None,
        "special_service_type": None,
    },
    "health.assault.v1": {
        "category": "assault-alleged",
        "category_list": "health_injury_intent",
        "injury_intent": "assault-alleged",
        "injury_mechanism": None,
        "disposal": None,
    },
    "schools.concern.v1": {
        "category": "drug-signs",
        "category_list": "schools_concern_kinds",
        "suspect_token": None,
        "victim_token": None,
    },
}
_PUBLISHER_OF = {one: who for who, (_, _, types) in FEEDS.items() for one in types}


def event(
    id: str,
    time: str,
    occurred: str | None = None,
    *,
    type: str = "police.crime.v1",
    at: str | None = None,
    edition: str = "lsoa21",
    **data: Any,
) -> dict[str, Any]:
    """Return a good event, `time` and `occurred` as local wall-clock text; `at` is the place."""
    who = _PUBLISHER_OF[type]
    when = moment(occurred or time)
    return {
        "specversion": "1.0",
        "id": id,
        "source": f"/{who}/{type.split('.')[1]}",
        "type": type,
        "time": moment(time),
        "datacontenttype": "application/json",
        "data": {
            "occurred_from": when,
            "occurred_to": when,
            "recorded_at": None,
            "area": {"code": at or place(HILL, 0), "edition": edition, "confidence": "street"},
            "held_for": FEEDS[who][1],
            "severity": 4,
            "weapon": None,
            "setting": None,
            "qualifiers": None,
            "age_band": None,
            **_DATA[type],
            **data,
        },
    }


def control(kind: str, id: str, time: str, target: str, **more: Any) -> dict[str, Any]:
    """Return a correction or withdrawal by the police of one of their crime events."""
    return {
        "specversion": "1.0",
        "id": id,
        "source": "/constabulary/crime",
        "type": f"event.{kind}.v1",
        "time": moment(time),
        "datacontenttype": "application/json",
        "data": {"id": target, "reason": "wrong-code", "replacement": None, **more},
    }


def usual(first: str, days: int, seed: int = 7) -> list[dict[str, Any]]:
    """Return a quiet background: about two knife events a day, spread over every place."""
    chance = random.Random(seed)
    start = datetime.fromisoformat(first)
    found = []
    for day in range(days):
        for number in range(chance.choice((1, 2, 2, 3))):
            at = start + timedelta(days=day, hours=chance.randrange(8, 23))
            where = place(chance.choice((HILL, DALE)), chance.randrange(9))
            found.append(event(f"u-{day:03d}-{number}", at.isoformat(), at=where))
    return found


def knot(first: str, number: int, at: str | None = None, name: str = "k") -> list[dict[str, Any]]:
    """Return so many knife events in one place, two a day."""
    start = datetime.fromisoformat(first)
    return [
        event(
            f"{name}-{n:02d}", (start + timedelta(days=n // 2, hours=10 + n % 2)).isoformat(), at=at
        )
        for n in range(number)
    ]
