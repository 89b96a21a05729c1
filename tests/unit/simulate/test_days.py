"""Bank holidays, school days and the local clock, on days that are known."""

from datetime import date

import pytest

from cioghub.simulate.days import Clock, bank_holidays, easter, is_school_day


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5))],
)
def test_easter_is_on_the_sunday_that_the_church_keeps(year: int, sunday: date) -> None:
    assert easter(year) == sunday


def test_bank_holidays_of_2026_are_those_that_were_announced() -> None:
    assert bank_holidays(2026) == {
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 4),
        date(2026, 5, 25),
        date(2026, 8, 31),
        date(2026, 12, 25),
        date(2026, 12, 28),
    }


def test_bank_holidays_on_a_weekend_are_kept_on_the_next_free_weekday() -> None:
    found = bank_holidays(2022)
    assert {date(2022, 1, 3), date(2022, 12, 26), date(2022, 12, 27)} <= found


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 1, 12), True),
        (date(2026, 2, 17), False),
        (date(2026, 4, 1), False),
        (date(2026, 5, 4), False),
        (date(2026, 5, 27), False),
        (date(2026, 8, 5), False),
        (date(2026, 9, 9), True),
        (date(2026, 9, 12), False),
        (date(2026, 10, 28), False),
        (date(2026, 12, 24), False),
    ],
)
def test_schools_open_in_term_and_close_between(day: date, is_open: bool) -> None:
    assert is_school_day(day) is is_open


def test_the_clock_writes_local_time_on_both_sides_of_a_clock_change() -> None:
    clock = Clock(date(2026, 3, 28), 3, "Europe/London")
    assert [clock.text(clock.at(n, 21.5)) for n in range(3)] == [
        "2026-03-28T21:30:00+00:00",
        "2026-03-29T21:30:00+01:00",
        "2026-03-30T21:30:00+01:00",
    ]
    assert clock.text(clock.at(1, 0.5)) == "2026-03-29T00:30:00+00:00"
    assert clock.end - clock.start == 3 * 86_400 - 3_600


def test_the_clock_knows_the_day_of_an_instant_when_a_day_has_25_hours() -> None:
    clock = Clock(date(2025, 10, 26), 2, "Europe/London")
    assert clock.midnights[1] - clock.midnights[0] == 25 * 3_600
    assert [clock.index_of(clock.midnights[1] + n) for n in (-1, 0)] == [0, 1]
