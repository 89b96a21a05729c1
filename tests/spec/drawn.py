"""Draws events and rule folders for the laws: everything a partnership could meet, and more.

Events lie over the shipped code lists and around the days when something changes: the clocks, a
quarter, an agreement, a code. Rules are those that ship, changed in a few places.
"""

from __future__ import annotations

import copy
import csv
import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "sharing-rules"
LISTS = ROOT / "deploy" / "code-lists"
SCHEMAS = ROOT / "schemas" / "avro"
AREAS = ROOT / "deploy" / "areas" / "warwickshire.yaml"
LONDON = ZoneInfo("Europe/London")

TYPES = {
    "police.crime.v1": ("/warwickshire-police/crime", "policing"),
    "police.incident.v1": ("/warwickshire-police/incident", "policing"),
    "fire.incident.v1": ("/warwickshire-fire/incident", "fire-rescue"),
    "health.assault.v1": ("/geh-nhs/assault", "health"),
    "schools.suspension.v1": ("/warwickshire-education/suspension", "education"),
    "schools.concern.v1": ("/warwickshire-education/concern", "education"),
    "schools.attendance.v1": ("/warwickshire-education/attendance", "education"),
}
CATEGORY_LISTS = {
    "police.crime.v1": ["police_offence_codes", "police_data_police_uk_categories"],
    "police.incident.v1": ["police_nicl_incident_categories", "police_notifiable_classes"],
    "fire.incident.v1": ["fire_incident_groups", "fire_prescribed_items"],
    "health.assault.v1": ["health_icd10_assault", "health_injury_mechanism"],
    "schools.suspension.v1": ["schools_exclusion_reasons"],
    "schools.concern.v1": ["schools_concern_kinds"],
    "schools.attendance.v1": ["schools_attendance_codes"],
}
QUALIFIERS = {
    "police.crime.v1": "police_qualifiers",
    "police.incident.v1": "police_qualifiers",
    "fire.incident.v1": "fire_prescribed_items",
    "health.assault.v1": "health_icd10_assault",
    "schools.suspension.v1": "schools_exclusion_reasons",
    "schools.concern.v1": "schools_concern_kinds",
    "schools.attendance.v1": "schools_attendance_codes",
}
OWN_FIELDS = {
    "fire.incident.v1": {
        "motive": "fire_motive",
        "property_category": "fire_property_categories",
        "special_service_type": "fire_special_service_types",
    },
    "health.assault.v1": {
        "injury_intent": "health_injury_intent",
        "injury_mechanism": "health_injury_mechanism",
        "disposal": "health_disposal",
    },
    "schools.suspension.v1": {"suspension_category": "schools_exclusion_categories"},
}
TOKENS = {
    "police.crime.v1": ["suspect_token", "victim_token", "place_token"],
    "police.incident.v1": ["suspect_token", "victim_token", "place_token"],
    "schools.suspension.v1": ["suspect_token", "victim_token"],
    "schools.concern.v1": ["suspect_token", "victim_token"],
}
COUNTS = ["sessions", "possible_sessions", "cohort"]

# Around what changes: agreements, quarters, clocks, codes; and an ordinary day.
DAYS = [
    *[date(2025, 1, d) for d in (30, 31)],
    *[date(2025, 2, 1), date(2025, 3, 30), date(2025, 4, 1), date(2025, 10, 25)],
    *[date(2025, 10, 26), date(2025, 10, 27), date(2025, 12, 31), date(2026, 1, 1)],
    *[date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30), date(2026, 4, 30)],
    *[date(2026, 5, 1), date(2026, 6, 17), date(2026, 10, 25), date(2027, 3, 28)],
    *[date(2027, 3, 31), date(2027, 4, 1), date(2027, 4, 2)],
]
MINUTES = [0, 1, 30, 59, 60, 61, 90, 119, 120, 121, 150, 179, 180, 181, 240, 719, 1260, 1380, 1439]
OFFSETS = [0, 60, 330, -300]


@cache
def codes(name: str) -> list[str]:
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["code"] for row in csv.DictReader(file)))


@cache
def telling_codes(name: str) -> list[str]:
    """Return the codes of a list that are not excluded, if any, so that most events go further."""
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [row["code"] for row in rows if row["hub_category"] != "excluded"]
    return list(dict.fromkeys(told)) or codes(name)


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    day = draw(st.sampled_from(DAYS))
    wall = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    at = wall.astimezone(UTC) + timedelta(minutes=draw(st.sampled_from(MINUTES)))
    return at + timedelta(seconds=draw(st.sampled_from([0, 0, 0, 1, 59])))


@st.composite
def written(draw: st.DrawFn, at: datetime) -> str:
    """Write an instant as an agency might: any offset, with or without a fraction."""
    minutes = draw(st.sampled_from(OFFSETS))
    wall = at + timedelta(minutes=minutes)
    sign, ahead = "-" if minutes < 0 else "+", abs(minutes)
    fraction = draw(st.sampled_from(["", "", "", ".000", ".25"]))
    offset = (
        "Z" if not minutes and draw(st.booleans()) else f"{sign}{ahead // 60:02}:{ahead % 60:02}"
    )
    return f"{wall:%Y-%m-%dT%H:%M:%S}{fraction}{offset}"


def _coded(name: str) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.none(), st.sampled_from(telling_codes(name)))


def areas(places: list[tuple[str, str]]) -> st.SearchStrategy[dict[str, Any] | None]:
    outside = [("lsoa11", "E01009999"), ("lsoa11", None), (None, None)]
    return st.one_of(
        st.none(),
        st.builds(
            lambda place, confidence: {
                "edition": place[0],
                "code": place[1],
                "confidence": confidence,
            },
            st.sampled_from([*places, *places, *outside]),
            st.sampled_from([None, *codes("location_confidence")]),
        ),
        st.builds(
            lambda place, confidence: {
                "edition": place[0],
                "code": place[1],
                "confidence": confidence,
            },
            st.sampled_from(places),
            st.sampled_from([None, "street", "site-only"]),
        ),
    )


TOKEN = st.sampled_from(["A" * 26, "MFRGGZDFMZTWQ2LKNNWG23TPOB", "deadbeef" * 4])


@st.composite
def events(draw: st.DrawFn, places: list[tuple[str, str]]) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(TYPES)))
    source, held_for = TYPES[name]
    begins = draw(instants())
    longer = draw(st.sampled_from([0, 0, 1, 59, 60, 90, 180, 720, 1440, 10_080, 44_640]))
    ends = begins + timedelta(minutes=longer)
    later = draw(st.sampled_from([-1440, -60, 0, 1, 60, 600, 1440, 4320, 40_000, 130_000]))
    lists = [CATEGORY_LISTS[name][0], *CATEGORY_LISTS[name]]
    category_list = draw(st.sampled_from(lists))
    told = codes if draw(st.integers(0, 9)) == 0 else telling_codes
    data: dict[str, Any] = {
        "category": draw(st.sampled_from(told(category_list))),
        "category_list": category_list,
        "occurred_from": draw(written(begins)),
        "occurred_to": draw(written(ends)),
        "recorded_at": draw(st.one_of(st.none(), written(ends))),
        "area": draw(areas(places)),
        "held_for": held_for,
        "severity": draw(st.one_of(st.none(), st.integers(1, 5))),
        "weapon": draw(_coded("weapons")),
        "setting": draw(_coded("settings")),
        "qualifiers": draw(
            st.one_of(
                st.none(),
                st.lists(st.sampled_from(telling_codes(QUALIFIERS[name])), max_size=3, unique=True),
            )
        ),
        "age_band": draw(_coded("age_bands")),
    }
    for field, code_list in OWN_FIELDS.get(name, {}).items():
        data[field] = draw(_coded(code_list))
    for field in TOKENS.get(name, []):
        data[field] = draw(st.one_of(st.none(), TOKEN))
    if name == "schools.attendance.v1":
        for field in COUNTS:
            data[field] = draw(st.one_of(st.none(), st.integers(0, 400)))
    if draw(st.integers(0, 9)) == 0:
        data = {key: value for key, value in data.items() if value is not None}
    return {
        "specversion": "1.0",
        "id": f"e-{draw(st.integers(0, 999_999))}",
        "source": source,
        "type": name,
        "time": draw(written(ends + timedelta(minutes=later))),
        "datacontenttype": "application/json",
        "data": data,
    }


class Plain(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


@cache
def _shipped_rules() -> dict[str, Any]:
    found = {}
    for path in sorted(RULES.glob("*.yaml")):
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        # YAML read as text alone knows no null; the few keys that may be null get it back.
        found[path.name] = [] if path.name.endswith(".cases.yaml") else _with_nulls(values)
    return found


def _with_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_nulls(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_nulls(one) for one in value]
    return None if value == "null" else value


def shipped_rules() -> dict[str, Any]:
    """Return the rule files that ship, parsed, without their worked cases."""
    return copy.deepcopy(_shipped_rules())


def rule_texts(rules: dict[str, Any]) -> dict[str, str]:
    return {name: _as_yaml(json.dumps(values)) for name, values in rules.items()}


@cache
def _as_yaml(values: str) -> str:
    return yaml.dump(json.loads(values), Dumper=Plain, sort_keys=False, allow_unicode=True)


def agreement_names(rules: dict[str, Any]) -> list[str]:
    own = ("parties.yaml", "gateways.yaml", "bundle.yaml")
    return [n for n in rules if n not in own and not n.endswith(".cases.yaml")]


CLAUSE_VALUES = {
    "hub_category": [
        *["knife", "violence-injury", "violence-no-injury", "drugs", "arson-threat", "robbery"],
        *["sexual", "domestic-abuse", "context-only", "school-violence", "online-conflict"],
    ],
    "severity": ["1", "2", "3", "4", "5"],
    "weapon": ["kitchen-knife", "none", "other-sharp", "lock-folding-knife"],
    "setting": ["street", "dwelling", "school", "online"],
    "age_band": ["under-10", "10-13", "16-17", "18-24", "65-plus"],
    "confidence": ["street", "site-only"],
    "district": ["E07000218", "E07000219", "E07000220", "E07000221", "E07000222"],
    "csp": ["E22000319", "E22000320", "E22000321", "E22000359"],
    "ciog": ["north", "east", "south"],
}


@st.composite
def clauses(draw: st.DrawFn, events: list[str], never: bool) -> dict[str, Any]:
    fields = draw(
        st.lists(
            st.sampled_from([*CLAUSE_VALUES, "qualifiers"]), min_size=1, max_size=2, unique=True
        )
    )
    made: dict[str, Any] = {}
    for field in fields:
        values = CLAUSE_VALUES.get(field) or codes(QUALIFIERS[events[0]])
        known = [
            value
            for value in values
            if field not in ("weapon", "setting") or value in codes(f"{field}s")
        ]
        test = draw(st.sampled_from(["any_of", "none_of", "only"]))
        clause: dict[str, Any] = {
            test: draw(st.lists(st.sampled_from(known), min_size=1, max_size=4, unique=True))
        }
        if field != "hub_category" and (never or draw(st.booleans())):
            clause["or_null"] = draw(st.sampled_from(["true", "false"]))
        made[field] = clause
    return made


def _fields_of(agreement: dict[str, Any], *, attributes: bool) -> list[str]:
    special = {"category", "category_list", "occurred_from", "occurred_to", "recorded_at"}
    special |= {"area", "held_for", "age_band", "suspect_token", "victim_token", "place_token"}
    return [name for name in agreement["fields"] if (name not in special) == attributes]


@st.composite
def changes(draw: st.DrawFn, agreement: dict[str, Any], bold: bool) -> None:
    """Change one agreement in one place; `bold` changes may touch a wall."""
    fields = agreement["fields"]
    kinds = ["dates", "area", "times", "attribute", "age", "category", "only", "never", "never"]
    kind = draw(st.sampled_from([*kinds, "lane", "token", "recipient"] if bold else kinds))
    if kind == "dates":
        edges = draw(
            st.lists(st.sampled_from([d.isoformat() for d in DAYS]), min_size=2, max_size=2)
        )
        agreement["starts"], agreement["ends"] = sorted(edges)
    elif kind == "area":
        levels = ["lsoa", "msoa", "ward", "district", "csp", "ciog", "county"]
        made = st.sampled_from(["drop", "keep", *({"generalise": level} for level in levels)])
        fields["area"] = draw(made)
    elif kind == "times":
        levels = ["hour", "3-hours", "day", "week", "month"]
        made = st.sampled_from(["drop", "keep", *({"generalise": one} for one in levels)])
        fields["occurred_from"] = fields["occurred_to"] = draw(made)
        fields["recorded_at"] = draw(made)
        if bold:
            fields["occurred_to"] = draw(made)
    elif kind == "attribute":
        name = draw(st.sampled_from(_fields_of(agreement, attributes=True)))
        fields[name] = draw(st.sampled_from(["keep", "drop"]))
    elif kind == "age":
        levels = ["keep", "drop", {"generalise": "wide"}, {"generalise": "adult-or-child"}]
        fields["age_band"] = draw(st.sampled_from(levels))
    elif kind == "category":
        fields["category"] = draw(st.sampled_from(["keep", "drop", {"generalise": "hub"}]))
        fields["category_list"] = draw(st.sampled_from(["keep", "drop"]))
    elif kind == "only":
        agreement["only_when"] = draw(clauses(agreement["events"], never=False))
    elif kind == "never":
        made_clauses = draw(clauses(agreement["events"], never=True))
        nevers = agreement.setdefault("never_when", [])
        nevers.append({"when": made_clauses, "why": "drawn"})
    elif kind == "lane":
        agreement["lane"] = draw(st.sampled_from(["anonymised", "pseudonymised"]))
    elif kind == "token":
        for name in ("suspect_token", "victim_token", "place_token"):
            if name in fields:
                fields[name] = draw(st.sampled_from(["drop", "pseudonymise"]))
    else:
        agreement["recipient"] = draw(
            st.sampled_from(["hub-correlation", "tactical-group", "ciog-north", "rugby-council"])
        )


@st.composite
def rule_folders(draw: st.DrawFn, bold: bool = False) -> dict[str, Any]:
    """Draw the shipped rules with a few changes; agreements to groups or boards may go."""
    rules = shipped_rules()
    names = agreement_names(rules)
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=6)):
        draw(changes(rules[name], bold))
    if draw(st.booleans()):
        _split(rules, draw(st.sampled_from(names)), draw(st.sampled_from(DAYS)))
    return rules


def _split(rules: dict[str, Any], name: str, day: date) -> None:
    """Let one agreement end the day before `day`, and a coarser one begin on it."""
    agreement = rules[name]
    if not agreement["starts"] < day.isoformat() <= agreement["ends"]:
        return
    later = copy.deepcopy(agreement)
    later["agreement"] = f"{agreement['agreement']}-later"
    later["starts"] = day.isoformat()
    later["fields"]["area"] = {"generalise": "csp"}
    agreement["ends"] = (day - timedelta(days=1)).isoformat()
    rules[f"{later['agreement']}.yaml"] = later
    rules[f"{later['agreement']}.cases.yaml"] = []
