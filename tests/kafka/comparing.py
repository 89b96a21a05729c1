"""Compares what workers made with what the batch runtime makes of the same log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from click.testing import CliRunner
from tests.kafka.hub import HubOnKafka

from cioghub.cli.main import ciog
from cioghub.journey import MEMORY_TYPES
from cioghub.simulate.stream import Settings as Simulated
from cioghub.simulate.stream import Simulation
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.wire.memory import unpack_memory

SEED = 6
"""In 45 days of this seed alerts are raised in the last five, however many events a day it has."""


def simulated(hub: HubOnKafka, days: int, rate: float = 1.0) -> list[tuple[int, dict[str, Any]]]:
    """Return simulated events with their times, in order; at a rate of 1 some 140 a day."""
    run = Simulation(hub.bundle.areas, Simulated(SEED, date(2026, 1, 5), days, rate))
    events = [orjson.loads(line) for part in run.lines() for line in part.splitlines()]
    return sorted(((parse_rfc3339(one["time"]), one) for one in events), key=lambda one: one[0])


def reached(hub: HubOnKafka, turn: str) -> int:
    """Return the time that the work of a turn has come to."""
    rows = hub.rows(f"SELECT reached FROM turn WHERE name = '{turn}'")
    return rows[0][0] if rows else 0


def replayed(hub: HubOnKafka, out: Path) -> Path:
    """Go through the hub's log again with the batch runtime."""
    command = ["replay", "--log", str(hub.folder / "home"), "--out", str(out)]
    run = CliRunner(env={"CIOG_DATABASE": hub.url}).invoke(ciog, command, catch_exceptions=False)
    assert run.exit_code == 0, run.output
    return out


def settled(lines: Iterable[bytes]) -> list[bytes]:
    """Return what was told at midnights."""
    return [line for line in lines if not orjson.loads(line)["data"].get("provisional")]


def _in_one_order(line: bytes) -> bytes:
    """Return a line with its fields in one order: versions of the hub write them in others."""
    return orjson.dumps(orjson.loads(line), option=orjson.OPT_SORT_KEYS)


def compared(hub: HubOnKafka, out: Path, two_versions: bool = False) -> tuple[int, int]:
    """Compare what each recipient got, settled alerts with evidence, and pictures with a replay's.

    What recipients got is compared byte for byte, or but for the order of its fields where sharers
    of `two_versions` wrote it. Returns how many lines and pictures were compared; raises
    AssertionError on a difference.
    """
    told: dict[str, list[bytes]] = defaultdict(list)
    for audience, line in hub.rows(
        "SELECT audience, line FROM told WHERE NOT provisional ORDER BY cursor"
    ):
        told[audience].append(line)
    assert told[""] == settled((out / "alerts.jsonl").read_bytes().splitlines())
    for folder in (out / "audiences").iterdir():
        lines = (folder / "alerts.jsonl").read_bytes().splitlines()
        assert told[folder.name] == settled(lines)
    shared: dict[str, list[bytes]] = defaultdict(list)
    for recipient, line in hub.rows("SELECT recipient, line FROM shared"):
        shared[recipient].append(line)
    form = _in_one_order if two_versions else bytes
    for path in (out / "shared").iterdir():
        if path.stem != HUB_RECIPIENT:
            lines = path.read_bytes().splitlines()
            assert sorted(map(form, lines)) == sorted(map(form, shared.pop(path.stem, [])))
    assert not shared
    pictures = hub.rows("SELECT audience, first, content, page FROM picture")
    for audience, first, content, page in pictures:
        stem = out / "audiences" / audience / "pictures" / first
        assert stem.with_suffix(".json").read_bytes() == content
        assert stem.with_suffix(".html").read_bytes() == page
    assert len(pictures) == len(list(out.glob("audiences/*/pictures/*.json")))
    summary = orjson.loads((out / "summary.json").read_bytes())
    assert summary["accepted"] == hub.count("accepted")
    return sum(map(len, told.values())), len(pictures)


def state(hub: HubOnKafka) -> dict[str, list[tuple[object, ...]]]:
    """Return what correlator and reporter have made, but for what was told before a midnight."""
    questions = {
        "set": "SELECT id, position, accepted, day, place, tokens, withdrawn FROM contribution",
        "told": "SELECT audience, alert, change, at, line FROM told WHERE NOT provisional",
        "pictures": "SELECT audience, first, at, content, page FROM picture",
        "notices": "SELECT at, code, publisher, line FROM notice",
        "receipts": "SELECT publisher, source, id, alert, noted FROM receipt",
        "memory": "SELECT name, content FROM memory WHERE name LIKE 'found@%'",
        "ticks": "SELECT at FROM ticked WHERE midnight",
    }
    found = {name: sorted(hub.rows(asked), key=str) for name, asked in questions.items()}
    # What is held twice is written once: the same memory may be other bytes after a start.
    found["memory"] = [
        (name, unpack_memory(bytes(content), MEMORY_TYPES)) for name, content in found["memory"]
    ]
    return found
