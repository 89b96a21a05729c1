"""Numbers that stand for the smallest things that are counted."""

from __future__ import annotations

from datetime import date

from tests.unit.conftest import shipped

from cioghub.steps.disclose.parts import Part, Parts, by_kind
from cioghub.vocabulary.areas import Place
from cioghub.vocabulary.signals import Evidence
from cioghub.vocabulary.tallies import Home

NUNEATON = ("district", "E07000219")


def parts() -> Parts:
    _, areas, _ = shipped()
    return Parts(areas)


def test_a_number_stands_for_one_part_and_always_the_same() -> None:
    made = parts()
    home = next(iter(made.homes))
    knife, robbery = (Part(c, "2026-01-05", "to-hub", home) for c in ("knife", "robbery"))
    assert made.number(knife) == made.number(knife) != made.number(robbery)
    assert made[made.number(robbery)] == robbery


def test_a_cell_holds_the_parts_of_its_homes_for_each_agreement() -> None:
    made = parts()
    found = made.in_cell("knife", "2026-01-05", ("one", "other"), NUNEATON)
    homes = [home for home in made.homes if home.district == NUNEATON[1]]
    assert {(made[n].agreement, made[n].home) for n in found} == {
        (agreement, home) for agreement in ("one", "other") for home in homes
    }


def test_events_are_counted_by_the_part_of_each() -> None:
    made = parts()
    _, areas, _ = shipped()
    here, there = [p for p in areas.places("lsoa11") if p.parents["district"] == NUNEATON[1]][:2]

    def event(number: int, place: Place, day: int, *categories: str) -> Evidence:
        key, on = (place.edition, place.code), date(2026, 1, day)
        found = ("police", "police", "to-hub", categories, key, "lsoa", None, None, on)
        return Evidence(number, f"{number:032x}", *found)

    events = [
        event(1, here, 5, "knife", "robbery"),
        event(2, there, 6, "knife"),
        event(3, here, 19, "knife"),
        event(4, here, 7, "robbery"),
    ]
    home = Home.of(here)
    kinds = by_kind(events)["police"]
    counted = {made[number]: many for number, many in made.behind(kinds, "knife").items()}
    assert counted == {
        Part("knife", "2026-01-05", "to-hub", home): 2,
        Part("knife", "2026-01-19", "to-hub", home): 1,
        Part("robbery", "2026-01-05", "to-hub", home): 1,
    }


def test_a_home_that_is_believed_in_later_counts_from_then_on() -> None:
    made = parts()
    asked = ("knife", "2026-01-05", ("to-hub",), NUNEATON)
    before = made.in_cell(*asked)
    made.believe({Home(NUNEATON[1], None, None)})
    assert len(made.in_cell(*asked)) == len(before) + 1


def test_numbers_are_recalled_as_they_were() -> None:
    former, made = parts(), parts()
    found = former.in_cell("knife", "2026-01-05", ("to-hub",), NUNEATON)
    made.recall(former.numbered, former.homes)
    assert made.in_cell("knife", "2026-01-05", ("to-hub",), NUNEATON) == found
    assert [made[n] for n in sorted(found)] == [former[n] for n in sorted(found)]
