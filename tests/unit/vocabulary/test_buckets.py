"""Buckets of time in the partnership's zone, the two clock changes included."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioghub.vocabulary.buckets import (
    QUARTER,
    Buckets,
    bounds,
    days_by_quarter,
    local_day,
    midnight,
    parse_rfc3339,
)
from cioghub.vocabulary.levels import TIME_LEVELS

LONDON = ZoneInfo("Europe/London")
BUCKETS = Buckets(LONDON)


@pytest.mark.parametrize(
    ("moment", "level", "floor", "ceiling"),
    [
        (
            "2025-08-05T13:20:00+01:00",
            "hour",
            "2025-08-05T13:00:00+01:00",
            "2025-08-05T14:00:00+01:00",
        ),
        (
            "2025-08-05T23:20:00+01:00",
            "3-hours",
            "2025-08-05T21:00:00+01:00",
            "2025-08-06T00:00:00+01:00",
        ),
        (
            "2025-08-05T23:20:00Z",
            "day",
            "2025-08-06T00:00:00+01:00",
            "2025-08-07T00:00:00+01:00",
        ),
        (
            "2025-08-06T10:00:00Z",
            "week",
            "2025-08-04T00:00:00+01:00",
            "2025-08-11T00:00:00+01:00",
        ),
        (
            "2025-03-06T10:00:00Z",
            "month",
            "2025-03-01T00:00:00+00:00",
            "2025-04-01T00:00:00+01:00",
        ),
        # The night of 30 March 2025 has no one o'clock: its first bucket is two hours long.
        (
            "2025-03-30T00:30:00Z",
            "3-hours",
            "2025-03-30T00:00:00+00:00",
            "2025-03-30T03:00:00+01:00",
        ),
        # On 26 October 2025 one o'clock comes twice: the second is an hour of its own.
        (
            "2025-10-26T01:30:00Z",
            "hour",
            "2025-10-26T01:00:00+00:00",
            "2025-10-26T02:00:00+00:00",
        ),
    ],
)
def test_the_bucket_of_a_moment(moment: str, level: str, floor: str, ceiling: str) -> None:
    seconds = parse_rfc3339(moment)
    assert BUCKETS.floor(seconds, level) == floor
    assert BUCKETS.ceiling(seconds, level) == ceiling


def test_an_end_on_a_boundary_stays() -> None:
    seconds = parse_rfc3339("2025-08-06T00:00:00+01:00")
    assert BUCKETS.ceiling(seconds, "day") == "2025-08-06T00:00:00+01:00"


@pytest.mark.parametrize("name", ["Europe/London", "Australia/Lord_Howe"])
@pytest.mark.parametrize("level", TIME_LEVELS)
def test_what_is_remembered_of_one_moment_is_true_of_all(name: str, level: str) -> None:
    zone = ZoneInfo(name)
    for changes in ("2025-04-05T15:00:00Z", "2025-10-04T15:30:00Z", "2025-10-26T01:00:00Z"):
        at = parse_rfc3339(changes)
        moments = list(range(at - 12 * 3600, at + 12 * 3600, 900))
        for order in (moments, moments[::-1]):
            buckets = Buckets(zone)
            found = [(buckets.floor(one, level), buckets.ceiling(one, level)) for one in order]
            alone = [
                (Buckets(zone).floor(one, level), Buckets(zone).ceiling(one, level))
                for one in order
            ]
            assert found == alone


@given(st.integers(min_value=0, max_value=2**31), st.sampled_from(TIME_LEVELS))
def test_every_instant_lies_in_its_bucket_and_buckets_meet(seconds: int, level: str) -> None:
    start, end = bounds(seconds, level, LONDON)
    assert start <= seconds < end
    assert bounds(start, level, LONDON) == (start, end)
    assert bounds(end, level, LONDON)[0] == end


def test_a_day_begins_at_local_midnight() -> None:
    assert local_day(midnight(date(2025, 7, 1), LONDON), LONDON) == date(2025, 7, 1)
    assert local_day(midnight(date(2025, 7, 1), LONDON) - 1, LONDON) == date(2025, 6, 30)


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        parse_rfc3339("2025-08-06T00:00:00")


@given(st.integers(0, 4_000_000_000), st.integers(0, 7200))
def test_remembered_days_are_the_days_themselves(seconds, later) -> None:
    days = days_by_quarter(LONDON)
    for at in (seconds, seconds + later):
        assert days[at // QUARTER] == local_day(at, LONDON)
