"""Counts as a release shows them, and the cells of the grid that a reader's pictures count by."""

import pytest
from tests.unit.conftest import shipped

from cioghub.steps.disclose.release import EXACT, LEVEL, ROUNDED, grid_cells, interval, shown


@pytest.mark.parametrize("count", range(60))
def test_the_interval_is_all_that_a_shown_count_gives_away(count: int) -> None:
    alike = [n for n in range(100) if shown(n, ROUNDED) == shown(count, ROUNDED)]
    assert interval(count) == (alike[0], alike[-1])
    assert alike == list(range(alike[0], alike[-1] + 1))


def test_one_to_seven_are_hidden_and_the_rest_goes_to_the_nearest_five() -> None:
    assert [shown(n, ROUNDED) for n in (0, 1, 7, 8, 12, 13)] == [
        0,
        "under 8",
        "under 8",
        10,
        10,
        15,
    ]


def test_exact_is_the_number_and_level_is_none() -> None:
    assert (shown(3, EXACT), shown(30, LEVEL)) == (3, None)


def test_a_reader_without_limits_counts_by_every_area() -> None:
    _, areas, _ = shipped()
    assert grid_cells((), areas) == (("ciog", "north"), ("ciog", "east"), ("ciog", "south"))


def test_a_district_stands_for_itself_and_a_county_for_its_areas() -> None:
    _, areas, _ = shipped()
    assert grid_cells((("district", "E07000218"),), areas) == (("district", "E07000218"),)
    county = next(p.parents["county"] for p in areas.places("lsoa11"))
    assert len(grid_cells((("county", county),), areas)) == 3


def test_the_grid_is_cut_no_finer_than_the_district_for_anybody() -> None:
    _, areas, _ = shipped()
    assert grid_cells((("msoa", "E02006472"),), areas) == ()
