"""Cost of an event, and peak memory, at ten thousand, a hundred thousand and a million events.

All from one simulated source, cut after so many lines: the same places, agencies and density, hence
as many events to a midnight. What grows is what lies behind each event. The cost is CPU time of a
replay in a process of its own, less that of a replay of nothing, as a multiple of the floor that is
measured beside it. Most of the past that a midnight looks at is not there yet in the first days, so
the first figure holds hardly any of it.
"""

from __future__ import annotations

import gzip
import tempfile
from itertools import islice
from pathlib import Path
from statistics import median

from tests.benchmarks.journey import floor, replayed, simulated

SIZES = (10_000, 100_000, 1_000_000)
RATE = 84.0
"""Times the county's usual traffic: a million events in ninety days."""


def cut(log: Path, events: int) -> Path:
    """Return a log of the first so many events of a log, beside it."""
    short = log.with_name(f"first-{events}.jsonl.gz")
    with gzip.open(log, "rb") as whole, gzip.open(short, "wb", compresslevel=1) as out:
        out.writelines(islice(whole, events))
    return short


def measure() -> list[tuple[int, float, float, float]]:
    """Return rows of (events, floors an event, CPU microseconds an event, peak megabytes)."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = simulated(folder, RATE)
        nothing, sample = cut(source, 0), cut(source, SIZES[0])
        for size in SIZES:
            log = cut(source, size)
            floors = [floor(sample)]
            start = replayed(nothing, folder)["cpu"]
            found = replayed(log, folder)
            floors.append(floor(sample))
            cost = (found["cpu"] - start) / found["events"]
            rows.append((found["events"], cost / median(floors), cost * 1e6, found["mb"]))
    return rows


if __name__ == "__main__":
    print(f"{'events':>10} {'floors an event':>16} {'CPU us an event':>16} {'peak MB':>8}")
    for events, floors, microseconds, megabytes in measure():
        print(f"{events:>10,} {floors:>16.1f} {microseconds:>16.1f} {megabytes:>8.0f}")
