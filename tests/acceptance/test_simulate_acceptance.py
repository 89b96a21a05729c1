"""`ciog simulate` from outside: two files, the same bytes for the same seed, real volumes."""

import csv
import gzip
import json
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
STREET = SHARED / "data" / "police" / "street"
RUN = "from cioghub.cli.main import main; main()"
CATEGORY = {
    "Violence and sexual offences": "violence",
    "Robbery": "robbery",
    "Possession of weapons": "weapons",
    "Public order": "public-order",
    "Drugs": "drugs",
}


def simulate(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, "simulate", "--out", str(out), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_same_seed_gives_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    range_ = ("--from", "2026-01-05", "--days", "21")
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        done = simulate(tmp_path / name, "--seed", seed, *range_)
        assert done.returncode == 0, done.stderr
        assert {path.name for path in (tmp_path / name).iterdir()} == {
            "events.jsonl.gz",
            "truth.jsonl",
        }
    for name in ("events.jsonl.gz", "truth.jsonl"):
        a, b, c = ((tmp_path / run / name).read_bytes() for run in "abc")
        assert a == b
        assert a != c


def test_the_truth_names_events_that_are_there(tmp_path: Path) -> None:
    done = simulate(tmp_path, "--seed", "4", "--from", "2026-01-05", "--days", "30")
    assert done.returncode == 0, done.stderr
    with gzip.open(tmp_path / "events.jsonl.gz") as lines:
        known = {(event["source"], event["id"]) for event in map(json.loads, lines)}
    truth = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert truth
    for line in truth:
        assert {"kind", "hub_category", "ciog", "places", "from", "to", "events"} <= line.keys()
        assert {(event["source"], event["id"]) for event in line["events"]} <= known


@pytest.mark.parametrize(
    "options",
    [
        ("--seed", "1", "--from", "2026-01-05", "--days", "0"),
        ("--seed", "-1", "--from", "2026-01-05", "--days", "3"),
        ("--seed", "1", "--from", "5 January", "--days", "3"),
        ("--seed", "1", "--from", "2026-01-05", "--days", "3", "--areas", "nowhere.yaml"),
    ],
)
def test_wrong_use_is_told_without_a_traceback(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = simulate(tmp_path / "out", *options)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def _street_files() -> list[Path]:
    files = sorted(STREET.glob("202[45]-*/*.csv.gz"))
    if not files:
        pytest.skip("the published street files are not beside this checkout")
    return files


def test_the_embedded_place_counts_are_those_of_the_street_files() -> None:
    from cioghub.simulate.place_weights import place_counts

    violence: Counter[str] = Counter()
    asb: Counter[str] = Counter()
    for path in _street_files():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if row["Crime type"] == "Anti-social behaviour":
                    asb[row["LSOA code"]] += 1
                elif row["Crime type"] in set(CATEGORY) - {"Drugs"}:
                    violence[row["LSOA code"]] += 1
    embedded = place_counts()
    with (SHARED / "data" / "lookup" / "warwickshire-lsoa21.csv").open(encoding="utf-8") as lookup:
        codes = [row["lsoa21_code"] for row in csv.DictReader(lookup)]
    assert {code: embedded[code] for code in codes} == {
        code: (violence[code], asb[code]) for code in codes
    }


def test_a_simulated_half_year_has_the_volumes_of_the_published_one(tmp_path: Path) -> None:
    published: Counter[str] = Counter()
    days = 0
    for path in _street_files():
        year, month = map(int, path.parent.name.split("-"))
        if (year, month) < (2025, 1) or month > 6:
            continue
        days += (date(year, month + 1, 1) - date(year, month, 1)).days
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                published[CATEGORY.get(row["Crime type"], "other")] += 1
    done = simulate(tmp_path, "--seed", "6", "--from", "2025-01-01", "--days", str(days))
    assert done.returncode == 0, done.stderr
    simulated: dict[str, set[str]] = {name: set() for name in CATEGORY.values()}
    groups = {
        "robbery": {"34A", "34B"},
        "weapons": {"10A", "10B", "10C", "10D", "81"},
        "public-order": {"9A", "9B", "66", "62A"},
        "drugs": {"92A", "92D", "92E"},
        "other": {"56A", "56B", "59"},
    }
    group_of = {code: name for name, codes in groups.items() for code in codes}
    simulated["other"] = set()
    with gzip.open(tmp_path / "events.jsonl.gz") as lines:
        for event in map(json.loads, lines):
            if event["type"] == "police.crime.v1":
                name = group_of.get(event["data"]["category"], "violence")
                simulated[name].add(event["id"])
    assert len(simulated["violence"]) == pytest.approx(published["violence"], rel=0.1)
    assert len(simulated["public-order"]) == pytest.approx(published["public-order"], rel=0.2)
    assert len(simulated["drugs"]) == pytest.approx(published["drugs"], rel=0.25)
    # Planted things add about forty robberies and seventy possessions.
    assert published["robbery"] * 0.7 < len(simulated["robbery"]) < published["robbery"] + 100
    assert published["weapons"] * 0.7 < len(simulated["weapons"]) < published["weapons"] + 130
