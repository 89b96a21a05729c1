"""A backlog is a day that is far larger and far later than those before it."""

from __future__ import annotations

import pytest

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.steps.alert.backlogs import LEAST_DAYS, LEAST_EVENTS, Backlogs
from cioghub.vocabulary.parties import Parties
from cioghub.wire.areas import read_areas

CRIME = "/warwickshire-police/crime"


@pytest.fixture(scope="module")
def parties() -> Parties:
    return checked_bundle(default_rules(), read_areas(default_areas())).bundle.parties


def codes(backlogs: Backlogs, late: list[float]) -> list[str]:
    """Return what is noticed of a day on which events came so many days late."""
    backlogs.came(CRIME, late)
    return [one.code for one in backlogs.notices(0)]


@pytest.mark.parametrize(
    ("late", "noticed"),
    [
        ([6.0] * LEAST_EVENTS, ["backlog"]),
        ([6.0] * (LEAST_EVENTS - 1), []),
        ([0.5] * 10 * LEAST_EVENTS, []),
        ([6.0] * LEAST_EVENTS + [0.5] * 4 * LEAST_EVENTS, []),
    ],
    ids=["many and late", "few", "many and in time", "most in time"],
)
def test_only_what_is_much_and_late_is_a_backlog(
    parties: Parties, late: list[float], noticed: list[str]
) -> None:
    backlogs = Backlogs(parties)
    for _ in range(LEAST_DAYS):
        assert codes(backlogs, [0.5, 1.0]) == []
    assert codes(backlogs, late) == noticed


def test_a_feed_without_a_past_has_no_backlog(parties: Parties) -> None:
    assert codes(Backlogs(parties), [9.0] * 100) == []
