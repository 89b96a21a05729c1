"""A live hub on a real database in a folder of its own, with a clock that the test sets."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import event
from tests.live.found import rows_of

from cioghub.cli.serving import doors_of
from cioghub.ports.intake import Message, Mode, Verdict
from cioghub.runtimes.embedded.opening import Opened, open_hub
from cioghub.settings import Settings
from cioghub.web.app import create_app

NOON = 1_772_366_400
"""1 March 2026, noon in London."""


@dataclass
class SetClock:
    """A clock that stands still until it is set."""

    at: int = NOON

    def now(self) -> int:
        return self.at


@dataclass
class LiveHubOfTest:
    """An open hub with its doors; `again` opens it a second time, as after a crash."""

    home: Path
    clock: SetClock
    opened: Opened
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(doors_of(self.opened, self.clock, None, frozenset({"testserver"})))

    @property
    def feeds(self) -> frozenset[str]:
        """Every declared feed."""
        return frozenset(self.opened.loaded.bundle.parties.feed_owners())

    def publish(self, *messages: Message) -> list[Verdict]:
        """Publish messages on a hub that is started, as a door does; return all verdicts."""

        async def send() -> list[Verdict]:
            answers = await asyncio.gather(
                *(self.opened.hub.publish(message, self.feeds) for message in messages)
            )
            return [verdict for answer in answers for verdict in answer]

        return asyncio.run(send())

    def again(self) -> LiveHubOfTest:
        """Return the same hub as a new process would find it."""
        return LiveHubOfTest(self.home, self.clock, open_hub(Settings(home=self.home), self.clock))


def heartbeat(live: LiveHubOfTest, name: str) -> Message:
    """Return a heartbeat of the first declared feed, published now."""
    source = sorted(live.feeds)[0]
    event = {
        "specversion": "1.0",
        "id": name,
        "source": source,
        "type": "feed.heartbeat.v1",
        "time": datetime.fromtimestamp(live.clock.now(), UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": {"complete_to": None},
    }
    return Message(Mode.STRUCTURED, orjson.dumps(event))


@contextmanager
def pragma(live: LiveHubOfTest, setting: str) -> Iterator[None]:
    """Give every connection of the hub a setting of SQLite."""
    engine = live.opened.engine

    def set_it(connection: sqlite3.Connection, record: object) -> None:
        connection.execute(f"PRAGMA {setting}")

    event.listen(engine, "connect", set_it)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", set_it)
        engine.dispose()


def disk_full(live: LiveHubOfTest) -> AbstractContextManager[None]:
    """Leave the database no room but what it has."""
    ((pages,),) = rows_of(live.home, "PRAGMA page_count")
    return pragma(live, f"max_page_count = {pages}")


def unwritable(live: LiveHubOfTest) -> AbstractContextManager[None]:
    """Let every write fail, however small."""
    return pragma(live, "query_only = 1")


@pytest.fixture
def live(tmp_path: Path) -> LiveHubOfTest:
    """A hub that is not started: `load`, `settle` and `look` work at once, in the test's thread."""
    clock = SetClock()
    return LiveHubOfTest(tmp_path / "hub", clock, open_hub(Settings(home=tmp_path / "hub"), clock))


@pytest.fixture
def live_hub(live: LiveHubOfTest) -> Iterator[LiveHubOfTest]:
    """The same, started: its intake and its ticker run until the test ends."""
    with live.opened.hub:
        yield live
