"""A live hub on a real database in a folder of its own, with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI

from cioghub.cli.serving import doors_of
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

    def again(self) -> LiveHubOfTest:
        """Return the same hub as a new process would find it."""
        return LiveHubOfTest(self.home, self.clock, open_hub(Settings(home=self.home), self.clock))


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
