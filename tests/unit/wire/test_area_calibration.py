"""What a scan finds by chance: simulated once, kept beside the areas, and nothing else by it."""

import shutil
from pathlib import Path

import pytest
from tests.drilling import deep

from cioghub.bootstrap import default_areas, default_rules, load_bundle
from cioghub.errors import WrongUse
from cioghub.steps.correlate.cluster_chance import HIGHEST, LOWEST, Chance
from cioghub.steps.correlate.clusters import HISTORY_DAYS, LEAST_HISTORY, WINDOW_DAYS, scan_of
from cioghub.steps.correlate.grid import Grid
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.vocabulary.areas import Calibration
from cioghub.wire.area_calibration import calibration_path, calibration_text, read_calibration
from cioghub.wire.areas import read_areas

SHIPPED = default_areas()


def test_the_shipped_table_is_that_of_the_shipped_areas() -> None:
    areas = read_areas(SHIPPED)
    assert areas.calibration is not None
    assert areas.calibration.scan == scan_of(Grid(areas)).name


def test_the_shipped_table_says_what_a_simulation_says() -> None:
    areas = read_areas(SHIPPED)
    assert areas.calibration is not None
    scan = scan_of(Grid(areas))
    fresh = Chance(scan._strongest, scan._weights, {})
    rungs = sorted(areas.calibration.rungs.items())
    asked = deep([rungs[len(rungs) // 2]], rungs)
    for (level, window, past), known in asked:
        location, scale = fresh._rung((level, window, past))
        assert location == pytest.approx(known[0], rel=1e-9)
        assert scale == pytest.approx(known[1], rel=1e-9)


def test_every_history_that_a_hub_scans_is_in_the_shipped_table() -> None:
    areas = read_areas(SHIPPED)
    assert areas.calibration is not None
    scan = scan_of(Grid(areas))
    spans = scan.spans(LEAST_HISTORY + WINDOW_DAYS, HISTORY_DAYS)
    levels = range(LOWEST, HIGHEST + 1)
    assert set(areas.calibration.rungs) == {(level, *span) for level in levels for span in spans}


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    table = Calibration("of a scan", {(-5, 10, 3): (-0.1, 1 / 3), (2, 21, 4): (7.25, 0.1 + 0.2)})
    areas_file = tmp_path / "town.yaml"
    assert read_calibration(areas_file) is None
    calibration_path(areas_file).write_text(calibration_text(table))
    assert read_calibration(areas_file) == table


def test_a_hash_of_areas_is_of_what_their_table_says(tmp_path: Path) -> None:
    areas_file = shipped_in(tmp_path)
    table = calibration_path(areas_file)
    head, first, *rest = table.read_text().splitlines(keepends=True)
    hashes = [read_areas(areas_file).hash]
    assert hashes == [read_areas(SHIPPED).hash]
    table.write_text("".join([head, first.replace(",0.001", ",0.002"), *rest]))
    hashes.append(read_areas(areas_file).hash)
    table.unlink()
    hashes.append(read_areas(areas_file).hash)
    assert len(set(hashes)) == 3


def shipped_in(folder: Path) -> Path:
    """Return a copy of the shipped areas file, with all that lies beside it."""
    for file in SHIPPED.parent.iterdir():
        if file.is_file():
            shutil.copy(file, folder)
    return folder / SHIPPED.name


def moved_in(folder: Path) -> Path:
    """Return a copy of the shipped areas file, places moved, with the table of where they were."""
    areas_file = shipped_in(folder)
    lookup = folder / "warwickshire-lookup.csv"
    head, *lines = lookup.read_text().splitlines()
    moved = [line.replace(",-1.", ",-1.0", 1) if "lsoa" in line else line for line in lines]
    lookup.write_text("\n".join([head, *moved]) + "\n")
    return areas_file


def named(areas_file: Path) -> str:
    loaded = load_bundle(default_rules(), read_areas(areas_file))
    assert isinstance(loaded, LoadedBundle)
    return loaded.hash


def test_the_rules_are_named_by_a_table_that_is_used(tmp_path: Path) -> None:
    areas_file = shipped_in(tmp_path)
    used = named(areas_file)
    calibration_path(areas_file).unlink()
    assert named(areas_file) != used == named(SHIPPED)


def test_the_rules_are_not_named_by_a_table_that_is_passed_over(tmp_path: Path) -> None:
    areas_file = moved_in(tmp_path)
    passed_over = named(areas_file)
    calibration_path(areas_file).unlink()
    assert named(areas_file) == passed_over


def test_the_table_of_another_layout_is_passed_over(tmp_path: Path) -> None:
    areas = read_areas(moved_in(tmp_path))
    assert areas.calibration is not None
    scan = scan_of(Grid(areas))
    assert areas.calibration.scan != scan.name
    assert scan._chance._known == {}


@pytest.mark.parametrize(
    "row",
    [
        "a,1,10,3,0.5,0",
        "a,1,10,3,0.5,nan",
        "a,1,10,3,0.5,inf",
        "a,1,10,3,nan,1",
        "a,one,10,3,0.5,1",
        "b,2,10,3,0.5,1",
    ],
)
def test_a_table_that_is_none_is_refused(row: str, tmp_path: Path) -> None:
    areas_file = tmp_path / "town.yaml"
    head = "scan,level,window,past,location,scale\na,0,10,3,0.5,1\n"
    calibration_path(areas_file).write_text(head + row + "\n")
    with pytest.raises(WrongUse, match="line 3: no row of a calibration"):
        read_calibration(areas_file)
