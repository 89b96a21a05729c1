"""The scene of a fault: a hub with forty quiet days behind it, and busy days that come in."""

from __future__ import annotations

import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from tests.kafka.broker import Broker
from tests.kafka.comparing import compared, reached, replayed, simulated
from tests.kafka.hub import ROOT, HubOnKafka
from tests.postgres import PostgresServer

WORKERS = ("sharer", "correlator", "reporter")
QUIET, BUSY = 40, 5
DAY = 86_400
HALF_A_DAY = DAY // 2
TWICE, LATE = 0.05, 0.20
"""The shares of events that are sent twice, and a step later than they should be."""

RESTART_SECONDS = 2.0
"""So long whoever runs the workers waits before it starts one again."""

Event = dict[str, Any]


@dataclass
class Kept(HubOnKafka):
    """A hub whose workers are started again when they end, as a service manager does."""

    ended: list[tuple[str, int]] = field(default_factory=list)
    """Workers that ended by themselves, with their exit codes."""

    _how: dict[str, dict[str, Any]] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)

    def start(self, *names: str, tree: Path = ROOT, instance: str | None = None) -> None:
        for name in names:
            self._how[name] = {"tree": tree, "instance": instance}
            super().start(name, tree=tree, instance=instance)

    def end(self, name: str, by: int = signal.SIGTERM) -> int:
        self.tend()
        if name in self._due:  # it has ended by itself, and nobody starts it again
            del self._due[name]
            return 0
        return super().end(name, by)

    def tend(self) -> None:
        """Start again what has ended and waited for long enough."""
        now = time.monotonic()
        for name, process in list(self.workers.items()):
            if (code := process.poll()) is not None:
                self.ended.append((name, code))
                del self.workers[name]
                self._due[name] = now + RESTART_SECONDS
        for name, at in list(self._due.items()):
            if now >= at:
                del self._due[name]
                self.start(name, **self._how[name])

    def until(self, holds: Callable[[], bool], what: str, patience: float = 600) -> None:
        deadline = time.monotonic() + patience
        while not holds():
            self.tend()
            assert time.monotonic() < deadline, f"waited in vain for {what}\n{self.logs()}"
            time.sleep(0.2)

    def rest(self, seconds: float) -> None:
        """Let time pass."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self.tend()
            time.sleep(0.1)


@dataclass
class Ground:
    """What every scene begins with: made once, by workers that nobody disturbs."""

    broker: Broker
    postgres: PostgresServer
    folder: Path
    template: str = ""
    keys: Path = Path()
    busy: list[tuple[int, Event]] = field(default_factory=list)
    known: set[tuple[str, str]] = field(default_factory=set)

    def make(self) -> None:
        """Let the quiet days pass."""
        hub = Kept(self.broker, self.postgres.migrated(), self._new("ground"))
        try:
            events = simulated(hub, QUIET + BUSY)
            border = events[0][0] + QUIET * DAY
            quiet = [one for one in events if one[0] < border]
            self.busy = [one for one in events if one[0] >= border]
            hub.set_clock(quiet[0][0])
            hub.start(*WORKERS)
            for part in steps(quiet, DAY):  # what comes in bulk is a backlog, and raises nothing
                send(hub, part, self.known)
            finish(hub, quiet[-1][0] + HALF_A_DAY)
            for name in WORKERS:
                hub.end(name)
        finally:
            hub.close()
        self.template = hub.url.rpartition("/")[2]
        self.keys = hub.folder / "home" / "keys.json"

    def scene(self, name: str) -> Scene:
        """Return a hub that has come to the end of the quiet days, without workers yet."""
        folder = self._new(name)
        (folder / "home").mkdir()
        shutil.copy(self.keys, folder / "home")
        hub = Kept(self.broker, self.postgres.database(self.template), folder)
        hub.set_clock(self.busy[0][0])
        return Scene(hub, self, set(self.known), random.Random(name))

    def _new(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder


@dataclass
class Scene:
    """A hub, what it was sent, and what was done to it."""

    hub: Kept
    ground: Ground
    known: set[tuple[str, str]]
    chance: random.Random
    sent: int = 0
    two_versions: bool = False
    notes: list[str] = field(default_factory=list)

    def busy_days(
        self,
        act: Callable[[int], None] = lambda step: None,
        keyed: Callable[[bytes], bytes] = lambda key: key,
    ) -> None:
        """Let the busy days come in; at each step something is done to the hub meanwhile."""
        now = self.ground.busy[0][0]
        for step, part in enumerate(self._mixed()):
            say(f"step {step + 1}: {len(part)} messages")
            now = max(now, *(at for at, _ in part))
            self.hub.set_clock(now)
            self.sent += len(part)
            self.hub.publish((event for _, event in part), keyed)
            self.known.update((one["source"], one["id"]) for _, one in part)
            act(step)
            self.hub.until(self.all_accepted, "what was sent")
        finish(self.hub, self.ground.busy[-1][0] + DAY)

    def all_accepted(self) -> bool:
        """Say whether every event that was sent is accepted."""
        return self.hub.count("accepted") >= len(self.known)

    def _mixed(self) -> Iterator[list[tuple[int, Event]]]:
        """Yield the busy days in steps, with some events twice and some late."""
        touched = {
            one["data"]["id"] for _, one in self.ground.busy if one["type"].startswith("event.")
        }
        late: list[tuple[int, Event]] = []
        for part in steps(self.ground.busy, HALF_A_DAY):
            now: list[tuple[int, Event]] = late
            kept: list[tuple[int, Event]] = []
            for one in part:
                may_wait = one is not part[-1] and one[1]["id"] not in touched
                (kept if may_wait and self.chance.random() < LATE else now).append(one)
            now += [one for one in now if self.chance.random() < TWICE]
            late = kept
            yield now
        if late:
            yield late

    def check(self) -> dict[str, Any]:
        """Make sure that nothing is lost or doubled, and that all is as the batch runtime has it.

        Returns the counts of a row of the table.
        """
        hub = self.hub
        ((rows, identities, last),) = hub.rows(
            "SELECT count(*), count(DISTINCT (source, event_id)), max(position) FROM accepted"
        )
        assert rows == identities == last == len(self.known), "an event is lost or doubled"
        ((effects, ids),) = hub.rows("SELECT count(*), count(DISTINCT id) FROM contribution")
        assert effects == ids, "a contribution is there twice"
        assert hub.count("on_the_way") == 0, "an event has not come to the correlator"
        (before,) = self._in_template("SELECT count(*) FROM accepted")
        lines, pictures = compared(hub, replayed(hub, hub.folder / "out"), self.two_versions)
        assert lines > 0, "no alert was raised: there was none to compare"
        ((twice,),) = hub.rows(
            "SELECT coalesce(sum(events), 0) FROM feed_day WHERE outcome = 'duplicate'"
        )
        (twice_before,) = self._in_template(
            "SELECT coalesce(sum(events), 0) FROM feed_day WHERE outcome = 'duplicate'"
        )
        return {
            "sent": self.sent,
            "accepted": rows - before,
            "effects": effects,
            "twice": int(twice - twice_before),
            "ended": len(hub.ended),
            "lines": lines,
            "pictures": pictures,
        }

    def _in_template(self, question: str) -> tuple[int]:
        with psycopg.connect(self.ground.postgres.url(self.ground.template)) as connection:
            found = connection.execute(question).fetchone()
        assert found is not None
        return found


def steps(events: list[tuple[int, Event]], length: int) -> Iterator[list[tuple[int, Event]]]:
    """Yield events in parts of a length in seconds."""
    part: list[tuple[int, Event]] = []
    began = events[0][0]
    for one in events:
        if one[0] >= began + length:
            yield part
            part, began = [], one[0]
        part.append(one)
    yield part


def send(hub: HubOnKafka, part: list[tuple[int, Event]], known: set[tuple[str, str]]) -> None:
    """Let a part come in, and wait until it is accepted."""
    say(f"{len(part)} messages")
    hub.set_clock(part[-1][0])
    hub.publish(event for _, event in part)
    known.update((one["source"], one["id"]) for _, one in part)
    hub.until(lambda: hub.count("accepted") >= len(known), "what was sent")


def finish(hub: HubOnKafka, at: int) -> None:
    """Let it be a time, and wait until the last midnight before it is told."""
    hub.set_clock(at)
    hub.until(lambda: reached(hub, "reporter") >= at - DAY, "the last midnight")
    # What a worker that was killed left is sent after a while by its like.
    hub.set_clock(at + 60)
    hub.until(lambda: hub.count("outgoing") == 0, "every message to be sent")


def say(words: str) -> None:
    """Tell whoever waits how far it is."""
    print(f"  {time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)
