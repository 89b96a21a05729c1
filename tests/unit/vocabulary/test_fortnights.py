"""A fortnight begins on the anchor's Monday and freezes a fixed number of days after its end."""

from datetime import date, timedelta

import pytest

from cioghub.vocabulary.areas import Calendar
from cioghub.vocabulary.fortnights import Fortnight, fortnight_of, frozen_on, whole_weeks

CALENDAR = Calendar(date(2025, 1, 6), 2)
LONG_AGO = date(2020, 1, 1)


@pytest.mark.parametrize("after", [0, 1, 13])
def test_every_day_lies_in_the_fortnight_of_its_grid(after: int) -> None:
    first = date(2026, 1, 5)
    assert fortnight_of(first + timedelta(days=after), CALENDAR) == Fortnight(first)


def test_days_before_the_anchor_lie_on_the_same_grid() -> None:
    assert fortnight_of(date(2025, 1, 5), CALENDAR).first == date(2024, 12, 23)


def test_each_fortnight_freezes_once() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(60)]
    frozen = {day: list(frozen_on(day, LONG_AGO, CALENDAR)) for day in days}
    found = [(day, one.first) for day, ones in frozen.items() for one in ones]
    assert found == [
        (date(2026, 1, 7), date(2025, 12, 22)),
        (date(2026, 1, 21), date(2026, 1, 5)),
        (date(2026, 2, 4), date(2026, 1, 19)),
        (date(2026, 2, 18), date(2026, 2, 2)),
    ]


def test_a_fortnight_that_began_before_the_hub_listened_is_not_written() -> None:
    assert list(frozen_on(date(2026, 1, 21), date(2026, 1, 6), CALENDAR)) == []


def test_a_window_is_widened_to_whole_weeks_of_the_calendar() -> None:
    found = whole_weeks(date(2026, 1, 7), date(2026, 1, 12), CALENDAR)
    assert found == (date(2026, 1, 5), date(2026, 1, 18))
    whole = (date(2026, 1, 5), date(2026, 1, 11))
    assert whole_weeks(*whole, CALENDAR) == whole
    assert whole_weeks(date(2024, 12, 29), date(2024, 12, 29), CALENDAR)[0] == date(2024, 12, 23)


def test_the_fortnights_beside_one_are_before_and_after_it() -> None:
    one = Fortnight(date(2026, 1, 5))
    assert one.back(1).last + timedelta(days=1) == one.first
    assert one.back(-1).first == one.last + timedelta(days=1)
