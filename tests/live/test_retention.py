"""When its time is over a payload is gone: from the tables, and from every file's bytes."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import orjson
import pytest
from tests.live.conftest import NOON, LiveHubOfTest, SetClock, heartbeat
from tests.live.simulated import crime

from cioghub.ports.intake import Answer, Message, Mode
from cioghub.runtimes.embedded.opening import open_hub
from cioghub.runtimes.embedded.ticker import Keeping
from cioghub.settings import Settings
from cioghub.stores.sql.database import DATABASE

DAY = 86_400
MARKED = "zqxj-retention-marker-7f3a"


@pytest.fixture
def live(tmp_path: Path) -> LiveHubOfTest:
    clock, home = SetClock(), tmp_path / "hub"
    return LiveHubOfTest(home, clock, open_hub(Settings(home=home), clock, keeping=Keeping(28, 90)))


def marked(live: LiveHubOfTest) -> Message:
    """Return an event whose own id is found again wherever its bytes are."""
    event = orjson.loads(heartbeat(live, MARKED).body)
    return Message(Mode.STRUCTURED, orjson.dumps(event))


def found_in(home: Path, marker: bytes = MARKED.encode()) -> list[str]:
    """Return the files that hold a marker."""
    return sorted(
        path.name for path in home.rglob("*") if path.is_file() and marker in path.read_bytes()
    )


def test_the_bytes_of_a_payload_are_in_no_file_after_its_time(live: LiveHubOfTest) -> None:
    (verdict,) = live.opened.hub.load([marked(live)], live.feeds)
    assert verdict.answer is Answer.ACCEPTED
    assert found_in(live.home)

    live.clock.at = NOON + 27 * DAY
    live.opened.hub.settle()
    assert found_in(live.home), "it is kept until its time is over"

    live.clock.at = NOON + 30 * DAY
    live.opened.hub.settle()
    assert found_in(live.home) == []


def test_the_bytes_of_a_pseudonym_are_in_no_file_after_their_time(live: LiveHubOfTest) -> None:
    live.opened.hub.load([crime(live, "one", suspect_token="ab" * 16)], live.feeds)
    with sqlite3.connect(live.home / DATABASE) as found:
        (tokens,) = found.execute("SELECT tokens FROM contribution").fetchone()
    pseudonym = orjson.loads(tokens)["suspect_token"].encode()
    assert found_in(live.home, pseudonym)

    live.clock.at = NOON + 30 * DAY
    live.opened.hub.settle()
    assert found_in(live.home, pseudonym) == []


def test_a_twin_is_known_after_the_payload_has_gone(live: LiveHubOfTest) -> None:
    event = marked(live)
    live.opened.hub.load([event], live.feeds)
    live.clock.at = NOON + 30 * DAY
    live.opened.hub.settle()
    (verdict,) = live.opened.hub.load([event], live.feeds)
    assert verdict.answer is Answer.ACCEPTED
    (feed,) = [one for one in live.opened.room.feeds() if one.duplicates]
    assert (feed.accepted, feed.duplicates) == (0, 1)


def test_the_decision_stays_in_the_ledger_of_the_log(live: LiveHubOfTest) -> None:
    live.opened.hub.load([marked(live)], live.feeds)
    source = orjson.loads(marked(live).body)["source"]
    live.clock.at = NOON + 30 * DAY
    live.opened.hub.settle()
    decision = live.opened.room.decision(source, MARKED)
    assert decision is not None
    assert {one["outcome"] for one in decision.content["outcomes"]} == {"control"}


def test_the_state_is_its_owner_s_alone(live_hub: LiveHubOfTest) -> None:
    live_hub.publish(heartbeat(live_hub, "one"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in live_hub.home.glob("hub.db*")}
    assert set(modes.values()) == {0o600}
    assert "hub.db-wal" in modes
