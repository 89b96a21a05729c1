"""Contract 2, an event: which are taken, and by which pointer a faulty one is named."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .rivershire import events as make
from .rivershire import rules
from .rivershire.events import TOKEN, crime
from .rivershire.lab import Lab, Out

GOOD: list[dict[str, Any]] = []
BAD: list[tuple[str, str, dict[str, Any]]] = []


def good(name: str, event: dict[str, Any]) -> None:
    GOOD.append({**event, "id": f"good.{len(GOOD)}.{name}"})


def bad(name: str, pointer: str, event: dict[str, Any]) -> None:
    BAD.append((f"bad.{len(BAD)}.{name}", pointer, event))


def without(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key != name}


# Exactly these attributes; any other is a fault (the record is closed too).
for attribute in ("specversion", "source", "type", "time", "datacontenttype", "data"):
    bad(f"no-{attribute}", f"/{attribute}", without(crime(), attribute))
for other in ("subject", "dataschema", "traceparent", "dataref", "SpecVersion"):
    bad("attribute", "/*", {**crime(), other: "x"})
for value in ("1.1", "0.3", 1.0, 1, None, ""):
    bad("specversion", "/specversion", crime(_specversion=value))
for value in ("text/json", "application/json; charset=utf-8", "avro/single-object", None):
    bad("content", "/datacontenttype", crime(_datacontenttype=value))
for value in (None, [], "text", 7, True):
    bad("data", "/data", crime(_data=value))
bad("field", "/data/*", crime(note="free text"))
bad("field", "/data/*", crime(Category="K1"))
bad("field", "/data/*", make.assault(suspect_token=None))
bad("field", "/data/*", make.fire(victim_token=TOKEN))
bad("field", "/data/*", make.assault(place_token=TOKEN))
bad("field", "/data/*", make.concern(place_token=TOKEN))

# `source`: a declared feed; the type and held_for of that feed.
for value in (
    "/nobody/crime",
    "river-police/crime",
    "/river-police",
    "/river-police/crime/",
    "",
    3,
):
    bad("source", "/source", crime(_source=value))
bad("type-of-other-feed", "/type", crime(_type="police.incident.v1"))
bad("type-of-other-feed", "/type", crime(_source="/river-fire/incident", held_for="fire-rescue"))
for value in ("police.crime.v2", "police.crime", "crime.v1", "Police.crime.v1", "", None, 1):
    bad("type", "/type", crime(_type=value))
for value in ("health", "social-care", "nothing", "", None, 3):
    bad("held-for", "/data/held_for", crime(held_for=value))
bad("held-for", "/data/held_for", make.assault(held_for="policing"))
bad("held-for", "/data/held_for", crime(held_for=...))

# `time`: more than 24 h before occurred_to is a fault.
late = "2025-05-16T08:00:00+01:00"
good("just-a-day-early", crime(occurred_to=late))
good("just-a-day-early-in-utc", crime(occurred_to="2025-05-16T07:00:00Z"))
bad("early", "/time", crime(occurred_to="2025-05-16T08:00:01+01:00"))
bad("early", "/time", crime(occurred_to="2025-05-16T07:00:00-00:30"))
for value in (
    *("2025-05-15T08:00:00", "2025-05-15", "2025-05-15 08:00:00+01:00", "2025-02-30T08:00:00Z"),
    *("2025-05-15T25:00:00Z", "2025-05-15T08:00Z", "yesterday", "", None, 1747292400, []),
):
    bad("time", "/time", crime(_time=value))
    if value is not None:
        bad("recorded", "/data/recorded_at", crime(recorded_at=value))
    bad("from", "/data/occurred_from", crime(occurred_from=value))
bad("reversed", "/data/occurred_to", crime(occurred_from="2025-05-14T21:40:31+01:00"))
good("zulu", crime(_time="2025-05-15T08:00:00Z", recorded_at="2025-05-14T21:40:30.25Z"))
good("interval", crime(occurred_from="2025-04-01T00:00:00+01:00"))
good("recorded-null", crime(recorded_at=None))

# The first types, each with the fields of every incident and null where meaningless.
good("assault", make.assault(injury_intent="assault-alleged", injury_mechanism="sharp-force"))
good("fire", make.fire(motive="deliberate-own-property"))
good("concern", make.concern(suspect_token=TOKEN))
good("suspension", make.suspension(suspension_category="SUSP"))
good("attendance", make.attendance(category="E", category_list="schools_attendance_codes"))
good("incident", {**crime(_type="police.incident.v1"), "source": "/river-police/incident"})
good("heartbeat", crime(_type="feed.heartbeat.v1", _data={}))
good("heartbeat", crime(_type="feed.heartbeat.v1", _data={"complete_to": None}))
for name in ("category", "category_list", "occurred_from", "occurred_to"):
    bad("missing", f"/data/{name}", crime(**{name: ...}))
    bad("null", f"/data/{name}", crime(**{name: None}))

# Coded fields: a code of the list that the schema names.
bad("category", "/data/category", crime(category="Z9"))
bad("category", "/data/category", crime(category="k1"))
bad("category", "/data/category", crime(category=604))
bad("category-list", "/data/category_list", crime(category_list="no_such_list"))
good("numeric-code", crime(category="604"))
good("leading-noughts", crime(category="007"))
bad("leading-noughts", "/data/category", crime(category="7"))
for value in (0, 6, -1, "3", 3.0, True, [3]):
    bad("severity", "/data/severity", crime(severity=value))
bad("weapon", "/data/weapon", crime(weapon="sword-of-somebody"))
bad("setting", "/data/setting", crime(setting="12 High Street"))
bad("motive", "/data/motive", make.fire(motive="spite"))
bad("mechanism", "/data/injury_mechanism", make.assault(injury_mechanism="knife"))
for band in (
    *("under-10", "10-13", "14-15", "16-17", "18-24", "25-34", "35-49", "50-64", "65-plus", None),
):
    good("age", crime(age_band=band))
for value in ("17", 17, "10-17", "25-plus", "unknown", ""):
    bad("age", "/data/age_band", crime(age_band=value))
for value in (-1, 1.5, "4", True):
    bad("sessions", "/data/sessions", make.attendance(sessions=value))

# `qualifiers`: at most 8, no repeats.
EIGHT = ["604", "605", "606", "607", "609", "610", "631", "633"]
good("eight", crime(qualifiers=EIGHT))
good("none", crime(qualifiers=[]))
bad("nine", "/data/qualifiers", crime(qualifiers=[*EIGHT, "635"]))
bad("repeated", "/data/qualifiers", crime(qualifiers=["604", "605", "604"]))
bad("a-text", "/data/qualifiers", crime(qualifiers="604"))
bad("a-mapping", "/data/qualifiers", crime(qualifiers={"604": "605"}))
bad("unlisted", "/data/qualifiers/1", crime(qualifiers=["604", "nothing"]))
bad("number", "/data/qualifiers", crime(qualifiers=[604]))


# `area`: {code, edition, confidence}; another edition is a fault, a code outside is not.
def at(**area: Any) -> dict[str, Any]:
    whole = {"code": "R01000001", "edition": "lsoa21", "confidence": "street", **area}
    return {key: value for key, value in whole.items() if value is not ...}


good("area-null", crime(area=None))
good("area-code-null", crime(area=at(code=None)))
good("area-all-null", crime(area=at(code=None, edition=None, confidence=None)))
good("neighbour", crime(area=at(code="S01000001")))
good("far-away", crime(area=at(code="W01000001")))
good("district", crime(area=at(code="R07000001", edition="district")))
good("ward", crime(area=at(code="R05000001", edition="ward")))
good("site-only", make.assault(area=at(confidence="site-only")))
for value in ("lsoa11", "postcode", "LSOA21", "csp", "", 21):
    bad("edition", "/data/area/edition", crime(area=at(edition=value)))
bad("no-edition", "/data/area/edition", crime(area=at(edition=None)))
bad("confidence", "/data/area/confidence", crime(area=at(confidence="sure")))
for value in ("CV34 4RL", "12 High Street", "", "E" * 65, 5, "R01000001\n"):
    bad("code", "/data/area/code", crime(area=at(code=value)))
bad("area-key", "/data/area/*", crime(area=at(address="x")))
bad("area-type", "/data/area", crime(area="R01000001"))

# Tokens: 26 to 64 characters of base32 or hex, or null.
for token in (
    *("A" * 26, "7" * 64, "a2" * 13, "0" * 26, "0123456789abcdef" * 4, "0123456789ABCDEF" * 2),
):
    good("token", crime(suspect_token=token, victim_token=token, place_token=token))
for token in (
    *("A" * 25, "A" * 65, "", "0189" * 6 + "G", "MFRGGZDF MZTWQ2LKNNWG23TPOB", TOKEN + "="),
    *(TOKEN + "\n", "\u0663" * 30, "john-smith-1990-01-01-coventry", 10**27),
):
    bad("token", "/data/suspect_token", crime(suspect_token=token))
    bad("token", "/data/place_token", crime(place_token=token))

# `id`: 1 to 128 of its characters, screened for identifiers with dates allowed.
IDS = (
    *("x", "a" * 64 + "." + "b" * 63, "AZaz09._:~/-", "2025-05-14", "20250514-0001", "/", "0"),
    *("CR/0001/25", "crime:2025-05-14T21:40:30:17", "f1e5a2", "inc-2025-05-14.00031"),
)
BAD_IDS = (
    *("", "a" * 129, "with space", "é", "a\n", "a%20b", "a+b", "a@b", "\u0661"),
    *("943-476-5919", "9434765919", "x-9434765919-y", "nhs:943.476.5919"),
    *("CV34-4RL-1", "CV344RL", "JG103759A", "07700-900123", "07700900123", "AB12CDE"),
    *("4111111111111111", "4111-1111-1111-1111"),
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Out:
    """Replay every event of this file at once."""
    lab = Lab(tmp_path_factory.mktemp("events"))
    bundle = lab.rules(rules.agreement(), rules.hospital_agreement())
    events = [*GOOD, *({**event, "id": name} for name, _, event in BAD)]
    events += [crime(one, at="2025-05-13T10:00:00+01:00") for one in (*IDS, *BAD_IDS)]
    return lab.replay(events, bundle)


def test_every_good_event_is_taken(out: Out) -> None:
    names = {one["id"] for one in GOOD}
    refused = {name: faults for name, faults in out.faults.items() if name in names}
    assert refused == {}


def test_every_id_of_the_grammar_is_taken_unless_it_holds_an_identifier(out: Out) -> None:
    assert [one for one in IDS if one in out.faults] == []
    assert out.summary["accepted"] == len(GOOD) + len(IDS)
    assert out.summary["rejected"] == len(BAD) + len(BAD_IDS)


def test_every_fault_is_named_by_its_pointer_and_by_no_other(out: Out) -> None:
    missed = {}
    for name, pointer, _ in BAD:
        found = {one for one, _ in out.faults.get(name, [])}
        if found != {pointer} and pointer != "/source":
            missed[name] = (pointer, found)
    assert missed == {}


def test_an_identity_at_fault_is_given_by_a_blinded_reference(out: Out) -> None:
    faulty = [one for one in out.lines("rejected.jsonl") if one["source"] is None]
    assert len(faulty) == sum(pointer == "/source" for _, pointer, _ in BAD)
    faulty += [one for one in out.lines("rejected.jsonl") if one["faults"][0]["pointer"] == "/id"]
    assert len(faulty) == sum(pointer == "/source" for _, pointer, _ in BAD) + len(BAD_IDS)
    assert all(re.fullmatch("[0-9a-f]{32}", one["id"]) for one in faulty)


def test_no_value_of_a_rejected_event_is_written(out: Out) -> None:
    text = (out.folder / "rejected.jsonl").read_text()
    for one in ("free text", "High Street", "CV34", "sword-of-somebody", "john-smith", "943-476"):
        assert one not in text
    assert all(set(one) == {"source", "id", "faults"} for one in out.lines("rejected.jsonl"))
    for one in out.lines("rejected.jsonl"):
        assert all(set(fault) == {"pointer", "code", "hint"} for fault in one["faults"])


def test_all_faults_of_an_event_are_named_at_once(tmp_path: Any) -> None:
    lab = Lab(tmp_path)
    event = crime(
        _subject="x", _specversion="2", severity=9, weapon="x", age_band="x", held_for="health", y=1
    )
    out = lab.replay([event], lab.rules(rules.agreement()))
    assert sorted(pointer for pointer, _ in out.faults["c-1"]) == [
        "/*",
        "/data/*",
        "/data/age_band",
        "/data/held_for",
        "/data/severity",
        "/data/weapon",
        "/specversion",
    ]
