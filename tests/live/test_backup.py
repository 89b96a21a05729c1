"""A backup taken while the hub runs is the hub as it was, and goes only where no hub is."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from tests.live.conftest import LiveHubOfTest, heartbeat

from cioghub.errors import WrongUse
from cioghub.runtimes.embedded.opening import open_hub
from cioghub.settings import Settings
from cioghub.stores.home_lock import HomeLock
from cioghub.stores.sql.backup import back_up, restore


def test_a_backup_of_a_running_hub_opens_as_the_same_hub(
    live_hub: LiveHubOfTest, tmp_path: Path
) -> None:
    live_hub.publish(heartbeat(live_hub, "one"))
    back_up(live_hub.home, tmp_path / "copy")
    live_hub.publish(heartbeat(live_hub, "two"))

    restore(tmp_path / "copy", tmp_path / "again")
    again = open_hub(Settings(home=tmp_path / "again"), live_hub.clock)
    feed = next(one for one in again.room.feeds() if one.accepted)
    assert feed.accepted == 1
    assert stat.S_IMODE((tmp_path / "again" / "keys.json").stat().st_mode) == 0o600


def test_a_twin_of_what_the_backup_holds_is_known_after_it(
    live_hub: LiveHubOfTest, tmp_path: Path
) -> None:
    live_hub.publish(heartbeat(live_hub, "one"))
    back_up(live_hub.home, tmp_path / "copy")
    restore(tmp_path / "copy", tmp_path / "again")
    clock, home = live_hub.clock, tmp_path / "again"
    again = LiveHubOfTest(home, clock, open_hub(Settings(home=home), clock))
    again.opened.hub.load([heartbeat(again, "one")], again.feeds)
    (feed,) = [one for one in again.opened.room.feeds() if one.accepted]
    assert (feed.accepted, feed.duplicates) == (1, 1)


def test_a_home_that_holds_a_hub_is_not_overwritten(live: LiveHubOfTest, tmp_path: Path) -> None:
    back_up(live.home, tmp_path / "copy")
    with pytest.raises(WrongUse, match="holds a hub already"):
        restore(tmp_path / "copy", live.home)


def test_a_home_in_use_is_not_touched(live: LiveHubOfTest, tmp_path: Path) -> None:
    back_up(live.home, tmp_path / "copy")
    with HomeLock(tmp_path / "used"), pytest.raises(WrongUse, match="Another hub runs"):
        restore(tmp_path / "copy", tmp_path / "used")


def test_a_damaged_backup_is_refused_and_leaves_nothing(
    live: LiveHubOfTest, tmp_path: Path
) -> None:
    back_up(live.home, tmp_path / "copy")
    (tmp_path / "copy" / "hub.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(WrongUse, match="damaged"):
        restore(tmp_path / "copy", tmp_path / "again")
    assert not (tmp_path / "again" / "hub.db").exists()


def test_a_folder_without_a_hub_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="holds no hub"):
        back_up(tmp_path, tmp_path / "copy")
