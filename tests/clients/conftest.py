"""A whole live hub on a real port, with a token that publishes on the feed of the fire service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.people import HandClock
from tests.web.serving import served

from cioghub.cli.serving import doors_of
from cioghub.runtimes.embedded.opening import Opened, open_hub
from cioghub.settings import Settings
from cioghub.stores.sql.tokens import Kind, SqlTokens
from cioghub.web.app import create_app

FEEDS = ("/warwickshire-fire/incident", "/warwickshire-education/concern")
NOON = 1_772_452_800
"""2 March 2026, 12:00 UTC."""


@dataclass(frozen=True)
class Door:
    """Where a hub answers, a token for each feed, and the hub itself."""

    address: str
    tokens: dict[str, str]
    opened: Opened

    @property
    def token(self) -> str:
        return self.tokens[FEEDS[0]]

    def accepted(self) -> int:
        return sum(feed.accepted for feed in self.opened.room.feeds())


@pytest.fixture
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    clock = HandClock(NOON)
    opened = open_hub(Settings(home=tmp_path_factory.mktemp("home")), clock)
    tokens = {
        feed: SqlTokens(opened.engine).make(Kind.FEED, feed, None, 30, "test", NOON)[1]
        for feed in FEEDS
    }
    with opened.hub, served(create_app(doors_of(opened, clock, "Simulated data"))) as address:
        yield Door(address, tokens, opened)
