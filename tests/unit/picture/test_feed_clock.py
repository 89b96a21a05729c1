"""Every declared feed is judged by its own cadence; one never heard of is silent too."""

from datetime import date
from zoneinfo import ZoneInfo

from cioghub.steps.picture.feed_clock import FeedClock
from cioghub.vocabulary.buckets import midnight
from cioghub.vocabulary.fortnights import Fortnight
from cioghub.vocabulary.parties import Feed, Parties, Party

ZONE = ZoneInfo("Europe/London")
SINCE = midnight(date(2026, 1, 5), ZONE)
DAY = 86_400
FORTNIGHT = Fortnight(date(2026, 1, 5))


def clock(**due_hours: int) -> FeedClock:
    feeds = tuple(Feed(f"/a/{name}", (), (), "", hours) for name, hours in due_hours.items())
    party = Party(
        "agency", "The Agency", "fire", "specified", (), "sole", None, None, None, None, feeds
    )
    return FeedClock(Parties((party,), (), None, None), ZONE, SINCE)


def late(made: FeedClock, now: int) -> dict[str, bool]:
    return {one.source: one.late for one in made.states(now, FORTNIGHT)}


def test_a_monthly_feed_is_not_silent_after_a_fortnight() -> None:
    made = clock(daily=36, monthly=32 * 24)
    for source in ("/a/daily", "/a/monthly"):
        made.heard(source, SINCE, incident=True)
    assert late(made, SINCE + 16 * DAY) == {"/a/daily": True, "/a/monthly": False}


def test_a_feed_never_heard_of_is_late_once_it_was_due() -> None:
    made = clock(daily=36)
    assert late(made, SINCE + DAY) == {"/a/daily": False}
    assert late(made, SINCE + 2 * DAY) == {"/a/daily": True}
    assert made.states(SINCE + 2 * DAY, FORTNIGHT)[0].last_heard is None


def test_silence_is_said_once_and_again_after_the_feed_was_back() -> None:
    made = clock(daily=36)
    made.heard("/a/daily", SINCE, incident=True)
    assert [len(made.notices(SINCE + n * DAY)) for n in (1, 2, 3)] == [0, 1, 0]
    made.heard("/a/daily", SINCE + 4 * DAY, incident=False)
    assert [len(made.notices(SINCE + n * DAY)) for n in (5, 6)] == [0, 1]


def test_a_heartbeat_keeps_a_feed_alive_without_contributing() -> None:
    made = clock(daily=36)
    made.heard("/a/daily", SINCE + DAY, incident=False)
    (state,) = made.states(SINCE + 2 * DAY, FORTNIGHT)
    assert (state.late, state.contributed) == (False, False)


def test_a_reader_learns_the_local_day_and_not_the_second() -> None:
    made = clock(daily=36)
    summer = midnight(date(2026, 4, 28), ZONE)
    made.heard("/a/daily", summer, incident=False)
    assert made.states(summer + DAY, FORTNIGHT)[0].last_heard == "2026-04-28"
