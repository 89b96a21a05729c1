"""Real records of another city through the whole journey, by mapping files and a folder of rules.

San Francisco, 2018: police, fire and ambulance records with times and points. No line of the hub's
code knows the city. What came out is in docs/real-runs.md.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import json
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cioghub.cli.import_csv import csv_table
from cioghub.cli.ledger import ledger
from cioghub.cli.replay import replay
from cioghub.cli.rules import rules

HERE = Path(__file__).parent / "san-francisco"
AREAS = HERE / "areas" / "san-francisco.yaml"
RULES = HERE / "sharing-rules"
RECORDS = next(
    (
        folder / "shared" / "data" / "us-san-francisco"
        for folder in Path(__file__).parents
        if (folder / "shared" / "data" / "us-san-francisco").is_dir()
    ),
    None,
)
POLICE = "sfpd-incident-reports-2018-12-01_2018-12-21.csv.gz"
CALLS = "sffd-calls-for-service-2018-01-01_2018-12-21.csv.gz"
FEEDS = {"police": POLICE, "fire": CALLS, "ambulance": CALLS}
GROUPS = ("ciog-bay", "ciog-hills", "ciog-ocean", "tactical-group")

pytestmark = pytest.mark.skipif(RECORDS is None, reason="the records of San Francisco are not here")


def run(command: Any, *arguments: object) -> str:
    done = CliRunner().invoke(command, [str(one) for one in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def take_in(folder: Path, feed: str) -> str:
    assert RECORDS is not None
    table, mapping = RECORDS / FEEDS[feed], HERE / "mappings" / f"{feed}.yaml"
    made = ("--areas", AREAS, "--rules", RULES, "--keys", folder / "keys.json")
    return run(csv_table, table, "--mapping", mapping, *made, "--out", folder / f"{feed}.jsonl")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """Return the folder of the run, and what each import said."""
    folder = tmp_path_factory.mktemp("san-francisco")
    said = {feed: take_in(folder, feed) for feed in FEEDS}
    events = [folder / f"{feed}.jsonl" for feed in FEEDS]
    made = ("--rules", RULES, "--areas", AREAS, "--keys", folder / "keys.json")
    run(replay, *events, *made, "--out", folder / "out")
    return folder, said


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_rules_pass_their_check_with_their_cases() -> None:
    found = json.loads(run(rules, "check", RULES, "--areas", AREAS, "--format", "json"))
    assert found["errors"] == []
    assert {one["code"] for one in found["warnings"]} <= {"not-assessed", "floor"}


def test_the_places_are_what_the_records_say(tmp_path) -> None:
    spec = importlib.util.spec_from_file_location("build", HERE / "areas" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    build.HERE = tmp_path
    build.main(RECORDS)
    for name in ("lookup.csv", "cells.geojson"):
        assert (tmp_path / name).read_bytes() == (HERE / "areas" / name).read_bytes()


def test_every_row_is_an_event_or_left_out_on_purpose(whole) -> None:
    folder, said = whole
    expected = {"police": (8357, 7232), "fire": (72597, 6689), "ambulance": (72597, 27340)}
    for feed, (read, mapped) in expected.items():
        left_out = read - mapped
        assert said[feed].startswith(
            f"{read} rows read: {mapped} mapped, 0 rejected, {left_out} left out on purpose."
        )
        assert len(lines(folder / f"{feed}.jsonl")) == mapped
        assert (folder / f"{feed}.jsonl.rejected.jsonl").read_bytes() == b""


def test_a_call_is_one_event_however_many_units_were_sent(whole) -> None:
    folder, _ = whole
    assert RECORDS is not None
    calls = set()
    with gzip.open(RECORDS / CALLS, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["Call Type"] != "Medical Incident":
                calls.add(row["Call Number"])
    ids = {event["id"] for event in lines(folder / "fire.jsonl")}
    assert len(ids) == len(calls) == 6689


def test_the_hour_that_came_twice_is_an_interval(whole) -> None:
    folder, _ = whole
    twice = []
    for event in lines(folder / "fire.jsonl") + lines(folder / "ambulance.jsonl"):
        data = event["data"]
        if data["occurred_from"] != data["occurred_to"]:
            twice.append(data)
    assert len(twice) == 11
    for data in twice:
        start = datetime.fromisoformat(data["occurred_from"])
        end = datetime.fromisoformat(data["occurred_to"])
        assert start.isoformat().startswith("2018-11-04T01:")
        assert (end - start).total_seconds() == 3600


def test_the_same_records_and_keys_give_the_same_events(whole, tmp_path) -> None:
    folder, _ = whole
    (tmp_path / "keys.json").write_bytes((folder / "keys.json").read_bytes())
    (tmp_path / "keys.json").chmod(0o600)
    take_in(tmp_path, "police")
    assert (tmp_path / "police.jsonl").read_bytes() == (folder / "police.jsonl").read_bytes()


def test_nothing_is_lost_on_the_way(whole) -> None:
    folder, _ = whole
    summary = json.loads((folder / "out" / "summary.json").read_text())
    assert summary["read"] == 7232 + 6689 + 27340
    assert summary["rejected"] == summary["duplicates"] == 0
    assert summary["accepted"] == summary["read"]
    assert set(summary["recipients"]) == {"hub-correlation", "tactical-group"}
    for name, one in summary["recipients"].items():
        assert one["shared"] + sum(one["withheld"].values()) == summary["accepted"]
        assert one["shared"] == len(lines(folder / "out" / "shared" / f"{name}.jsonl"))
        assert one["shared"] > 0
        assert "unmapped" not in one["withheld"]
        assert "error" not in one["withheld"]


def test_every_stage_has_its_output(whole) -> None:
    out = whole[0] / "out"
    for name in ("rejected.jsonl", "withheld.jsonl", "alerts.jsonl", "notices.jsonl"):
        assert (out / name).is_file()
    for audience in (*GROUPS, "board"):
        assert (out / "audiences" / audience / "alerts.jsonl").is_file()
        pictures = sorted((out / "audiences" / audience / "pictures").glob("*.json"))
        assert "2018-12-03.json" in [path.name for path in pictures]
        assert len(pictures) > 20
    run(ledger, "verify", out / "ledger")


def test_police_and_fire_and_ambulances_reach_the_picture(whole) -> None:
    pictures = whole[0] / "out" / "audiences" / "tactical-group" / "pictures"
    picture = json.loads((pictures / "2018-12-03.json").read_text())
    found = Counter(
        count["publisher"]
        for area in picture["areas"]
        for category in area["counts"]
        for count in category["counts"]
    )
    assert set(found) == {"sfpd", "sffd", "sf-ambulance"}


def test_ambulance_calls_stay_in_the_hub_without_a_token(whole) -> None:
    folder, _ = whole
    shared = {
        path.stem: [e for e in lines(path) if e["type"].startswith("health.")]
        for path in (folder / "out" / "shared").glob("*.jsonl")
    }
    assert shared.pop("tactical-group") == []
    calls = shared.pop("hub-correlation")
    assert shared == {}
    assert len(calls) > 20_000
    for event in calls:
        data = event["data"]
        assert event["source"] == "/hub/health/sf-ambulance"
        assert not [name for name in data if name.endswith("_token")]
        assert not {"injury_intent", "injury_mechanism", "disposal"} & data.keys()
        assert data["area"]["edition"] in ("msoa", "district", "ciog", "county", None)
        assert datetime.fromisoformat(data["occurred_from"]).hour % 3 == 0


def test_no_sexual_or_domestic_offence_is_shown_below_its_district(whole) -> None:
    out = whole[0] / "out" / "shared"
    seen = 0
    for event in lines(out / "hub-correlation.jsonl") + lines(out / "tactical-group.jsonl"):
        data = event["data"]
        if {"sexual", "domestic-abuse"} & set(data["category"]):
            seen += 1
            assert data["area"]["edition"] in ("district", None)
    assert seen > 150


def test_groups_read_ambulance_counts_rounded_and_the_board_words_only(whole) -> None:
    audiences = whole[0] / "out" / "audiences"
    seen = set()
    for audience in (*GROUPS, "board"):
        for path in (audiences / audience / "pictures").glob("*.json"):
            for area in json.loads(path.read_text())["areas"]:
                for category in area["counts"]:
                    for count in category["counts"]:
                        if count["publisher"] == "sf-ambulance":
                            assert audience != "board"
                            seen.add(count["count"])
    assert seen
    assert not [count for count in seen if isinstance(count, int) and count % 5]


def test_no_reference_point_or_address_of_a_record_is_in_any_output(whole) -> None:
    folder, _ = whole
    assert RECORDS is not None
    known: set[str] = set()
    for name, columns in (
        (POLICE, ("Row ID", "Incident Number", "CAD Number", "Intersection", "Latitude")),
        (CALLS, ("Call Number", "RowID", "Address")),
    ):
        with gzip.open(RECORDS / name, "rt", encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                known.update(row[column] for column in columns)
    known.discard("")
    word = re.compile(r'(?<![0-9a-f])[0-9]{8,11}(?![0-9a-f])|"[^"]{8,}"|-?[0-9]+\.[0-9]{6,}')
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix == ".jsonl"]
    assert len(files) > 10
    for path in files:
        found = {match.strip('"') for match in word.findall(path.read_text(encoding="utf-8"))}
        assert not found & known, path.name


def test_an_alert_names_agencies_that_sent_something_and_places_of_the_city(whole) -> None:
    with (HERE / "areas" / "lookup.csv").open(encoding="utf-8", newline="") as file:
        places = {row["code"] for row in csv.DictReader(file)}
    alerts = lines(whole[0] / "out" / "alerts.jsonl")
    for alert in alerts:
        data = alert["data"]
        assert set(data["agencies"]) <= {"sfpd", "sffd", "sf-ambulance"}
        assert set(data["places"]) <= places
        assert data["ciog"] in ("bay", "hills", "ocean")
        assert data["hub_category"] not in ("context-only", "excluded")
        assert "San Francisco" not in data["reason"]
