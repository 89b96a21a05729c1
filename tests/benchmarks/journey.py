"""Speed and memory of the whole journey, as ratios against a floor measured in the same run.

The floor is what any such program must do to an event: parse its JSON, make one HMAC, write its
JSON, with the standard library. It writes into a file, as the journey does; beside it stands what
it takes where nothing is kept of what is written, and that with orjson, which the journey uses.
The rate of the journey is a slope between two logs, so that what a run costs once is not counted.
Logs are read unpacked, since the floor unpacks nothing. It is measured in two ways, which answer
two questions:

- by density, between a small and a large log of the same ninety days: what one more event costs;
- by time, between ninety and a hundred and eighty days at Warwickshire's usual rate: what one more
  day costs. Most of that is its midnight, which costs about the same however little happened.
"""

from __future__ import annotations

import gzip
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any

import orjson

SMALL, LARGE = 1.55, 9.85
"""Rates that simulate about 20,000 and 120,000 events in ninety days."""

SHORT_DAYS, LONG_DAYS = 90, 180

REPEATS = 5

NOWHERE = Path(os.devnull)

Loads = Callable[[bytes], Any]
Dumps = Callable[[Any], bytes]

_RUN = """
import json, resource, sys, time
from pathlib import Path
from cioghub.runtimes.batch.run import run_replay
began = time.process_time()
summary = run_replay(
    [Path(sys.argv[1])], None, None, Path(sys.argv[2]), Path(sys.argv[3]), None, False, None,
    lambda what, done: None,
)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"events": summary["read"], "cpu": time.process_time() - began, "mb": peak}))
"""


def _dumps(event: Any) -> bytes:
    return json.dumps(event).encode()


def simulated(folder: Path, rate: float, days: int = SHORT_DAYS) -> Path:
    """Return a log of simulated days at a rate."""
    out = folder / f"rate-{rate}-days-{days}"
    command = [sys.executable, "-c", "from cioghub.cli.main import main; main()", "simulate"]
    options = ["--seed", "1", "--from", "2026-01-05", "--days", str(days), "--rate", str(rate)]
    subprocess.run([*command, *options, "--out", str(out)], check=True, capture_output=True)
    return out / "events.jsonl.gz"


def unpacked(log: Path) -> Path:
    """Return the same log without its packing."""
    plain = log.with_suffix("")
    with gzip.open(log, "rb") as packed, plain.open("wb") as out:
        shutil.copyfileobj(packed, out)
    return plain


def replayed(log: Path, folder: Path) -> dict[str, Any]:
    """Return events, CPU seconds and peak megabytes of one replay in a process of its own."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory(dir=folder) as out:
        done = subprocess.run(
            [sys.executable, "-c", _RUN, str(log), f"{out}/out", str(folder / "keys.json")],
            check=True,
            capture_output=True,
            env=environment,
            text=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def floor(
    log: Path, loads: Loads = json.loads, dumps: Dumps = _dumps, into: Path = NOWHERE
) -> float:
    """Return CPU seconds an event for parse, one HMAC and write, with this library of JSON."""
    with gzip.open(log, "rb") if log.suffix == ".gz" else log.open("rb") as file:
        lines = file.readlines()
    return floor_of(lines, loads, dumps, into) / len(lines)


def floor_of(
    lines: Iterable[bytes],
    loads: Loads = json.loads,
    dumps: Dumps = _dumps,
    into: Path = NOWHERE,
) -> float:
    """Return CPU seconds of the floor of some lines, with this library of JSON."""
    began = time.process_time()
    with into.open("wb") as out:
        for line in lines:
            event = loads(line)
            event["id"] = hmac.digest(b"key" * 10, event["id"].encode(), "sha256").hex()
            out.write(dumps(event) + b"\n")
    return time.process_time() - began


FILE, NOTHING, QUICK = "floor", "floor written into nothing", "floor with orjson, into nothing"


def _floors(log: Path, folder: Path) -> dict[str, float]:
    """Return CPU seconds an event of each floor."""
    return {
        FILE: floor(log, into=folder / "floor.jsonl"),
        NOTHING: floor(log),
        QUICK: floor(log, orjson.loads, orjson.dumps),
    }


def measure() -> list[tuple[str, str]]:
    """Return rows of (what, figure)."""
    rows: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large = unpacked(simulated(folder, SMALL)), unpacked(simulated(folder, LARGE))
        slopes: list[float] = []
        floors: dict[str, list[float]] = {FILE: [], NOTHING: [], QUICK: []}
        last: dict[str, Any] = {}
        for _ in range(REPEATS):
            before = _floors(large, folder)
            one, last = replayed(small, folder), replayed(large, folder)
            slopes.append((last["cpu"] - one["cpu"]) / (last["events"] - one["events"]))
            # The machine is faster and slower by half: what is compared stands side by side.
            for name, after in _floors(large, folder).items():
                floors[name].append((before[name] + after) / 2)
        cost = median(slopes)
        rows += [
            ("journey, CPU microseconds an event (slope)", f"{cost * 1e6:.1f}"),
            ("journey, events a second of CPU", f"{1 / cost:,.0f}"),
        ]
        for name, measured in floors.items():
            shares = [one / slope for one, slope in zip(measured, slopes, strict=True)]
            rows += [
                (f"{name}, CPU microseconds an event", f"{median(measured) * 1e6:.1f}"),
                ("journey at this share of its rate", f"{median(shares):.2f}"),
                ("the same in each round", " ".join(f"{share:.2f}" for share in shares)),
            ]
        rows += [(f"peak memory at {last['events']:,} events, MB", f"{last['mb']:.0f}")]
        short = replayed(unpacked(simulated(folder, 1.0)), folder)
        long = replayed(unpacked(simulated(folder, 1.0, LONG_DAYS)), folder)
        more, events = long["cpu"] - short["cpu"], long["events"] - short["events"]
        rows += [
            ("one more day at the usual rate, CPU milliseconds", f"{more / SHORT_DAYS * 1e3:.0f}"),
            ("the same by event, CPU microseconds", f"{more / events * 1e6:.0f}"),
        ]
    return rows


if __name__ == "__main__":
    for what, figure in measure():
        print(f"{what:62} {figure:>12}")
