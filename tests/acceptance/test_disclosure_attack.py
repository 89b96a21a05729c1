"""Nobody works out a hidden count from the files it gets, however it combines them.

For every party of a bundle an attacker holds all files of all audiences that the party reads as,
and solves for the counts of 1 to 7 that the other publishers did not release to it.
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
import yaml
from tests.acceptance.disclosure_attack import Attack, Street
from tests.drilling import deep

from cioghub.cli.main import main
from cioghub.steps.correlate.correlator import Ticks
from cioghub.steps.disclose.guard import Guard
from cioghub.vocabulary.buckets import rfc3339
from cioghub.vocabulary.tallies import GRID_LEVELS, Tally

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "sharing-rules"
LOOKUP = ROOT / "deploy" / "areas" / "warwickshire-lookup.csv"
ANCHOR = date(2025, 1, 6)
RUGBY = {"code": "E01031125", "edition": "lsoa11"}
DAYS = 59
"""Until the fortnight that begins with `RARE` was counted twice: itself, and as the one before."""
RARE = "2026-02-02"
LONDON = ZoneInfo("Europe/London")


class Run(NamedTuple):
    """Results of a replay, its rules, and the true counts by (first day, counted at)."""

    out: Path
    rules: Path
    true: dict[tuple[str, str], Tally]
    street: Street


def replay(folder: Path, events: Path, rules: Path, patch: pytest.MonkeyPatch) -> Run:
    """Replay events under the rules, and keep every tally that the pictures were made of."""
    true: dict[tuple[str, str], Tally] = {}
    tally = Ticks.tally

    def kept(self: Ticks, known_at, first, last, monthly):
        found = tally(self, known_at, first, last, monthly)
        if not monthly:
            true[first.isoformat(), rfc3339(known_at, LONDON)] = found
        return found

    patch.setattr(Ticks, "tally", kept)
    out = folder / "out"
    command = ["replay", str(events), "--rules", str(rules), "--out", str(out)]
    with pytest.raises(SystemExit) as ended:
        main([*command, "--keys", str(folder / "keys.json")])
    assert ended.value.code == 0
    return Run(out, rules, true, street_files(events))


def street_files(events: Path) -> Street:
    """Return what the force would publish of these events: robberies by month and district.

    Robbery is the category that the street-level files and the hub count alike.
    """
    with LOOKUP.open() as file:
        district = {(r["edition"], r["code"]): r["district"] for r in csv.DictReader(file)}
    found: Counter[tuple[str, str]] = Counter()
    seen = set()
    with gzip.open(events) as file:
        for line in file:
            event = json.loads(line)
            data = event["data"]
            if event["type"] != "police.crime.v1" or data["category"] not in ("34A", "34B"):
                continue
            area = data["area"] or {}
            where = district.get((area.get("edition"), area.get("code")))
            if where and event["id"] not in seen:
                found[data["occurred_from"][:7], where] += 1
            seen.add(event["id"])
    months = {month for month, _ in found}
    everywhere = {
        (month, where): 0 for month in months for where in set(district.values()) if where
    }
    return {("warwickshire-police", "robbery"): everywhere | found}


def everything_rounded(rules: Path) -> Path:
    """Change a copy of the shipped rules so that the hiding is as hard as it can be.

    Nobody gets rows, every publisher releases rounded counts to everybody, groups read districts,
    CSPs and CIOGs, and every party sits in every group.
    """
    for path in sorted(rules.glob("*.yaml")):
        text = yaml.safe_load(path.read_text())
        if not isinstance(text, dict) or "agreement" not in text:
            continue
        if text["recipient"] != "hub-correlation":
            path.unlink()
            path.with_name(f"{path.stem}.cases.yaml").unlink()
            continue
        text["release"] = dict.fromkeys([*text["release"], "district-readers"], "rounded")
        path.write_text(yaml.safe_dump(text, sort_keys=False))
    parties = yaml.safe_load((rules / "parties.yaml").read_text())
    everyone = [party["id"] for party in parties["parties"]]
    districts = [f"E07000{n}" for n in range(218, 223)]
    parties["groups"].append(
        {
            "id": "district-readers",
            "name": "Readers of districts",
            "areas": [{"level": "district", "code": code} for code in districts],
        }
    )
    for group in parties["groups"]:
        group["members"] = list(everyone)
    (rules / "parties.yaml").write_text(yaml.safe_dump(parties, sort_keys=False))
    return rules


def narrowed(run: Run) -> Iterator[str]:
    """Yield what each party learns: a hidden count with fewer than three values left.

    No number of the files mixes two publishers, so that what two readers of the same audiences know
    of a third is the same, and asked once. What the force's own street-level files narrow by
    themselves is no secret of the hub's.
    """
    attack = Attack(run.out, run.rules, LOOKUP, ANCHOR)
    public = attack.public(run.street)
    asked: set[tuple[str, ...]] = set()
    for party, audiences in attack.readers().items():
        hiding = [
            publisher
            for publisher in sorted(attack.agreements)
            if all(attack.hides(publisher, party, audience) for audience in audiences)
            and (publisher, *audiences) not in asked
        ]
        asked |= {(publisher, *audiences) for publisher in hiding}
        known = attack.knowledge(party, audiences, public) if audiences and hiding else None
        for publisher in hiding if known else ():
            for hidden, count in hidden_cells(attack, run, publisher):
                ends = known.range(hidden)
                if not is_narrow(ends, count) or is_narrow(public.range(hidden), count):
                    continue
                if ends:
                    yield f"{party}: {sorted(hidden)} is {count}, from {ends[0]} to {ends[1]}"


def is_narrow(ends: tuple[float, float] | None, count: int) -> bool:
    """Say whether fewer than three values of 1 to 7 are left, the true one among them."""
    return bool(ends and ends[0] <= count <= ends[1] and min(ends[1], 7) - max(ends[0], 1) < 2)


def hidden_cells(
    attack: Attack, run: Run, publisher: str
) -> Iterator[tuple[frozenset[tuple[str, ...]], int]]:
    """Yield a publisher's counts of 1 to 7 over the whole grid, each as a sum of variables."""
    cells = {(level, home[level]) for home in attack.homes.values() for level in GRID_LEVELS}
    agreements = tuple(attack.agreements[publisher])
    for (first, at), tally in run.true.items():
        for category in tally.categories(agreements):
            for level, code in sorted(cells):
                count = tally.of(agreements, level, code, category)
                if 1 <= count <= 7:
                    parts = (
                        (publisher, category, district, first, at)
                        for district in attack.districts(level, code)
                    )
                    yield frozenset(parts), count


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    command = ["simulate", "--seed", "11", "--from", "2026-01-05", "--days", str(deep(DAYS, 90))]
    with pytest.raises(SystemExit) as ended:
        main([*command, "--out", str(folder / "sim")])
    assert ended.value.code == 0
    return folder / "sim" / "events.jsonl.gz"


def test_no_party_narrows_a_hidden_count_under_the_shipped_rules(
    events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = replay(tmp_path, events, RULES, monkeypatch)
    assert list(narrowed(run)) == []


def test_nor_where_everybody_reads_every_level_rounded(
    events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = everything_rounded(Path(shutil.copytree(RULES, tmp_path / "rules")))
    run = replay(tmp_path, events, rules, monkeypatch)
    assert list(narrowed(run)) == []


def test_the_attacker_would_have_found_them_without_complementary_suppression(
    events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Guard, "_narrowed", lambda self, key, seen: False)
    rules = everything_rounded(Path(shutil.copytree(RULES, tmp_path / "rules")))
    run = replay(tmp_path, events, rules, monkeypatch)
    assert next(narrowed(run), None) is not None


def test_a_rare_crime_is_not_told_by_the_zeros_around_it(
    events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rare = tmp_path / "rare.jsonl.gz"
    kept = 0
    with gzip.open(events) as file, gzip.open(rare, "wb") as out:
        for line in file:
            event = json.loads(line)
            data = event["data"]
            if event["type"] == "police.crime.v1" and data["category"] in ("34A", "34B"):
                inside = data["occurred_from"] >= RARE and data["occurred_to"] < "2026-02-15"
                if not inside or kept == 5 or not (data["area"] or {}).get("code"):
                    continue
                data["area"] = {**RUGBY, "confidence": data["area"]["confidence"]}
                kept += 1
            out.write(json.dumps(event).encode() + b"\n")
    assert kept == 5
    run = replay(tmp_path, rare, RULES, monkeypatch)
    counted = sorted(at[:10] for first, at in run.true if first == RARE)
    assert counted == ["2026-02-18", "2026-03-04"], "as the fortnight, and as the one before"
    assert list(narrowed(run)) == []
