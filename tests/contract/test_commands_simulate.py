"""Contract 6 and the task of the simulator: same seed, same bytes, and what is planted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

Ciog = Callable[..., Any]
PLANTED = {
    *("issue:border-knife-cluster", "issue:coventry-border", "issue:county-lines"),
    *("issue:school-weapon-online", "issue:health-schools-violence"),
    *("decoy:weapon-sweep", "decoy:recording-change", "decoy:backlog", "decoy:site-postcode"),
}
KEYS = {"kind", "hub_category", "ciog", "places", "from", "to", "events"}
HEALTH_AND_SCHOOLS = {"swft-nhs", "geh-nhs", "uhcw-nhs", "warwickshire-education"}


def _simulate(ciog: Ciog, out: Path, *options: object) -> tuple[bytes, list[dict[str, Any]]]:
    done = ciog("simulate", "--out", out, *options)
    assert done.code == 0, done.err
    assert {path.name for path in out.iterdir()} == {"events.jsonl.gz", "truth.jsonl"}
    truth = [json.loads(line) for line in (out / "truth.jsonl").read_bytes().splitlines()]
    return (out / "events.jsonl.gz").read_bytes(), truth


@pytest.mark.parametrize("first", ["2025-07-05", "2025-10-01", "2026-03-01"])
def test_each_ninety_days_have_every_planted_issue_and_decoy(
    ciog: Ciog, tmp_path: Path, first: str
) -> None:
    packed, truth = _simulate(
        ciog, tmp_path / "sim", "--seed", 3, "--from", first, "--days", 90
    )  # fmt: skip
    kinds = [row["kind"] for row in truth]
    assert set(kinds) >= PLANTED
    assert "decoy:bank-holiday" in kinds
    assert ("decoy:bonfire-night" in kinds) == (first == "2025-10-01")
    events = [json.loads(line) for line in gzip.decompress(packed).splitlines()]
    ids = {(event["source"], event["id"]) for event in events}
    assert len(ids) < len(events)
    assert [event["time"] for event in events] != sorted(event["time"] for event in events)
    begin, end = date.fromisoformat(first), date.fromisoformat(first) + timedelta(days=90)
    for row in truth:
        assert set(row) >= KEYS
        assert row["events"]
        assert {(event["source"], event["id"]) for event in row["events"]} <= ids
        assert begin <= date.fromisoformat(row["from"]) <= date.fromisoformat(row["to"]) < end
    (alone,) = [row for row in truth if row["kind"] == "issue:health-schools-violence"]
    assert {event["source"].split("/")[1] for event in alone["events"]} <= HEALTH_AND_SCHOOLS
    (lines,) = [row for row in truth if row["kind"] == "issue:county-lines"]
    kinds_of = {event["source"].split("/")[1].split("-")[-1] for event in lines["events"]}
    assert kinds_of >= {"police", "fire", "nhs", "education"}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    ciog: Ciog, tmp_path: Path
) -> None:
    runs = [
        _simulate(ciog, tmp_path / str(n), "--seed", seed, "--from", "2026-03-01", "--days", 20)
        for n, seed in enumerate((4, 4, 5))
    ]
    assert runs[0] == runs[1]
    assert runs[0][0] != runs[2][0]


def test_every_simulated_event_is_accepted_under_the_shipped_rules(
    ciog: Ciog, tmp_path: Path
) -> None:
    _simulate(ciog, tmp_path / "sim", "--seed", 6, "--from", "2026-03-20", "--days", 25)
    done = ciog("replay", tmp_path / "sim" / "events.jsonl.gz", "--out", tmp_path / "out")
    assert done.code == 0
    counts = json.loads((tmp_path / "out" / "summary.json").read_bytes())
    assert counts["rejected"] == 0
    assert counts["read"] == counts["accepted"] + counts["duplicates"]
    assert counts["duplicates"] > 0
    for recipient in counts["recipients"].values():
        assert recipient["shared"] + sum(recipient["withheld"].values()) == counts["accepted"]


def test_a_full_areas_file_with_two_editions_works(ciog: Ciog, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    areas = next(
        (
            up / "shared" / "areas" / "warwickshire.yaml"
            for up in root.parents
            if (up / "shared").is_dir()
        ),
        None,
    )
    if areas is None or not areas.is_file():
        pytest.skip("the full areas file lies beside a checkout only")
    options = ("--seed", 7, "--from", "2026-03-01", "--days", 15, "--areas", areas)
    _simulate(ciog, tmp_path / "sim", *options)
    done = ciog(
        *("replay", tmp_path / "sim" / "events.jsonl.gz", "--areas", areas),
        *("--out", tmp_path / "out"),
    )
    assert done.code == 0
    assert json.loads((tmp_path / "out" / "summary.json").read_bytes())["rejected"] == 0
