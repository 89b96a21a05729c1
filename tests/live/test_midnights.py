"""Midnights of a live hub: the partnership's own, whatever the clock of the machine does."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from tests.live.conftest import NOON, LiveHubOfTest, heartbeat, unwritable
from tests.live.found import rows_of

from cioghub.ports.live_log import LogFull

LONDON = ZoneInfo("Europe/London")
DAY = 86_400


def settled(live: LiveHubOfTest) -> list[datetime]:
    """Return the midnights that were settled, as local times, in the order of settling."""
    rows = rows_of(live.home, "SELECT at FROM ticked WHERE midnight ORDER BY number")
    return [datetime.fromtimestamp(at, LONDON) for (at,) in rows]


def noon(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, 12, tzinfo=LONDON).timestamp())


@pytest.mark.parametrize(
    ("first", "hours"),
    [((2026, 3, 28), {24, 23}), ((2026, 10, 24), {24, 25})],
    ids=["clocks go forward", "clocks go back"],
)
def test_days_of_both_clock_changes_begin_at_local_midnight(
    live: LiveHubOfTest, first: tuple[int, int, int], hours: set[int]
) -> None:
    live.clock.at = noon(*first)
    live.opened.hub.load([heartbeat(live, "one")], live.feeds)
    live.clock.at += 3 * DAY
    live.opened.hub.settle()
    found = settled(live)
    assert [(at.hour, at.minute) for at in found] == [(0, 0)] * 3
    gaps = [
        (b.astimezone(UTC) - a.astimezone(UTC)).total_seconds() / 3600 for a, b in pairwise(found)
    ]
    assert set(gaps) == hours


def test_what_came_due_while_the_hub_was_down_is_settled_when_it_starts(
    live: LiveHubOfTest,
) -> None:
    live.opened.hub.load([heartbeat(live, "one")], live.feeds)
    live.clock.at = NOON + 5 * DAY
    with live.again().opened.hub:
        pass
    assert [at.day for at in settled(live)] == [2, 3, 4, 5, 6]


def test_a_clock_that_jumps_an_hour_forward_and_back_settles_each_day_once(
    live: LiveHubOfTest,
) -> None:
    live.clock.at = NOON + 43_200 - 1_800  # half an hour before midnight
    live.opened.hub.load([heartbeat(live, "one")], live.feeds)
    live.clock.at += 3_600
    assert live.opened.hub.settle() == 1
    live.clock.at -= 3_600
    live.opened.hub.load([heartbeat(live, "two")], live.feeds)
    assert live.opened.hub.settle() == 0
    live.clock.at += DAY
    live.opened.hub.settle()
    found = settled(live)
    assert found == sorted(set(found))


def test_silence_of_more_than_five_weeks_is_jumped_over_with_one_notice(
    live: LiveHubOfTest,
) -> None:
    live.opened.hub.load([heartbeat(live, "one")], live.feeds)
    live.clock.at = NOON + 60 * DAY
    live.opened.hub.settle()
    jumps = [one for one in live.opened.room.notices(100) if one.code == "clock-jump"]
    assert len(jumps) == 1
    assert len(settled(live)) < 60


def test_a_feed_that_falls_silent_is_said_once_at_a_midnight(live: LiveHubOfTest) -> None:
    live.opened.hub.load([heartbeat(live, "one")], live.feeds)
    live.clock.at = NOON + 30 * DAY
    live.opened.hub.settle()
    late = [one for one in live.opened.room.notices(1000) if one.code == "feed-late"]
    assert len(late) == len(live.feeds)


def test_a_midnight_that_could_not_be_kept_is_settled_whole_when_it_can_be(
    live: LiveHubOfTest,
) -> None:
    live.opened.hub.load([heartbeat(live, "one")], live.feeds)
    said = 0
    for day in (*range(1, 6), 30):
        live.clock.at = NOON + day * DAY
        with unwritable(live), pytest.raises(LogFull):
            live.opened.hub.settle()
        live.opened.hub.settle()
        late = [one for one in live.opened.room.notices(1000) if one.code == "feed-late"]
        said += day < 30 and len(late) > 0
    assert said, "some fell silent at a midnight that was tried twice"
    assert len(late) == len(live.feeds), "what was said and not kept is said again"
    found = settled(live)
    assert (len(found), found) == (30, sorted(set(found)))


def test_a_clock_an_hour_fast_and_then_right_loses_nothing_of_the_day(
    live: LiveHubOfTest,
) -> None:
    live.clock.at = noon(2026, 3, 28) + 11 * 3_600  # an hour before the night of the change
    live.opened.hub.load([heartbeat(live, "one")], live.feeds)
    for name, jump in (("two", 3_600), ("three", -3_600), ("four", 3_600)):
        live.clock.at += jump
        live.opened.hub.load([heartbeat(live, name)], live.feeds)
        live.opened.hub.settle()
    live.clock.at += 2 * DAY
    live.opened.hub.settle()
    assert [at.day for at in settled(live)] == [29, 30, 31]
    rows = rows_of(live.home, "SELECT accepted FROM accepted ORDER BY position")
    midnights = rows_of(live.home, "SELECT position FROM ticked ORDER BY number")
    accepted = [at for (at,) in rows]
    assert (len(accepted), accepted) == (4, sorted(accepted))
    assert [position for (position,) in midnights] == [2, 4, 4]
