"""What the hub tells of planted issues, and what it tells where nothing was planted.

Nine simulated runs of 120 days, each replayed with the shipped rules and areas: once with what the
simulator plants and once without. The table is that of docs/detection.md. It takes one core twenty
minutes.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from cioghub.bootstrap import checked_bundle, journey_of, key_ring
from cioghub.cli.simulate import EVENTS, TRUTH, write_simulation
from cioghub.journey import Taken
from cioghub.runtimes.batch.run import run_replay
from cioghub.settings import read_settings
from cioghub.simulate import stream
from cioghub.simulate.plan import Plan, make_plan
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.wire.areas import read_areas
from cioghub.wire.shipped import deploy_folder

RUNS = [
    *((seed, date(2026, 1, 5)) for seed in range(1, 7)),
    *((seed, date(2025, 9, 1)) for seed in range(7, 10)),
]
DAYS = 120
LEARNING = timedelta(days=56)
LEFT_IN = ("decoy:backlog", "decoy:site-postcode")
"""Late feeds and wrong postcodes belong to the usual."""

Event = tuple[str, str]


@dataclass
class Told:
    """One alert: the day it was raised, what it says, and every event that ever was behind it."""

    day: date
    data: dict[str, Any]
    events: set[Event]

    def is_about(self, planted: set[Event]) -> bool:
        """Say whether at least five of its events, or a quarter of them, are the planted ones."""
        shared = len(self.events & planted)
        return shared >= 5 or 0 < len(self.events) <= 4 * shared


def quiet(*arguments: Any) -> Plan:
    """Return the plan of a run in which nothing is planted."""
    plan = make_plan(*arguments)
    left = tuple(one for one in plan.planted if one.kind in LEFT_IN)
    return replace(plan, planted=left, changes=())


def run(folder: Path, seed: int, first: date, planted: bool) -> list[Told]:
    """Simulate and replay one run in `folder`; return the alerts that were raised."""
    areas = read_areas(deploy_folder() / "areas" / "warwickshire.yaml")
    with patch.object(stream, "make_plan", make_plan if planted else quiet):
        write_simulation(stream.Simulation(areas, stream.Settings(seed, first, DAYS)), folder)
    keys, log, out = folder / "keys.json", folder / EVENTS, folder / "out"
    run_replay([log], None, None, out, keys, None, False, None, lambda what, done: None)
    bundle = checked_bundle(deploy_folder() / "sharing-rules", areas).bundle
    journey = journey_of(bundle, key_ring(keys, read_settings()))
    known: dict[str, Event] = {}
    for line in gzip.decompress(log.read_bytes()).splitlines():
        taken = journey.take(json.loads(line))
        if isinstance(taken, Taken):
            for one in taken.received:
                if one.recipient == HUB_RECIPIENT:
                    known[one.id] = (taken.valid.source, taken.valid.id)
    told: dict[str, Told] = {}
    for line in (out / "alerts.jsonl").read_bytes().splitlines():
        alert = json.loads(line)
        day, data = date.fromisoformat(alert["time"][:10]), alert["data"]
        issue = told.setdefault(alert["subject"], Told(day, data, set()))
        issue.events |= {known[id] for id in data["evidence"]}
    return list(told.values())


def truth_of(folder: Path) -> list[tuple[str, date, set[Event]]]:
    """Return kind, first day and events of what was planted."""
    lines = [json.loads(line) for line in (folder / TRUTH).read_bytes().splitlines()]
    return [
        (
            line["kind"],
            date.fromisoformat(line["from"]),
            {(one["source"], one["id"]) for one in line["events"]},
        )
        for line in lines
    ]


def measure() -> list[tuple[str, str]]:
    """Return the rows of the table."""
    issues: dict[tuple[str, str], list[list[int]]] = defaultdict(list)
    decoys: dict[str, list[int]] = defaultdict(list)
    false: list[bool] = []
    for seed, first in RUNS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            told, truth = run(folder, seed, first, True), truth_of(folder)
        claimed: list[Told] = []
        for kind, start, events in truth:
            about = [one for one in told if one.is_about(events) and one.day >= start]
            if kind.startswith("issue:"):
                claimed += about
                when = "later" if start - first >= LEARNING else "in the first eight weeks"
                issues[kind, when].append(sorted((one.day - start).days for one in about))
        for kind, _, events in truth:
            if kind.startswith("decoy:"):
                own = [one for one in told if one.is_about(events) and one not in claimed]
                decoys[kind].append(len(own))
        with tempfile.TemporaryDirectory() as name:
            false += [one.day - first >= LEARNING for one in run(Path(name), seed, first, False)]
    rows = []
    for (kind, when), found in sorted(issues.items()):
        days = [one[0] for one in found if one]
        span = f"days {min(days)} to {max(days)} ({median(days):g})" if days else ""
        twice = sum(len(one) > 1 for one in found)
        rows.append((f"{kind}, {when}", f"{len(days)} of {len(found)}, {twice} twice, {span}"))
    rows += [(kind, f"{sum(n)} of {len(n)}") for kind, n in sorted(decoys.items())]
    quarters = len(RUNS) * 3 * DAYS / 91
    late = quarters * (DAYS - LEARNING.days) / DAYS
    rows.append(("false alerts an area and quarter", f"{len(false) / quarters:.2f} ({len(false)})"))
    rows.append(("the same, after eight weeks", f"{sum(false) / late:.2f} ({sum(false)})"))
    return rows


if __name__ == "__main__":
    for what, figure in measure():
        print(f"{what:60} {figure}")
