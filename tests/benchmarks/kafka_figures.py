"""The hub on Kafka: what an event costs beside bare clients, and how soon an alert is visible.

Four engines run on one broker (SCRAM over TLS) and one PostgreSQL that syncs, one after the other
and again, on the same messages: a bare consumer, a bare faust agent that sends on each event, as it
comes and on the loop that workers run on, and the sharer, which judges, shares and keeps it as
well. The first tenth of each run is not counted.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from statistics import median, quantiles

from tests.benchmarks import kafka_alerts
from tests.benchmarks.kafka_ground import Ground, Run, ground, size_of, tables_of
from tests.benchmarks.live import PACE

REPEATS = 3
ENGINES = {
    "bare": "bare consumer",
    "faust": "faust, a send an event",
    "faust-as-workers": "the same on the workers' loop",
    "sharer": "the sharer, whole",
}


def compared(ground: Ground) -> tuple[Mapping[str, list[Run]], str]:
    """Return the runs of each engine, taken in turn, and the last sharer's database."""
    found: dict[str, list[Run]] = {name: [] for name in ENGINES}
    url = ""
    for _ in range(REPEATS):
        for name in ENGINES:
            run, url = ground.run(name)
            found[name].append(run)
            print(f"{name}: {run.rate:,.0f} a second", file=sys.stderr)
    return found, url


def table(found: Mapping[str, list[Run]]) -> None:
    """Print medians, and the median of the ratios to faust in the same round."""
    print("| what | events a second | of faust's | worker | broker | PostgreSQL |")
    print("|---|---|---|---|---|---|")
    for name, runs in found.items():
        ratio = median(one.rate / base.rate for one, base in zip(runs, found["faust"], strict=True))
        rate = median(one.rate for one in runs)
        worker, broker, database = (
            f"{median(column):,.0f}" for column in zip(*(one.cpu for one in runs), strict=True)
        )
        print(
            f"| {ENGINES[name]} | {rate:,.0f} | {ratio:.2f} | {worker} | {broker} | {database} |",
            flush=True,
        )


def sizes(ground: Ground, runs: Iterable[Run], url: str) -> None:
    """Print what an event takes on disk; what is deleted once sent stands in the tables still."""
    many = list(runs)
    tables = {name: size / ground.events for name, size in tables_of(url).items()}
    raw = size_of(ground.broker.data, "incident.*") / ground.events
    shared = size_of(ground.broker.data, "shared.*") / (ground.events * len(many))
    log = median(run.log / run.events for run in many)
    partitions = len(list(ground.broker.data.glob("*.*-*")))
    print(f"bytes an event on its agency's topic: {raw:.0f}")
    print(f"bytes an event on topics of what is shared: {shared:.0f}")
    print(f"bytes an event in the tables of PostgreSQL: {sum(tables.values()):.0f}, of which")
    for name, size in sorted(tables.items(), key=lambda row: -row[1])[:5]:
        print(f"    {name}: {size:.0f}")
    print(f"bytes an event in its write-ahead log: {log:.0f}")
    print(f"partitions of the shipped topics: {partitions}")


def main() -> None:
    """Compare the engines, time alerts, and print tables."""
    with ground() as place:
        found, url = compared(place)
        print(
            f"\n{place.events:,} events, {REPEATS} rounds, medians; CPU seconds a million events\n"
        )
        table(found)
        print()
        sizes(place, found["sharer"], url)
        place.start_anew()
        kafka_alerts.load_history(place.hub)
        with kafka_alerts.workers(place.hub):
            waits = kafka_alerts.waits(place.hub)
    high = quantiles(waits.seconds, n=100)[98]
    print(
        f"\npublish to visible alert, {waits.pace:.0f} of {PACE} other events a second coming in:"
    )
    print(f"median {median(waits.seconds):.2f} s, p99 {high:.2f} s of {len(waits.seconds)}")
    for name, cores in waits.cores.items():
        print(f"{name}: {cores:.2f} of a core")


if __name__ == "__main__":
    main()
