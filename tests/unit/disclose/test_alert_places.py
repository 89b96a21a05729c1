"""Places on an alert: as fine as every floor allows, and never so many that they count."""

from __future__ import annotations

from datetime import date

from tests.unit.conftest import shipped

from cioghub.steps.disclose.behind import Reach, places_of
from cioghub.vocabulary.areas import Place
from cioghub.vocabulary.signals import Evidence

DISTRICT = "E07000219"


def places(n: int) -> list[Place]:
    _, areas, _ = shipped()
    return [p for p in areas.places("lsoa11") if p.parents["district"] == DISTRICT][:n]


def event(place: Place, publisher: str = "hospital", floor: str = "lsoa") -> Evidence:
    return Evidence(
        number=0,
        id=f"{publisher}-{place.code}",
        publisher=publisher,
        kind="health",
        agreement="to-hub",
        categories=("knife",),
        place=("lsoa11", place.code),
        floor=floor,
        ciog=place.ciog,
        csp=place.parents["csp"],
        day=date(2026, 1, 5),
    )


def test_one_coarse_floor_makes_all_places_coarse() -> None:
    _, areas, _ = shipped()
    one, other = places(2)
    found = places_of([event(one), event(other, floor="district")], Reach(areas), {})
    assert found == [DISTRICT]


def test_five_places_may_stand_beside_a_count_under_eight() -> None:
    _, areas, _ = shipped()
    found = places_of([event(p) for p in places(5)], Reach(areas), {"hospital": 7})
    assert found == sorted(p.code for p in places(5))


def test_six_places_would_leave_two_values_and_become_coarser() -> None:
    _, areas, _ = shipped()
    some = places(6)
    found = places_of([event(p) for p in some], Reach(areas), {"hospital": 7})
    assert found == sorted({p.parents["msoa"] for p in some})


def test_places_that_another_publisher_may_have_put_there_tell_nothing() -> None:
    _, areas, _ = shipped()
    some = places(6)
    both = [event(p) for p in some] + [event(p, "police") for p in some]
    assert places_of(both, Reach(areas), {"hospital": 7}) == sorted(p.code for p in some)
