"""What the contract says of one event and one recipient: slow, obvious, and read from it alone.

Nothing here comes from the hub's own code: it reads the rule files, code lists, areas lookup and
schemas itself, and works out each answer anew by the plainest way. It is what the decision by table
is compared with.

Where the contract leaves a choice, this is the reading taken:

- One reason of several: `control`, `excluded`, `unmapped`, `no-agreement`, `ended` (before
  `not-started`), `not-started`, `never`, `only-when`, `error`, `wall`.
- A `never` counts wherever any agreement of that publisher to that recipient names the event type,
  whatever its dates and whatever it is held for; the reason is `never` only where one is in force.
- A dropped field, and a token that an event loses, is absent; so is nothing else.
- A place without a code, or outside the areas file, gives null for the whole of `area`.
- The condition fields `district`, `csp` and `ciog` are the lookup's columns; empty is null.
- `recorded_at` and the event's own `time` floor, like `occurred_from`.
- An hour is an hour long: the repeated hour of autumn makes two buckets of an hour. Longer buckets
  end where the wall clock says.
- What a code means is judged on the local day of `occurred_from`.
- A cap that comes from a dropped field matters only where `area` is not dropped.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

HUB = "hub-correlation"
COARSER = {
    "lsoa": ["lsoa", "msoa", "ward", "district", "csp", "ciog", "county"],
    "msoa": ["msoa", "district", "csp", "ciog", "county"],
    "ward": ["ward", "district", "csp", "ciog", "county"],
    "district": ["district", "csp", "ciog", "county"],
    "csp": ["csp", "ciog", "county"],
    "ciog": ["ciog", "county"],
    "county": ["county"],
}
PUBLIC_AT_LSOA = "police_data_police_uk_categories"
TIMES = ["exact", "hour", "3-hours", "day", "week", "month"]
TOKENS = {"person-token", "place-token"}
CHILD = {"under-10", "10-13", "14-15", "16-17"}


@dataclass(frozen=True)
class Shared:
    """The fields that pass, generalised times as datetimes, tokens as the agency sent them.

    `tokens` names the fields to pseudonymise. `time` is a text when it passes exactly as sent, a
    datetime when generalised, None when absent.
    """

    fields: dict[str, Any]
    tokens: frozenset[str]
    time: str | datetime | None


@dataclass(frozen=True)
class Withheld:
    reason: str


class World:
    """A partnership as its files say: rules, code lists, places and schemas."""

    def __init__(self, rules: dict[str, Any], lists: Path, areas: Path, schemas: Path) -> None:
        """`rules` maps each file name of a rules folder to its parsed YAML."""
        own = ("parties.yaml", "gateways.yaml", "bundle.yaml")
        self.parties = rules["parties.yaml"]["parties"]
        self.groups = rules["parties.yaml"]["groups"]
        self.agreements = [
            values
            for name, values in rules.items()
            if name not in own and not name.endswith(".cases.yaml")
        ]
        self.rows = _code_rows(lists)
        self.flags = {
            (row["list"], row["code"], row["flag"]) for row in _table(lists / "flags.csv")
        }
        self.places = _places(areas)
        self.zone = ZoneInfo(_yaml(areas)["timezone"])
        self.schemas = _schemas(schemas)
        self.recipients = sorted({HUB} | {a["recipient"] for a in self.agreements})


@cache
def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)


@cache
def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _code_rows(folder: Path) -> dict[tuple[str, str], list[dict[str, str]]]:
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for path in sorted(folder.glob("*.csv")):
        if path.name != "flags.csv":
            for row in _table(path):
                found.setdefault((path.stem, row["code"]), []).append(row)
    return found


@cache
def _places(areas: Path) -> dict[tuple[str, str], dict[str, str]]:
    found = {}
    for edition, files in _yaml(areas)["editions"].items():
        for row in _table(areas.parent / files["lookup"]):
            if row["edition"] == edition:
                found[edition, row["code"]] = row
    return found


@cache
def _schemas(folder: Path) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for path in folder.glob("*/*.avsc"):
        event, version, _ = path.name.rsplit(".", 2)
        fields = json.loads(path.read_text(encoding="utf-8"))["fields"]
        found[f"{path.parent.name}.{event}.{version}"] = fields
    return found


def outcome(world: World, event: dict[str, Any], recipient: str) -> Shared | Withheld:
    """Return what `recipient` gets of an accepted event, or the reason that it gets nothing."""
    if event["type"].split(".")[0] in ("feed", "event"):
        return Withheld("control")
    rows = _meanings(world, event)
    categories = _union([row for _, _, row in rows])
    if "excluded" in categories:
        return Withheld("excluded")
    if not categories:
        return Withheld("unmapped")
    agreements = [
        a
        for a in world.agreements
        if _owns(world, a["publisher"], event["source"])
        and a["recipient"] == recipient
        and event["type"] in a["events"]
    ]
    covering = [a for a in agreements if event["data"]["held_for"] in a["held_for"]]
    if not covering:
        return Withheld("no-agreement")
    day = datetime.fromisoformat(event["time"]).astimezone(world.zone).date()
    running = [a for a in covering if _day(a["starts"]) <= day <= _day(a["ends"])]
    if not running:
        return Withheld("ended" if any(_day(a["ends"]) < day for a in covering) else "not-started")
    present = _condition_values(world, event, categories)
    for agreement in agreements:
        for never in agreement.get("never_when") or []:
            if all(_holds(clause, present[name]) for name, clause in never["when"].items()):
                return Withheld("never")
    permitting = [
        a
        for a in running
        if all(_holds(clause, present[name]) for name, clause in (a.get("only_when") or {}).items())
    ]
    if not permitting:
        return Withheld("only-when")
    if len(permitting) > 1:
        return Withheld("error")
    treated = _treated(world, event, permitting[0], rows)
    if isinstance(treated, Shared) and not _touches(world, event, recipient):
        return Withheld("only-when")
    return treated


def _touches(world: World, event: dict[str, Any], recipient: str) -> bool:
    """Say whether the place surely lies in what a group with areas reads."""
    limits = [a for g in world.groups if g["id"] == recipient for a in g.get("areas") or []]
    area = event["data"].get("area") or {}
    place = world.places.get((area.get("edition"), area.get("code")), {})
    own = {area.get("edition"): area.get("code")} if place else {}
    return not limits or any({**place, **own}.get(a["level"]) == str(a["code"]) for a in limits)


def _day(text: Any) -> date:
    return date.fromisoformat(str(text))


def _owns(world: World, party: str, source: str) -> bool:
    return any(
        one["id"] == party and source in [feed["source"] for feed in one.get("feeds") or []]
        for one in world.parties
    )


def _meanings(world: World, event: dict[str, Any]) -> list[tuple[str, str, dict[str, str]]]:
    """Return (field, list, row) for every code of the event that its list knows on its day."""
    data = event["data"]
    on = datetime.fromisoformat(data["occurred_from"]).astimezone(world.zone).date()
    coded = [("category", data["category_list"], data["category"])]
    for field in world.schemas[event["type"]]:
        value = data.get(field["name"])
        if field.get("code_list") and value is not None:
            for code in value if isinstance(value, list) else [value]:
                coded.append((field["name"], field["code_list"], str(code)))
    found = []
    for name, code_list, code in coded:
        for row in world.rows.get((code_list, code), []):
            begun = not row["valid_from"] or date.fromisoformat(row["valid_from"]) <= on
            over = bool(row["valid_to"]) and date.fromisoformat(row["valid_to"]) < on
            if begun and not over:
                found.append((name, code_list, row))
    return found


def _union(rows: list[dict[str, str]]) -> set[str]:
    categories = {row["hub_category"] for row in rows if row["hub_category"]}
    if "excluded" in categories:
        return {"excluded"}
    if len(categories) > 1:
        categories.discard("context-only")
    return categories


def _condition_values(
    world: World, event: dict[str, Any], categories: set[str]
) -> dict[str, set[str]]:
    data = event["data"]
    area = data.get("area") or {}
    place = world.places.get((area.get("edition"), area.get("code")), {})
    one = {
        "agency_category": f"{data['category_list']}:{data['category']}",
        "severity": data.get("severity"),
        "weapon": data.get("weapon"),
        "setting": data.get("setting"),
        "age_band": data.get("age_band"),
        "held_for": data["held_for"],
        "confidence": area.get("confidence"),
        "district": place.get("district"),
        "csp": place.get("csp"),
        "ciog": place.get("ciog"),
    }
    many = {"hub_category": categories, "qualifiers": set(data.get("qualifiers") or [])}
    return {**{n: {str(v)} if v not in (None, "") else set() for n, v in one.items()}, **many}


def _holds(clause: dict[str, Any], present: set[str]) -> bool:
    if not present:
        return str(clause.get("or_null")).lower() == "true"
    if "any_of" in clause:
        return any(str(value) in present for value in clause["any_of"])
    if "none_of" in clause:
        return not any(str(value) in present for value in clause["none_of"])
    return all(value in [str(one) for one in clause["only"]] for value in present)


def _treated(
    world: World,
    event: dict[str, Any],
    agreement: dict[str, Any],
    rows: list[tuple[str, str, dict[str, str]]],
) -> Shared | Withheld:
    recipient, held_for = agreement["recipient"], event["data"]["held_for"]
    if held_for in ("health", "social-care") and (
        recipient != HUB or agreement["lane"] != "anonymised"
    ):
        return Withheld("wall")
    police = [party["id"] for party in world.parties if party["kind"] == "police"]
    if held_for == "education" and recipient != HUB and recipient not in police:
        return Withheld("wall")
    schema = world.schemas[event["type"]]
    classes = {field["name"]: field["privacy_class"] for field in schema}
    rule = {name: agreement["fields"].get(name, "drop") for name in classes}
    tokens = {name for name in rule if classes[name] in TOKENS and rule[name] != "drop"}
    if any(rule[name] != "pseudonymise" for name in tokens):
        return Withheld("wall")
    if agreement["lane"] == "anonymised" or any(row["lane"] == "anonymised" for _, _, row in rows):
        for name in tokens:
            rule[name] = "drop"
        tokens = set()
    if tokens and held_for not in ("policing", "probation", "youth-justice", "education"):
        return Withheld("wall")
    if tokens and any(classes[name] == "health" and rule[name] != "drop" for name in rule):
        return Withheld("wall")
    dropped = {name for name in rule if rule[name] == "drop"}
    fields: dict[str, Any] = {}
    for name, treatment in rule.items():
        value = event["data"].get(name)
        if treatment == "drop":
            continue
        if name == "area":
            level = treatment["generalise"] if isinstance(treatment, dict) else "lsoa"
            allowed = _allowed(world, level, rows, recipient)
            kept_rows = [one for one in rows if one[0] not in dropped]
            if recipient != HUB and allowed != _allowed(world, level, kept_rows, recipient):
                return Withheld("wall")
            fields[name] = _place(world, value, allowed)
        elif not isinstance(treatment, dict):
            fields[name] = value
        elif name == "category":
            fields[name] = _union([row for field, _, row in rows if field not in dropped])
        elif name == "age_band":
            fields[name] = _age(value, treatment["generalise"])
        else:
            up = name == "occurred_to"
            fields[name] = _bucket(world, value, treatment["generalise"], up)
    return Shared(fields, frozenset(tokens), _own_time(world, event, rule, classes))


def _allowed(
    world: World, level: str, rows: list[tuple[str, str, dict[str, str]]], recipient: str
) -> list[str]:
    """Return the levels that the rule and every floor that binds this recipient allow."""
    allowed = COARSER[level]
    for _, code_list, row in rows:
        mixed = (code_list, row["code"], "mixed") in world.flags and code_list != PUBLIC_AT_LSOA
        if row["hub_category"] in ("domestic-abuse", "sexual") or mixed:
            allowed = [one for one in allowed if one in COARSER["district"]]
        if recipient != HUB and row["geography_floor"]:
            allowed = [one for one in allowed if one in COARSER[row["geography_floor"]]]
    return allowed


def _place(world: World, area: dict[str, Any] | None, allowed: list[str]) -> dict[str, Any] | None:
    if area is None or area["code"] is None:
        return None
    edition = area["edition"]
    row = world.places.get((edition, area["code"]))
    if row is None:
        return None
    own = "lsoa" if edition.startswith("lsoa") else edition
    for level in allowed:
        if level == own:
            return {"code": area["code"], "edition": edition, "confidence": area["confidence"]}
        if level in COARSER[own] and row[level]:
            return {"code": row[level], "edition": level, "confidence": area["confidence"]}
    return None


def _age(band: str | None, level: str) -> str | None:
    if band is None:
        return None
    if level == "adult-or-child":
        return "child" if band in CHILD else "adult"
    if band in ("under-10", "18-24"):
        return band
    return "10-17" if band in CHILD else "25-plus"


def _own_time(
    world: World, event: dict[str, Any], rule: dict[str, Any], classes: dict[str, str]
) -> str | datetime | None:
    times = [rule[name] for name in rule if classes[name] == "time"]
    if "drop" in times:
        return None
    levels = [one["generalise"] if isinstance(one, dict) else "exact" for one in times]
    coarsest = max(levels, key=TIMES.index)
    if coarsest == "exact":
        return str(event["time"])
    return _bucket(world, event["time"], coarsest, up=False)


def _bucket(world: World, text: str | None, level: str, up: bool) -> datetime | None:
    if text is None:
        return None
    return _edge(datetime.fromisoformat(text).astimezone(UTC), level, up, world.zone)


@cache
def _edge(instant: datetime, level: str, up: bool, zone: ZoneInfo) -> datetime:
    """Walk by quarters of an hour to where the wall clock's bucket changes."""
    quarter = timedelta(minutes=15)
    at = instant.replace(minute=instant.minute // 15 * 15, second=0, microsecond=0)
    label = _label(at, level, zone)
    if up:
        if at == instant and _label(at - quarter, level, zone) != label:
            return instant
        while _label(at, level, zone) == label:
            at += quarter
        return at
    while _label(at - quarter, level, zone) == label:
        at -= quarter
    return at


def _label(instant: datetime, level: str, zone: ZoneInfo) -> tuple[Any, ...]:
    """Name the bucket that the wall clock shows."""
    wall = instant.astimezone(zone)
    if level == "hour":
        return wall.date(), wall.hour, wall.utcoffset()
    if level == "3-hours":
        return wall.date(), wall.hour // 3
    if level == "day":
        return (wall.date(),)
    if level == "week":
        return tuple(wall.isocalendar())[:2]
    return wall.year, wall.month
