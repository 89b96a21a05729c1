"""The faults of the drill, each a function of the scene that it is done to."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from kafka import KafkaAdminClient
from tests.kafka.comparing import state
from tests.kafka.hub import ROOT
from tests.kafka.scene import WORKERS, Scene, say

from cioghub.vocabulary.topics import FOUND, HUB_QUARANTINE, incident_topic, quarantine_topic

SESSION = 10
"""Seconds after which a worker that says nothing counts as dead."""

AWAY = 60
FAULTS: dict[str, Callable[[Scene], None]] = {}


def fault(name: str) -> Callable[[Callable[[Scene], None]], Callable[[Scene], None]]:
    """Enter a fault into the table under a name."""

    def enter(do: Callable[[Scene], None]) -> Callable[[Scene], None]:
        FAULTS[name] = do
        return do

    return enter


@fault("none")
def nothing(scene: Scene) -> None:
    """The same input through both runtimes, and nobody disturbs."""
    scene.hub.start(*WORKERS)
    scene.busy_days()


@fault("killed-in-a-group")
def killed(scene: Scene) -> None:
    """SIGKILL of one worker after the other, while it works."""
    scene.hub.start(*WORKERS)

    def act(step: int) -> None:
        name = WORKERS[step % 3]
        before = scene.hub.count("accepted")
        scene.hub.until(
            lambda: scene.hub.count("accepted") > before or scene.all_accepted(), "a first group"
        )
        scene.hub.end(name, signal.SIGKILL)
        scene.hub.start(name)

    scene.busy_days(act)


@fault("workers-come-and-go")
def come_and_go(scene: Scene) -> None:
    """Second workers of each kind join under load, and the first ones leave."""
    scene.hub.start(*WORKERS)

    def act(step: int) -> None:
        if step == 2:
            scene.hub.start(*(f"{name}-2" for name in WORKERS))
            scene.hub.rest(SESSION)
        if step == 6:
            for name in WORKERS:
                scene.hub.end(name)

    scene.busy_days(act)


@fault("poison")
def poison(scene: Scene) -> None:
    """A message that cannot be read on every topic that a worker reads."""
    hub = scene.hub
    hub.start(*WORKERS)
    agencies = sorted(set(hub.agency.values()))

    def act(step: int) -> None:
        if step == 3:
            for agency in agencies:
                hub.send(incident_topic(agency), b"\xc3\x01no record", b"poison", [])
            hub.send("shared.hub-correlation", b"\x00poison", b"poison", [])
            hub.send(FOUND, b"\x00poison", b"hub", [], 0)

    scene.busy_days(act)
    for agency in agencies:
        rows = hub.messages(quarantine_topic(agency))
        assert [one["reason"] for one in rows].count("not-binary-mode") >= 1, agency
    topics = {one["topic"] for one in hub.messages(HUB_QUARANTINE)}
    assert topics == {"shared.hub-correlation", FOUND}
    scene.notes.append(f"{len(agencies) + 2} in quarantine")


@fault("idle")
def idle(scene: Scene) -> None:
    """Nothing for longer than the session, then one event."""
    hub = scene.hub
    hub.start(*WORKERS)

    def act(step: int) -> None:
        if step == 4:
            hub.until(scene.all_accepted, "what was sent")
            say("idle")
            hub.rest(3 * SESSION)
            _, event = scene.ground.busy[-1]
            hub.publish([event])
            scene.sent += 1
            scene.known.add((event["source"], event["id"]))
            began = time.monotonic()
            hub.until(scene.all_accepted, "the one event")
            scene.notes.append(f"handled after {time.monotonic() - began:.1f} s")

    scene.busy_days(act)
    assert hub.ended == [], "a worker ended while nothing came"


@fault("everything-again")
def everything_again(scene: Scene) -> None:
    """Everything is read again from the beginning: every worker's group forgets where it was."""
    hub = scene.hub
    hub.start(*WORKERS)
    scene.busy_days()
    for name in WORKERS:
        hub.end(name)
    before = state(hub)
    with KafkaAdminClient(**hub.broker.admin.kafka_python) as admin:
        admin.delete_groups(list(WORKERS))
    twice = "SELECT coalesce(sum(events), 0) FROM feed_day WHERE outcome = 'duplicate'"
    ((counted,),) = hub.rows(twice)
    hub.start(*WORKERS)
    hub.until(lambda: hub.rows(twice)[0][0] - counted >= scene.sent, "all of it once more")
    hub.rest(SESSION)
    for name in WORKERS:
        hub.end(name)
    assert state(hub) == before, "old events have changed something"


@fault("hot-partition")
def hot_partition(scene: Scene) -> None:
    """Most of what comes lies on one partition: more than ten times what the others hold."""
    hub = scene.hub

    def hot(key: bytes) -> bytes:
        return key if scene.chance.random() < 0.2 else b"hot"

    hub.start(*WORKERS, "sharer-2")
    scene.busy_days(keyed=hot)


def _away(scene: Scene, *, broker: bool, database: bool, broker_first: bool = True) -> None:
    hub, server = scene.hub, scene.ground.postgres
    hub.start(*WORKERS)

    def act(step: int) -> None:
        if step != 3:
            return
        say("away")
        if broker:
            hub.broker.kill()
        if database:
            server.stop()
        hub.rest(AWAY)
        back = [one for one, is_away in ((hub.broker, broker), (server, database)) if is_away]
        for one in back if broker_first else reversed(back):
            one.start()
            if len(back) > 1:
                hub.rest(AWAY / 4)
        say("back")

    scene.busy_days(act)


@fault("broker-away")
def broker_away(scene: Scene) -> None:
    """The broker is killed, and comes back after a minute."""
    _away(scene, broker=True, database=False)


@fault("database-away")
def database_away(scene: Scene) -> None:
    """PostgreSQL ends at once, and comes back after a minute."""
    _away(scene, broker=False, database=True)


@fault("both-away-broker-back-first")
def both_away(scene: Scene) -> None:
    """Both are away for a minute; the broker is back first."""
    _away(scene, broker=True, database=True)


@fault("both-away-database-back-first")
def both_away_too(scene: Scene) -> None:
    """Both are away for a minute; PostgreSQL is back first."""
    _away(scene, broker=True, database=True, broker_first=False)


@fault("paused")
def paused(scene: Scene) -> None:
    """SIGSTOP of one worker after the other past its session, another taking over; then SIGCONT."""
    hub = scene.hub
    hub.start(*WORKERS, *(f"{name}-2" for name in WORKERS))

    def act(step: int) -> None:
        if step in (2, 4, 6):
            process = hub.workers[WORKERS[step // 2 - 1]]
            process.send_signal(signal.SIGSTOP)
            hub.rest(2.5 * SESSION)
            process.send_signal(signal.SIGCONT)

    scene.busy_days(act)


@fault("hundred-kills")
def hundred_kills(scene: Scene) -> None:
    """A hundred times SIGKILL of any worker at any moment, its start included."""
    hub = scene.hub
    hub.start(*WORKERS)
    kills = int(os.environ.get("CIOG_KILLS", "100"))

    def act(step: int) -> None:
        for _ in range(kills // 10 if step < 9 else kills - 9 * (kills // 10) if step == 9 else 0):
            hub.rest(scene.chance.uniform(0, 6))
            name = scene.chance.choice(WORKERS)
            if name in hub.workers:
                hub.end(name, signal.SIGKILL)
                hub.start(name)
                scene.notes[:] = [
                    f"{int(scene.notes[0].split()[0]) + 1 if scene.notes else 1} kills"
                ]

    scene.busy_days(act)


@fault("two-of-one-identity")
def one_identity(scene: Scene) -> None:
    """Two workers of a kind are started with one and the same --instance."""
    hub = scene.hub
    for name in WORKERS:
        hub.start(name, instance=f"{name}-a")

    def act(step: int) -> None:
        if step == 2:
            for name in WORKERS:
                hub.start(f"{name}-2", instance=f"{name}-a")
            hub.rest(2 * SESSION)
        if step == 5:
            for name in WORKERS:
                hub.end(f"{name}-2")

    scene.busy_days(act)


@fault("an-old-version-beside")
def old_beside(scene: Scene) -> None:
    """Sharer and correlator of the oldest version with these tables beside new ones; then none."""
    hub, tree = scene.hub, scene.hub.folder / "before"
    scene.two_versions = True
    before = _git("log", "-1", "--format=%H", "--", "services/cioghub/stores/sql/migrations")
    _git("worktree", "add", "--detach", str(tree), before)
    try:
        hub.start("sharer", "correlator", tree=tree)
        hub.start("sharer-2", "reporter")

        def act(step: int) -> None:
            if step == 5:
                for name in ("correlator", "sharer"):
                    hub.end(name)
                    hub.start(name)

        scene.busy_days(act)
    finally:
        for name in list(hub.workers):
            hub.end(name)
        _git("worktree", "remove", "--force", str(tree))
    scene.notes.append(f"beside {before[:7]}")


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@fault("disk-full")
def disk_full(scene: Scene) -> None:
    """The disk of the broker fills up; then there is room again, and the broker is started."""
    hub = scene.hub
    hub.start(*WORKERS)
    ballast = Path(hub.broker.data) / "ballast"

    def act(step: int) -> None:
        if step != 3:
            return
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * (1 << 16))
            except OSError:
                say(f"full: {shutil.disk_usage(hub.broker.data).free} bytes free")
        hub.rest(AWAY)
        ballast.unlink()
        ended = hub.broker.ended()
        scene.notes.append("the broker ended" if ended else "the broker went on")
        if ended:
            hub.broker.start()

    scene.busy_days(act)
