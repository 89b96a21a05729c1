"""Which place lies in which: from the lookup alone, never finer than asked."""

from datetime import date

import pytest

from cioghub.vocabulary.areas import Areas, Calendar, Ciog, Place


def place(edition: str, code: str, level: str, **parents: str) -> Place:
    return Place(edition, code, level, code, code, {level: code, **parents}, None, None, None)


AREAS = Areas(
    "Somewhere",
    "Europe/London",
    [
        place("lsoa21", "L1", "lsoa", msoa="M1", ward="W1", district="D1", csp="P1", ciog="north"),
        place("lsoa11", "L1", "lsoa", msoa="M1", district="D1", csp="P1", ciog="north"),
        place("ward", "W1", "ward", district="D1", csp="P1", ciog="north"),
    ],
    {"X1": "Coventry"},
    [Ciog("north", "North", (), None)],
    Calendar(date(2025, 1, 6), 2),
    "hash",
)


@pytest.mark.parametrize(
    ("edition", "code", "level", "found"),
    [
        ("lsoa21", "L1", "lsoa", "L1"),
        ("lsoa21", "L1", "ward", "W1"),
        ("lsoa11", "L1", "ward", "D1"),  # an empty ward is not derivable: the next coarser one
        ("ward", "W1", "lsoa", "W1"),  # never finer than the place itself
        ("ward", "W1", "msoa", "D1"),  # a ward lies in no msoa
        ("ward", "W1", "county", None),
    ],
)
def test_a_place_is_coarsened_to_what_can_be_derived(edition, code, level, found) -> None:
    known = AREAS.place(edition, code)
    assert known is not None
    assert AREAS.coarsen(known, level) == found


def test_a_place_outside_goes_to_its_tray() -> None:
    assert AREAS.place("lsoa21", "X1") is None
    assert AREAS.tray("X1") == "outside:Coventry"
    assert AREAS.tray("X2") == AREAS.tray(None) == "unknown"
