"""What is planted plays where, when and among whom the truth says."""

import json
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cioghub.simulate.stream import Settings, Simulation
from cioghub.wire.areas import read_areas

ROOT = Path(__file__).parents[3]
AREAS = read_areas(ROOT / "deploy" / "areas" / "warwickshire.yaml")
POLICE = "/warwickshire-police/"
ISSUES = {
    "issue:border-knife-cluster",
    "issue:coventry-border",
    "issue:county-lines",
    "issue:school-weapon-online",
    "issue:health-schools-violence",
}
SEEDS = range(4)
SPARSE, NEARLY_NOTHING = 0.3, 0.05
"""How much of the ordinary there is around what is planted, which stays as it is."""


@cache
def run(
    seed: int, first: str = "2026-01-05", days: int = 90, rate: float = SPARSE
) -> tuple[dict[tuple[str, str], Any], list[dict[str, Any]]]:
    simulation = Simulation(AREAS, Settings(seed, date.fromisoformat(first), days, rate))
    found = {}
    for part in simulation.lines():
        for line in part.splitlines():
            event = json.loads(line)
            found[event["source"], event["id"]] = event
    return found, simulation.truth()


def planted(seed: int, kind: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    found, truth = run(seed)
    line = next(line for line in truth if line["kind"] == kind)
    return line, [found[event["source"], event["id"]] for event in line["events"]]


@pytest.mark.parametrize("seed", SEEDS)
def test_ninety_days_hold_every_issue_and_every_decoy_that_the_calendar_allows(seed: int) -> None:
    kinds = {line["kind"] for line in run(seed)[1]}
    assert kinds >= ISSUES
    assert kinds - ISSUES == {
        "decoy:weapon-sweep",
        "decoy:backlog",
        "decoy:recording-change",
        "decoy:site-postcode",
        "decoy:bank-holiday",
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_event_of_the_truth_exists_in_its_places_and_days(seed: int) -> None:
    found, truth = run(seed)
    for line in truth:
        assert line["events"]
        for event in line["events"]:
            data = found[event["source"], event["id"]]["data"]
            code = data["area"]["code"]
            if AREAS.place("lsoa11", code or "") is not None:
                assert code in line["places"]
            if line["kind"].startswith("issue:"):
                assert line["from"] <= data["occurred_from"][:10] <= line["to"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_knife_cluster_lies_on_both_sides_of_the_border(seed: int) -> None:
    line, events = planted(seed, "issue:border-knife-cluster")
    by_ciog = defaultdict(int)
    for event in events:
        place = AREAS.place("lsoa11", event["data"]["area"]["code"])
        assert place is not None
        by_ciog[place.ciog] += 1
    assert (line["ciog"], line["also"]) == ("north", ["east"])
    assert set(by_ciog) == {"north", "east"}
    assert min(by_ciog.values()) >= 5


@pytest.mark.parametrize("seed", SEEDS)
def test_county_lines_is_made_of_few_signals_of_four_agencies(seed: int) -> None:
    _, events = planted(seed, "issue:county-lines")
    by_agency: dict[str, int] = defaultdict(int)
    for event in events:
        by_agency[event["type"].partition(".")[0]] += 1
    assert set(by_agency) == {"police", "fire", "health", "schools"}
    assert max(by_agency.values()) <= 7


@pytest.mark.parametrize("seed", SEEDS)
def test_one_issue_is_known_to_hospitals_and_schools_alone(seed: int) -> None:
    _, events = planted(seed, "issue:health-schools-violence")
    assert {event["type"].partition(".")[0] for event in events} == {"health", "schools"}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_border_of_coventry_is_crossed(seed: int) -> None:
    _, events = planted(seed, "issue:coventry-border")
    codes = {event["data"]["area"]["code"] for event in events}
    assert any(AREAS.tray(code) == "outside:Coventry" for code in codes)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sweep_is_possession_alone_and_the_hospital_files_at_its_own_place(seed: int) -> None:
    _, swept = planted(seed, "decoy:weapon-sweep")
    assert {event["data"]["category"] for event in swept} == {"10D"}
    line, filed = planted(seed, "decoy:site-postcode")
    assert {event["data"]["area"]["confidence"] for event in filed} == {"site-only"}
    assert len(line["places"]) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_the_backlog_is_silent_for_days_and_comes_at_once(seed: int) -> None:
    line, events = planted(seed, "decoy:backlog")
    assert len({event["time"][:10] for event in events}) == 1
    source = events[0]["source"]
    dumped = events[0]["time"][:10]
    assert not [
        event
        for event in run(seed)[0].values()
        if event["source"] == source and line["from"] < event["time"][:10] < dumped
    ]


def test_messages_rise_and_harassment_falls_from_the_change_of_recording_on() -> None:
    line, _ = planted(1, "decoy:recording-change")
    days = {True: 0, False: 0}
    counts = {("8R", True): 0, ("8R", False): 0, ("8L", True): 0, ("8L", False): 0}
    for event in run(1, rate=1.0)[0].values():
        if event["source"] != f"{POLICE}crime" or "category" not in event["data"]:
            continue
        key = (event["data"]["category"], event["data"]["occurred_from"][:10] >= line["from"])
        if key in counts:
            counts[key] += 1
    days[True] = (date(2026, 4, 5) - date.fromisoformat(line["from"])).days
    days[False] = 90 - days[True]
    rate = {key: count / days[key[1]] for key, count in counts.items()}
    assert rate["8R", True] > 1.3 * rate["8R", False]
    assert rate["8L", True] < 0.6 * rate["8L", False]


def test_bonfire_night_is_planted_where_the_range_has_it() -> None:
    kinds = {line["kind"] for line in run(3, "2025-10-01", 60, NEARLY_NOTHING)[1]}
    assert "decoy:bonfire-night" in kinds


@pytest.mark.parametrize("first", ["2025-04-07", "2025-07-01", "2025-10-06"])
def test_every_ninety_days_has_an_issue_of_health_and_schools(first: str) -> None:
    assert "issue:health-schools-violence" in {
        line["kind"] for line in run(2, first, 90, NEARLY_NOTHING)[1]
    }


def test_a_year_has_every_issue_in_each_quarter() -> None:
    kinds = [line["kind"] for line in run(5, "2025-01-06", 360, NEARLY_NOTHING)[1]]
    assert min(kinds.count(issue) for issue in ISSUES) >= 4
