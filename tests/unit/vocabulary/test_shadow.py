"""A shadow lasts from midnight to midnight, both clock changes included, over whole fortnights."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from cioghub.vocabulary.areas import Calendar
from cioghub.vocabulary.shadow import Shadow

LONDON = ZoneInfo("Europe/London")
CALENDAR = Calendar(date(2025, 1, 6), 2)


def test_it_lasts_from_midnight_to_midnight() -> None:
    shadow = Shadow(date(2026, 10, 12), date(2026, 10, 25))
    assert shadow.ends(LONDON) - shadow.begins(LONDON) == 14 * 86_400 + 3600


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        (date(2026, 8, 31), date(2026, 9, 13), True),
        (date(2026, 8, 31), date(2026, 9, 27), True),
        (date(2026, 9, 7), date(2026, 9, 20), False),
        (date(2026, 8, 31), date(2026, 9, 14), False),
        (date(2026, 8, 31), date(2026, 8, 30), False),
    ],
)
def test_it_is_made_of_whole_fortnights_of_the_calendar(
    first: date, last: date, whole: bool
) -> None:
    assert Shadow(first, last).whole_fortnights(CALENDAR) is whole
