"""Times of a table: as exact as their format, and honest where the clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cioghub.steps.publish.wall_clock import Span, WallClock, order_differs, read_format
from cioghub.vocabulary.buckets import rfc3339
from cioghub.vocabulary.mapping import WhenRule

LONDON = ZoneInfo("Europe/London")


def read(text: str, *formats: str, zone: ZoneInfo = LONDON, **more: object) -> list[str | None]:
    span = WallClock(WhenRule(("When",), formats, **more), zone).read(text)
    if isinstance(span, str):
        return [span]
    return [rfc3339(span.start, zone), rfc3339(span.end, zone), span.note]


def test_a_clock_time_is_an_instant_of_the_zone() -> None:
    assert read("1/7/25 9:05", "%d/%m/%y %H:%M") == [
        "2025-07-01T09:05:00+01:00",
        "2025-07-01T09:05:00+01:00",
        None,
    ]


@pytest.mark.parametrize(
    ("text", "form", "start", "end", "note"),
    [
        ("2025-03-30", "%Y-%m-%d", "2025-03-30T00:00:00+00:00", "2025-03-31T00:00:00+01:00", "day"),
        ("Feb 2024", "%b %Y", "2024-02-01T00:00:00+00:00", "2024-03-01T00:00:00+00:00", "month"),
        (
            "2025-07-01 23",
            "%Y-%m-%d %H",
            "2025-07-01T23:00:00+01:00",
            "2025-07-02T00:00:00+01:00",
            "hour",
        ),
    ],
)
def test_what_is_known_to_a_day_a_month_or_an_hour_is_an_interval(
    text: str, form: str, start: str, end: str, note: str
) -> None:
    assert read(text, form) == [start, end, note]


def test_the_hour_that_comes_twice_is_the_interval_between_both() -> None:
    assert read("2025-10-26 01:30", "%Y-%m-%d %H:%M") == [
        "2025-10-26T01:30:00+01:00",
        "2025-10-26T01:30:00+00:00",
        "ambiguous-hour",
    ]


def test_an_offset_in_the_text_says_which_of_the_two_it_was() -> None:
    assert read("2025-10-26T01:30:00+01:00", "%Y-%m-%dT%H:%M:%S%z")[2] is None


def test_the_hour_that_never_was_is_a_fault() -> None:
    assert read("2025-03-30 01:30", "%Y-%m-%d %H:%M") == ["missing-hour"]
    assert read("2025-03-30 02:00", "%Y-%m-%d %H:%M")[0] == "2025-03-30T02:00:00+01:00"


def test_the_clocks_of_another_zone_change_on_other_days() -> None:
    pacific = ZoneInfo("America/Los_Angeles")
    assert read("2018/03/11 02:30", "%Y/%m/%d %H:%M", zone=pacific) == ["missing-hour"]
    assert read("2018/11/04 01:30", "%Y/%m/%d %H:%M", zone=pacific)[2] == "ambiguous-hour"
    assert read("2018/03/25 01:30", "%Y/%m/%d %H:%M", zone=pacific)[2] is None


def test_a_clock_time_that_a_system_fills_in_means_the_day() -> None:
    made = read("2025-07-01 00:00", "%Y-%m-%d %H:%M", day_only_at=("00:00",))
    assert made == ["2025-07-01T00:00:00+01:00", "2025-07-02T00:00:00+01:00", "day"]


def test_the_first_format_that_fits_is_taken() -> None:
    formats = ("%d/%m/%Y %H:%M", "%d/%m/%Y")
    assert read("01/07/2025", *formats)[2] == "day"
    assert read("01/07/2025 10:00", *formats)[2] is None
    assert read("July", *formats) == ["wrong-form"]


@pytest.mark.parametrize("text", ["0001-01-01", "9999-01-01"])
def test_a_year_that_no_record_is_of_is_a_fault(text: str) -> None:
    assert read(text, "%Y-%m-%d") == ["wrong-form"]


@pytest.mark.parametrize(
    "pattern", ["%d/%m", "%Y %H", "%Y-%j", "%Y-%m-%d %I:%M", "%Y-%m-%d %Y", "%m %", "noon"]
)
def test_a_format_that_makes_no_time_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="`"):
        read_format(pattern)


def test_two_orders_of_day_and_month_cannot_be_told_apart() -> None:
    assert order_differs(("%d/%m/%Y", "%m/%d/%Y"))
    assert not order_differs(("%d/%m/%Y", "%d-%m-%y", "%Y-%m-%d"))


def test_spans_are_seconds_since_1970_utc() -> None:
    at = int(datetime(2025, 7, 1, 8, 5, tzinfo=UTC).timestamp())
    clock = WallClock(WhenRule(("When",), ("%Y-%m-%d %H:%M",)), LONDON)
    assert clock.read("2025-07-01 09:05") == Span(at, at, None)
