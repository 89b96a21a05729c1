"""Kills a live hub at random points, starts it again, and compares it with one that nobody killed.

A child process runs a real hub on a real database; its clock is told by the events that it is
given, so that weeks pass in seconds. It notes every answer before it goes on. The parent kills it
with SIGKILL at a random moment and starts another, which sends again all that was not answered and
some of what was.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.live.found import rows_of

from cioghub.bootstrap import (
    checked_bundle,
    database,
    default_areas,
    default_rules,
    journey_of,
    key_ring,
    live_log,
    picture_page,
)
from cioghub.ports.intake import Answer, Message, Mode
from cioghub.runtimes.batch.run import run_replay
from cioghub.runtimes.embedded.hub import LiveHub, Parts
from cioghub.settings import Settings
from cioghub.simulate.stream import Settings as Simulated
from cioghub.simulate.stream import Simulation
from cioghub.steps.share.table import Bundle
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.vocabulary.keeping import Keeping
from cioghub.wire.areas import read_areas

FIRST = date(2026, 1, 5)
AT_ONCE = 40
"""Events that are published together."""

KEYS = "keys.json"
"""Beside the homes: the hub that is killed and the one that is not have the same keys."""

ALL = Keeping(payload_days=10_000)
"""Nothing is deleted, so that the whole log can be gone through again."""

TWICE = 0.05
"""The share of events that are sent again although they were answered."""


class ToldClock:
    """A clock that is told the time by the events."""

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        return self.at


@dataclass
class Ground:
    """What every child has before it begins: read once, in the parent."""

    areas: Areas
    bundle: Bundle
    timed: list[tuple[int, str, bytes]]
    """(time, name, event) in order of time."""


def ground(days: int, seed: int) -> Ground:
    """Return the rules that ship with the hub, and simulated days of four agencies."""
    areas = read_areas(default_areas())
    bundle = checked_bundle(default_rules(), areas).bundle
    lines = [
        line
        for part in Simulation(areas, Simulated(seed, FIRST, days, 1.0)).lines()
        for line in part.splitlines()
    ]
    timed = []
    for line in lines:
        event = json.loads(line)
        timed.append((parse_rfc3339(event["time"]), f"{event['source']} {event['id']}", line))
    return Ground(areas, bundle, sorted(timed))


def opened(at: Ground, home: Path, clock: ToldClock) -> LiveHub:
    """Return the hub of a home, as a new process finds it."""
    ring = key_ring(home.parent / KEYS, Settings(home=home))
    return LiveHub(
        Parts(
            journey=journey_of(at.bundle, ring),
            dry=journey_of(at.bundle, ring),
            log=live_log(database(home)),
            clock=clock,
            page=picture_page(default_areas(), at.areas, at.bundle.parties),
            keeping=ALL,
        )
    )


def live_through(at: Ground, home: Path, notes: Path, seed: int) -> None:
    """Publish what has no answer yet, note each answer, and end when all have one."""
    answered = set(notes.read_text(encoding="utf-8").splitlines()) if notes.exists() else set()
    chance = random.Random(seed)
    feeds = frozenset(at.bundle.parties.feed_owners())
    todo = [one for one in at.timed if one[1] not in answered or chance.random() < TWICE]
    clock = ToldClock(at.timed[0][0])
    done = [when for when, name, _ in at.timed if name in answered]
    clock.at = max([clock.at, *done])
    hub = opened(at, home, clock)
    pad = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def send() -> None:
        for n in range(0, len(todo), AT_ONCE):
            part = todo[n : n + AT_ONCE]
            clock.at = max(clock.at, part[-1][0])
            messages = [Message(Mode.STRUCTURED, line) for _, _, line in part]
            answers = await asyncio.gather(*(hub.publish(one, feeds) for one in messages))
            for (_, name, _), (verdict,) in zip(part, answers, strict=True):
                assert verdict.answer is not Answer.NOT_YOURS
                os.write(pad, f"{name}\n".encode())

    with hub:
        asyncio.run(send())
        clock.at += 3 * 86_400
    # The days that the clock has passed are settled before the process ends.
    opened(at, home, clock).settle()


def run_child(at: Ground, home: Path, notes: Path, seed: int) -> int:
    """Start a child that lives through it; return its process id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        live_through(at, home, notes, seed)
        code = 0
    except BaseException as error:  # a child must never return into the parent's code
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    finally:
        os._exit(code)


def drill(kills: int, days: int, seed: int, folder: Path) -> dict[str, Any]:
    """Kill a hub so many times while it lives through the days; return what was counted.

    Each child is killed within a few milliseconds of a random number of answers, some of them
    while they start.
    """
    at = ground(days, seed)
    chance = random.Random(seed)
    home, notes = folder / "killed", folder / "answered.txt"
    notes.touch()
    whole = sum(len(name) + 1 for _, name, _ in at.timed)
    for _ in range(kills):
        pid = run_child(at, home, notes, chance.randrange(2**31))
        wanted = notes.stat().st_size + chance.uniform(0, whole / (kills + 1))
        while notes.stat().st_size < wanted:
            assert os.waitpid(pid, os.WNOHANG) == (0, 0), "the hub ended by itself"
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.05))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    for place, written in ((home, notes), (folder / "alone", folder / "alone.txt")):
        pid = run_child(at, place, written, 0)
        _ended_well(os.waitpid(pid, 0)[1])
    return {"kills": kills, "sent": len(at.timed), **compare(home, folder / "alone", notes)}


def _ended_well(status: int) -> None:
    assert os.waitstatus_to_exitcode(status) == 0, "the hub failed by itself"


def compare(home: Path, alone: Path, notes: Path) -> dict[str, Any]:
    """Compare a hub that was killed with one that was not, and with its own log gone through again.

    Returns counts; raises AssertionError on a difference.
    """
    answered = set(notes.read_text(encoding="utf-8").splitlines())
    names = "SELECT source || ' ' || event_id FROM accepted"
    accepted = Counter(name for (name,) in rows_of(home, names))
    refused = {name for (name,) in rows_of(home, "SELECT source || ' ' || name FROM refused")}
    assert answered <= accepted.keys() | refused, "an answered event is in no table"
    assert set(accepted.values()) == {1}, "an event was counted twice"
    ((entries, last),) = rows_of(home, "SELECT count(*), max(position) FROM accepted")
    assert entries == last, "the log has a gap"
    for question in (
        "SELECT hex(ref), decision FROM accepted ORDER BY 1",
        "SELECT id, day, place, withdrawn IS NULL FROM contribution ORDER BY 1",
        "SELECT audience, first FROM picture ORDER BY 1, 2",
    ):
        assert rows_of(home, question) == rows_of(alone, question), question
    lines, pictures = again(home)
    return {
        "answered": len(answered),
        "accepted": entries,
        "duplicates": _one(home, "SELECT sum(events) FROM feed_day WHERE outcome = 'duplicate'"),
        "midnights": _one(home, "SELECT count(*) FROM ticked WHERE midnight"),
        "looks": _one(home, "SELECT count(*) FROM ticked WHERE NOT midnight"),
        "alert lines compared": lines,
        "pictures compared": pictures,
    }


def again(home: Path) -> tuple[int, int]:
    """Go through the log again; return how many alert lines and pictures are the hub's own bytes.

    Raises AssertionError on a difference.
    """
    out = home.parent / "again"
    run_replay(
        [], None, None, out, home.parent / KEYS, None, False, None, lambda what, n: None, log=home
    )
    told: dict[str, list[bytes]] = {}
    for audience, line in rows_of(home, "SELECT audience, line FROM told ORDER BY cursor"):
        told.setdefault(audience, []).append(line)
    places = {"": out / "alerts.jsonl"}
    places |= {one.name: one / "alerts.jsonl" for one in (out / "audiences").iterdir()}
    for audience, place in places.items():
        assert told.get(audience, []) == place.read_bytes().splitlines(), audience
    noticed = [line for (line,) in rows_of(home, "SELECT line FROM notice ORDER BY number")]
    assert noticed == (out / "notices.jsonl").read_bytes().splitlines()
    pictures = rows_of(home, "SELECT audience, first, content, page FROM picture")
    for audience, first, content, page in pictures:
        folder = out / "audiences" / audience / "pictures"
        assert (folder / f"{first}.json").read_bytes() == content
        assert (folder / f"{first}.html").read_bytes() == page
    return sum(map(len, told.values())), len(pictures)


def _one(home: Path, question: str) -> int:
    return rows_of(home, question)[0][0] or 0


def main() -> None:
    """Run the long drill and print its counts."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(drill(100, 75, 7, Path(folder))))


if __name__ == "__main__":
    main()
