"""Runs the hub of a demo: its clock, its agencies, its people and its doors."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cioghub.cli.demo_agencies import Agencies
from cioghub.cli.demo_cast import cast_of, sessions_of
from cioghub.cli.demo_clock import DemoClock
from cioghub.cli.demo_past import HOME, LABEL, begins, coming_lines
from cioghub.cli.demo_play import Players
from cioghub.cli.serving import doors_of
from cioghub.runtimes.embedded.opening import Opened, open_hub
from cioghub.settings import Settings
from cioghub.stores.sql.clock_mark import keep_clock
from cioghub.stores.sql.people_list import PeopleList
from cioghub.web.hub import Hub

_DAY = 86_400
_PLAY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is ready: the hub and its doors, and the clock that stands at its beginning."""

    opened: Opened
    hub: Hub
    clock: DemoClock
    agencies: Agencies
    players: Players


@contextmanager
def opened_demo(past: Path, days: int) -> Iterator[Demo]:
    """Yield a demo on a copy of a past of so many days; whatever is done in it ends with it."""
    with tempfile.TemporaryDirectory(prefix="ciog-demo-", dir=past.parent) as work:
        home = Path(shutil.copytree(past / HOME, Path(work) / HOME))
        clock = DemoClock(0)
        opened = open_hub(Settings(home=home), clock, label=LABEL)
        bundle = opened.loaded.bundle
        clock.put_on(begins(bundle.areas, days))
        cast = cast_of(
            PeopleList(opened.engine), bundle.areas, bundle.parties, begins(bundle.areas, 0)
        )
        people = replace(opened.people, sessions=sessions_of(opened.engine))
        hub = replace(doors_of(opened, clock, LABEL), people=people, cast=cast)
        agencies = Agencies(coming_lines(past), frozenset(bundle.parties.feed_owners()))
        players = Players(hub)
        players.play(clock.now())
        with opened.keeper, opened.hub:
            yield Demo(opened, hub, clock, agencies, players)
        opened.engine.dispose()


@contextmanager
def running(demo: Demo, day_seconds: float) -> Iterator[None]:
    """Let the clock run, a day in so many seconds, and the agencies send and its people work,
    until the block ends.

    After the last simulated day the clock stands still: nobody is late who has nothing to send.
    """
    ended = threading.Event()

    def run(speed: float) -> None:
        demo.clock.run(speed)
        keep_clock(demo.opened.engine, demo.clock.now(), speed)

    def send() -> None:
        asyncio.run(demo.agencies.go_on(demo.opened.hub, demo.clock, ended.is_set))
        run(0)

    def play() -> None:
        while not ended.wait(_PLAY_SECONDS):
            demo.players.play(demo.clock.now())

    threads = [threading.Thread(target=one, name=one.__name__, daemon=True) for one in (send, play)]
    run(_DAY / day_seconds)
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
