"""Real police files joined with simulated fire, health and schools, by the commands alone.

Some months of what docs/real-runs.md tells of all 29. The bundle is back-dated for the test: nobody
had agreed in 2014 what it says.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
POLICE = SHARED / "data" / "police"
AREAS = SHARED / "areas" / "warwickshire.yaml"
RULES = Path(__file__).parent / "warwickshire-real"
RUN = "from cioghub.cli.main import main; main()"
OLD, NEW = ("2014-06", "2014-07"), ("2025-01", "2025-02")
FORCE = "warwickshire-police"
HUB_CATEGORY = {
    "Anti-social behaviour": "asb",
    "Drugs": "drugs",
    "Possession of weapons": "other-weapon",
    "Public order": "disorder-nte",
    "Robbery": "robbery",
    "Violence and sexual offences": "violence-no-injury",
}

pytestmark = pytest.mark.skipif(not POLICE.exists(), reason="the shared data are not here")


def ciog(home: Path, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, arguments)],
        env={**os.environ, "CIOG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def street_file(month: str) -> Path:
    return POLICE / "street" / month / f"{month}-warwickshire-street.csv.gz"


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@dataclass(frozen=True)
class Real:
    """One run of the commands: what they said, and the folder of the replay."""

    said: dict[str, str]
    out: Path
    rows: dict[str, list[dict[str, str]]]
    neighbours: list[dict[str, str]]

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads((self.out / "summary.json").read_text())

    def notices(self, code: str) -> list[dict[str, Any]]:
        return [one for one in lines(self.out / "notices.jsonl") if one["code"] == code]

    def pictures(self) -> Iterator[dict[str, Any]]:
        for path in sorted((self.out / "audiences").glob("*/pictures/*.json")):
            yield json.loads(path.read_text())

    def panel(self, audience: str, month: str) -> dict[tuple[str, str, str], Any]:
        """Return the monthly panel of one month by (area, category, publisher)."""
        for picture in self.pictures():
            found = picture["monthly"]
            if picture["audience"]["id"] == audience and found and found["month"] == month:
                return {
                    (one["code"], one["hub_category"], one["publisher"]): one["count"]
                    for one in found["counts"]
                }
        raise AssertionError(f"no panel of {month}")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Real:
    work = tmp_path_factory.mktemp("real")
    said = {}
    for name, months, edition in (("old", OLD, "lsoa11"), ("new", NEW, "lsoa21")):
        said[name] = ciog(
            work,
            *("import", "police-uk", *map(street_file, months)),
            *("--edition", edition, "--areas", AREAS, "--out", work / f"{name}.jsonl"),
        )
    others = rows_of(POLICE / "other-forces-in-warwickshire.csv.gz")
    others = [row for row in others if row["Month"] in NEW]
    with (work / "others.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, others[0].keys())
        writer.writeheader()
        writer.writerows(others)
    said["others"] = ciog(
        work, "import", "police-uk", work / "others.csv", "--out", work / "others.jsonl"
    )
    simulated = ("--seed", 1, "--from", "2025-01-01", "--days", 90, "--areas", AREAS)
    ciog(work, "simulate", *simulated, "--out", work / "sim")
    with (
        gzip.open(work / "sim" / "events.jsonl.gz", "rb") as events,
        (work / "partners.jsonl").open("wb") as partners,
    ):
        partners.writelines(line for line in events if f'"source":"/{FORCE}/'.encode() not in line)
    files = [work / f"{name}.jsonl" for name in ("old", "new", "others", "partners")]
    out = work / "out"
    said["replay"] = ciog(
        work,
        *("replay", *files, "--rules", RULES, "--areas", AREAS, "--out", out),
        *("--until", "2025-04-10T00:00:00+01:00"),
    )
    rows = {month: rows_of(street_file(month)) for month in (*OLD, *NEW)}
    return Real(said, out, rows, others)


@pytest.fixture(scope="module")
def places() -> dict[tuple[str, str], dict[str, str]]:
    with (SHARED / "areas" / "warwickshire-lookup.csv").open(encoding="utf-8", newline="") as file:
        return {(row["edition"], row["code"]): row for row in csv.DictReader(file)}


def ciog_of(row: dict[str, str], places: dict[tuple[str, str], dict[str, str]]) -> str | None:
    edition = "lsoa11" if row["Month"] < "2020" else "lsoa21"
    place = places.get((edition, row["LSOA code"]))
    return place["ciog"] if place else None


def test_every_row_of_every_file_becomes_an_event(real: Real) -> None:
    for name, months in (("old", OLD), ("new", NEW)):
        many = sum(len(real.rows[month]) for month in months)
        assert real.said[name].startswith(f"{many} rows read: {many} events written, 0 rejected.")
    assert real.said["others"].startswith(f"{len(real.neighbours)} rows read")


def test_what_was_read_is_accepted_and_both_laws_of_conservation_hold(real: Real) -> None:
    found = real.summary
    police = sum(map(len, real.rows.values())) + len(real.neighbours)
    assert found["rejected"] == 0
    assert found["read"] == found["accepted"] + found["rejected"] + found["duplicates"]
    assert found["accepted"] > police
    for recipient in found["recipients"].values():
        assert recipient["shared"] + sum(recipient["withheld"].values()) == found["accepted"]
    assert "ended" not in found["recipients"]["hub-correlation"]["withheld"]
    assert "not-started" not in found["recipients"]["hub-correlation"]["withheld"]


def test_rows_outside_the_county_or_without_a_place_are_in_the_trays(
    real: Real, places: dict[tuple[str, str], dict[str, str]]
) -> None:
    expected = Counter(
        "outside" if row["LSOA code"] else "unknown"
        for month, rows in real.rows.items()
        for row in rows
        # The first month ends in a fortnight that the log does not hold whole.
        if month != OLD[0] and ciog_of(row, places) is None
    )
    found: Counter[str] = Counter()
    for one in real.notices("unknown-places"):
        if one["publisher"] == FORCE and "of the fortnight" in one["words"]:
            found[one["tray"].partition(":")[0]] += one["events"]
    assert found == expected
    assert min(expected.values()) > 10


def test_the_monthly_panel_is_the_files_own_count(
    real: Real, places: dict[tuple[str, str], dict[str, str]]
) -> None:
    for month, rows in real.rows.items():
        expected = Counter(
            (ciog, HUB_CATEGORY[row["Crime type"]])
            for row in rows
            if (ciog := ciog_of(row, places)) and row["Crime type"] in HUB_CATEGORY
        )
        panel = real.panel("tactical-group", month)
        found = {key[:2]: n for key, n in panel.items() if key[2] == FORCE}
        assert found == expected


def test_the_burst_of_july_2014_stands_out_in_the_monthly_panel(real: Real) -> None:
    burst = [
        row
        for row in real.rows["2014-07"]
        if row["Crime type"] == "Drugs" and row["LSOA name"] == "Stratford-on-Avon 014B"
    ]
    assert len(burst) == 177
    june, july = (real.panel("tactical-group", month)["south", "drugs", FORCE] for month in OLD)
    assert july > june + 170
    assert july > 5 * june


def test_no_fortnight_counts_what_knows_only_its_month(real: Real) -> None:
    seen = 0
    for picture in real.pictures():
        for area in picture["areas"]:
            for row in area["counts"]:
                publishers = {one["publisher"] for one in row["counts"]}
                seen += len(publishers)
                assert not any("police" in one or "constabulary" in one for one in publishers)
    assert seen > 100


def test_only_a_months_own_surge_rests_on_such_an_event(real: Real) -> None:
    month_only = {
        one["id"]
        for one in lines(real.out / "shared" / "hub-correlation.jsonl")
        if (
            datetime.fromisoformat(one["data"]["occurred_to"])
            - datetime.fromisoformat(one["data"]["occurred_from"])
        )
        > timedelta(days=27)
    }
    assert len(month_only) > 8_000
    alerts = lines(real.out / "alerts.jsonl")
    assert alerts
    for alert in (one["data"] for one in alerts):
        first, last = (date.fromisoformat(alert["window"][end]) for end in ("from", "to"))
        if alert["signal"] != "surge" or first.day != 1 or (last + timedelta(days=1)).day != 1:
            assert not month_only & set(alert["evidence"])
            assert not any("police" in one for one in alert["agencies"])


def test_eleven_years_of_silence_are_one_jump_of_the_clock(real: Real) -> None:
    (jump,) = real.notices("clock-jump")
    assert jump["time"].startswith("2025-01-0")


def test_a_second_force_counts_beside_the_first_and_one_without_an_agreement_goes_nowhere(
    real: Real,
) -> None:
    transport = "british-transport-police"
    assert any(row["Reported by"] == "British Transport Police" for row in real.neighbours)
    panel = real.panel("tactical-group", "2025-01")
    assert {key[2] for key in panel} == {FORCE, transport}
    publishers = {
        one["source"].rpartition("/")[2]
        for one in lines(real.out / "shared" / "hub-correlation.jsonl")
        if one["source"].startswith("/hub/police/")
    }
    assert publishers == {FORCE, transport}
    agreed = Counter(
        row["Crime type"] in HUB_CATEGORY or row["Crime type"] in _CONTEXT
        for row in real.neighbours
        if row["Reported by"] != "British Transport Police"
    )
    withheld = real.summary["recipients"]["hub-correlation"]["withheld"]
    assert withheld["no-agreement"] >= agreed[True] > 0


_CONTEXT = {"Criminal damage and arson", "Theft from the person"}


def test_no_crime_id_and_no_place_name_is_in_any_result(real: Real) -> None:
    ids = {row["Crime ID"] for rows in real.rows.values() for row in rows if row["Crime ID"]}
    files = [path for path in real.out.rglob("*") if path.is_file()]
    assert len(files) > 50
    for path in files:
        content = path.read_bytes()
        found = {one.decode() for one in re.findall(rb"[0-9a-f]{64}", content)}
        assert not found & ids, path.name
        assert b"On or near" not in content, path.name


def test_the_ledger_of_the_run_verifies(real: Real) -> None:
    said = ciog(real.out.parent, "ledger", "verify", real.out / "ledger")
    assert f"{real.summary['accepted']} entries" in said
