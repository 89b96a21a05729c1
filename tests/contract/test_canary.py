"""Identifiers planted everywhere come out nowhere: in no file, message, log or ledger of a run.

Every direct identifier is put into every attribute, field, list and name of events that would
otherwise be good, into broken lines and into tables to import. What a run leaves is then searched
byte by byte, in every form that a careless program might write.
"""

from __future__ import annotations

import base64
import copy
import gzip
import json
import logging
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cioghub.cli.main import main
from spec import drawn

CANARIES = {
    "nhs number": "9434765919",
    "upn": "B801200005001",
    "national insurance": "AB123456C",
    "pnc": "2001/0171310W",
    "phone": "07700900123",
    "e-mail": "zebedee.canary@example.org",
    "postcode": "CV34 4RL",
    "name": "Zebedee Quillfeather",
    "vehicle mark": "AB12CDE",
    "card": "4111111111111111",
}
CODED = {
    "police.crime.v1": ("8N", "police_offence_codes"),
    "police.incident.v1": ("304", "police_nicl_incident_categories"),
    "fire.incident.v1": ("primary-fire", "fire_incident_groups"),
    "health.assault.v1": ("X99", "health_icd10_assault"),
    "schools.suspension.v1": ("PP", "schools_exclusion_reasons"),
    "schools.concern.v1": ("group-tension", "schools_concern_kinds"),
    "schools.attendance.v1": ("O", "schools_attendance_codes"),
}
OPAQUE = [
    "CANARYSUSPECTAAAAAAAAAAAAAAA",
    "CANARYVICTIMAAAAAAAAAAAAAAA",
    "CANARYPLACEAAAAAAAAAAAAAAAA",
]
"""Tokens as an agency keys them: they pass only as pseudonyms."""


def good(type_name: str, id: str = "e-1") -> dict[str, Any]:
    """Return a good event of this type with every field of its schema."""
    source, held_for = drawn.TYPES[type_name]
    schema = drawn.SCHEMAS / (type_name.replace(".", "/", 1) + ".avsc")
    fields = [field["name"] for field in json.loads(schema.read_text())["fields"]]
    data: dict[str, Any] = dict.fromkeys(fields)
    data["category"], data["category_list"] = CODED[type_name]
    data["occurred_from"] = data["occurred_to"] = "2025-11-14T22:10:00+00:00"
    data |= {"held_for": held_for, "severity": 3, "setting": "street"}
    data["area"] = {"code": "E01031254", "edition": "lsoa11", "confidence": "street"}
    return {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": type_name,
        "time": "2025-11-15T08:00:00+00:00",
        "datacontenttype": "application/json",
        "data": data,
    }


def control(kind: str) -> dict[str, Any]:
    event = good("police.crime.v1") | {"type": f"event.{kind}.v1", "id": f"c-{kind}"}
    event["data"] = {"id": "e-1", "reason": "wrong-code", "replacement": None}
    return event


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value of an event, whole records and lists included."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places_in(inner, (*path, key))


def with_planted(event: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = copy.deepcopy(event)
    inside = made
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return made


def planted(canary: str) -> Iterator[dict[str, Any]]:
    """Yield events with the canary at every place of every type, and as names that nobody knows."""
    events = [good(name) for name in CODED] + [control("correction"), control("withdrawal")]
    for event in events:
        for path in places_in(event):
            yield with_planted(event, path, canary)
            yield with_planted(event, path, [canary])
            yield with_planted(event, path, {canary: canary})
        yield {**event, canary: "x", "x": canary}
        yield with_planted(event, ("data", canary), "x")
        yield with_planted(event, ("data", "note"), canary)
        if canary != CANARIES["name"]:  # no screen knows a name; an id that is one is told as sent
            yield with_planted(event, ("id",), f"ref:{canary.replace(' ', '')}")
            encoded = base64.b64encode(canary.encode()).decode().rstrip("=")
            yield with_planted(event, ("id",), encoded.replace("+", "-"))
        yield with_planted(event, ("source",), f"/warwickshire-police/{canary.replace(' ', '')}")
        if "area" in event["data"]:
            yield with_planted(event, ("data", "area", canary), canary)


def broken(canary: str) -> list[bytes]:
    """Return lines that are no event at all."""
    whole = json.dumps(with_planted(good("police.crime.v1"), ("data", "weapon"), canary)).encode()
    return [
        *(whole[:-2], whole + b"}", canary.encode(), json.dumps([canary]).encode()),
        *(json.dumps(canary).encode(), b"\xff" + canary.encode(), b'{"a":' * 30 + whole),
        b'{"id": "' + canary.encode() * 8_000 + b'"}',
    ]


def passing() -> list[dict[str, Any]]:
    """Return events that are accepted, with tokens, at places known, outside and nowhere."""
    events = []
    for type_name in CODED:
        for n, code in enumerate(("E01031254", "E01008881", "S01006506", "nowhere-4")):
            event = good(type_name, f"accepted-{type_name}-{n}")
            event["data"]["area"]["code"] = code
            fields = ("suspect_token", "victim_token", "place_token")
            for name, token in zip(fields, OPAQUE, strict=True):
                if name in event["data"]:
                    event["data"][name] = token
            events.append(event)
    return events


def forms(canary: str) -> set[bytes]:
    """Return the forms in which a canary would be found again."""
    texts = {canary, canary.replace(" ", ""), canary.replace(" ", "").replace("/", "")}
    texts |= {text.lower() for text in texts} | {text.upper() for text in texts}
    found = set()
    for text in texts:
        raw = text.encode()
        found |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
        found.add(urllib.parse.quote(text, safe="").encode())
        found.add("".join(f"%{byte:02X}" for byte in raw).encode())
        for before in range(3):
            # The middle of its base64, whatever stands before and after it.
            encoded = base64.b64encode(b"\0" * before + raw + b"\0" * (-(before + len(raw)) % 3))
            found.add(encoded[4 if before else 0 :][: (len(raw) - 3) // 3 * 4])
    return {form for form in found if len(form) >= 7}


def leaks(folder: Path, *said: str) -> list[tuple[str, str]]:
    """Return (where, which) for every canary that anything below the folder or said holds."""
    contents = {f"said {n}": text.encode() for n, text in enumerate(said)}
    for path in sorted(folder.rglob("*")):
        contents[f"name of {path.name}"] = str(path.relative_to(folder)).encode()
        if path.is_file():
            raw = path.read_bytes()
            contents[path.name] = gzip.decompress(raw) if path.name.endswith(".gz") else raw
    wanted = {**CANARIES, **{token: token for token in OPAQUE}}
    return [
        (where, which)
        for which, canary in wanted.items()
        for form in forms(canary)
        for where, content in contents.items()
        if form in content
    ]


class Said:
    """What commands printed and logged, at the chattiest setting."""

    def __init__(self, capfd: Any, caplog: pytest.LogCaptureFixture) -> None:
        self._capfd, self._log = capfd, caplog
        caplog.set_level(logging.DEBUG)

    def by(self, *arguments: Any) -> tuple[int, str]:
        """Run `ciog`; return its exit code and all that it said."""
        self._log.clear()
        self._capfd.readouterr()
        code: Any = 0
        try:
            main([str(one) for one in arguments])
        except SystemExit as leave:
            code = leave.code
        out, err = self._capfd.readouterr()
        return int(code or 0), out + err + self._log.text


@pytest.fixture
def said(capfd: Any, caplog: pytest.LogCaptureFixture, monkeypatch: Any, tmp_path: Path) -> Said:
    monkeypatch.setenv("CIOG_HOME", str(tmp_path / "kept" / "home"))
    (tmp_path / "kept").mkdir()
    return Said(capfd, caplog)


def test_the_search_finds_a_canary_in_every_form(tmp_path: Path) -> None:
    plain = CANARIES["e-mail"]
    encoded = base64.b64encode(f"x{plain}y".encode()).decode()
    for text in (plain, plain.upper(), plain.encode().hex(), urllib.parse.quote(plain), encoded):
        assert leaks(tmp_path, f"before {text} after"), text
    (tmp_path / plain).mkdir()
    assert leaks(tmp_path)


def test_a_replay_lets_no_planted_identifier_out(said: Said, tmp_path: Path) -> None:
    lines = [json.dumps(one).encode() for one in passing()]
    for canary in CANARIES.values():
        lines += [json.dumps(one).encode() for one in planted(canary)]
        lines += broken(canary)
        area = {"code": canary.replace(" ", ""), "edition": "lsoa11", "confidence": "street"}
        event = with_planted(good("police.crime.v1"), ("data", "area"), area)
        lines.append(json.dumps(event).encode())
    # Each accepted event has another body too, so that conflicts are told.
    lines += [json.dumps(one | {"time": "2025-11-16T08:00:00Z"}).encode() for one in passing()]
    events = tmp_path / "events.jsonl"
    events.write_bytes(b"\n".join(lines) + b"\n")
    kept = tmp_path / "kept"
    code, words = said.by("replay", events, "--out", kept / "out", "--timings")
    assert code == 0, words
    assert leaks(kept, words) == []
    summary = json.loads((kept / "out" / "summary.json").read_bytes())
    hub = summary["recipients"]["hub-correlation"]
    assert hub["shared"] > 10
    assert sum(hub["withheld"].values()) > 3
    assert summary["rejected"] > 1_000
    assert summary["accepted"] < 400
    assert said.by("ledger", "verify", kept / "out" / "ledger")[0] == 0


def test_a_replay_that_cannot_go_on_names_no_value(said: Said, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    packed = tmp_path / "events.jsonl.gz"
    everything = b"\n".join(line for canary in CANARIES.values() for line in broken(canary))
    whole = gzip.compress(everything, compresslevel=1)
    names = "\n".join(CANARIES.values()).encode()
    for content in (whole[: len(whole) // 2], names, b"\x1f\x8b\x08\x00" + names):
        packed.write_bytes(content)
        code, words = said.by("replay", packed, "--out", kept / "out")
        assert code == 2
        assert leaks(kept, words) == []


MAPPING = """\
title: Canaries
source: /warwickshire-fire/incident
type: fire.incident.v1
zone: Europe/London
id: {prefix: fire, keyed: [Number]}
occurred: {column: Time, format: "%d/%m/%Y %H:%M"}
published: {column: Time, format: "%d/%m/%Y %H:%M", delay_hours: 24}
area: {code: {column: Place}, edition: lsoa11, confidence: {always: street}}
fields:
  category_list: {always: fire_incident_groups}
  category: {column: Type}
  held_for: {always: fire-rescue}
  severity: {column: Severity}
  motive: {column: Motive, values: {Arson: deliberate-unknown-owner}}
"""
COLUMNS = {
    "Number": "1",
    "Time": "14/11/2025 22:10",
    "Place": "E01031254",
    "Type": "primary-fire",
    "Severity": "2",
    "Motive": "Arson",
    "Remarks": "none",
}


def table(rows: list[dict[str, str]]) -> str:
    lines = [",".join(COLUMNS), *(",".join(row.values()) for row in rows)]
    return "\n".join([*lines, *(f"{canary},{canary}" for canary in CANARIES.values())]) + "\n"


def test_an_import_of_a_table_lets_no_planted_identifier_out(said: Said, tmp_path: Path) -> None:
    rows = [dict(COLUMNS)]
    for n, canary in enumerate(CANARIES.values()):
        # A place is a code of the agency's own, which the hub has to take as it comes.
        rows += [{**COLUMNS, "Number": f"{n}-{c}", c: canary} for c in COLUMNS if c != "Place"]
    file, mapping = tmp_path / "table.csv", tmp_path / "mapping.yaml"
    file.write_text(table(rows), encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    kept = tmp_path / "kept"
    for more in (["--preview"], ["--out", kept / "events.jsonl"]):
        code, words = said.by("import", "csv", file, "--mapping", mapping, *more)
        assert code in (0, 1), words
        assert leaks(kept, words) == []
    assert len((kept / "events.jsonl").read_bytes().splitlines()) > 10
    assert len((kept / "events.jsonl.rejected.jsonl").read_bytes().splitlines()) > 30


STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
STREET_ROW = [
    *("f" * 64, "2025-09", "Warwickshire Police", "Warwickshire Police", "-1.5", "52.3"),
    *("On or near A Street", "E01031254", "Warwick 001A", "Robbery", "Under investigation", ""),
]


def test_an_import_of_street_files_lets_no_planted_identifier_out(
    said: Said, tmp_path: Path
) -> None:
    rows = [STREET_ROW]
    for canary in CANARIES.values():
        for column in range(len(STREET_ROW)):
            rows.append([canary if n == column else one for n, one in enumerate(STREET_ROW)])
    file = tmp_path / "2025-09-warwickshire-street.csv"
    file.write_text("\n".join([STREET, *(",".join(row) for row in rows)]) + "\n")
    kept = tmp_path / "kept"
    code, words = said.by("import", "police-uk", file, "--out", kept / "events.jsonl")
    assert code in (0, 1, 2), words
    assert leaks(kept, words) == []


def test_a_check_of_rules_says_nothing_of_the_event_that_fails_a_case(
    said: Said, tmp_path: Path
) -> None:
    rules = drawn.shipped_rules()
    event = good("police.crime.v1")
    cases = []
    for n, canary in enumerate(CANARIES.values()):
        spoilt = with_planted(event, ("data", "weapon"), canary)
        made = {"type": spoilt["type"], "data": spoilt["data"], "time": spoilt["time"]}
        cases.append({"name": f"case {n}", "event": made, "expect": "shared"})
    for case in cases:
        case["event"]["data"] = {k: v for k, v in case["event"]["data"].items() if v is not None}
    rules["police-crime-to-hub.cases.yaml"] = cases
    folder = tmp_path / "rules"
    folder.mkdir()
    for name, text in drawn.rule_texts(rules).items():
        (folder / name).write_text(text, encoding="utf-8")
    for more in ([], ["--format", "json"]):
        code, words = said.by("rules", "check", folder, *more)
        assert code == 1
        assert "case 0" in words
        assert leaks(tmp_path / "kept", words) == []
