"""`ciog areas`: what is worked out once, and what it changes of results: nothing."""

import csv
import shutil
from pathlib import Path

import pytest
from tests.contract.conftest import Ciog

SHIPPED = Path(__file__).parents[2] / "deploy" / "areas"
RULES = SHIPPED.parent / "sharing-rules"


def test_a_calibration_is_kept_beside_the_areas_file_and_asked_for_where_there_is_none(
    ciog: Ciog, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "areas"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("*.chance.csv"))
    lookup = folder / "warwickshire-lookup.csv"
    head, *lines = lookup.read_text().splitlines(keepends=True)
    # Three places with a centre: so few are soon simulated.
    small = [line for line in lines if line.startswith("lsoa11,")][:3]
    blank = [line.rsplit(",", 2)[0] + ",,\n" for line in lines if line not in small]
    lookup.write_text("".join([head, *small, *blank]))
    areas, table = folder / "warwickshire.yaml", folder / "warwickshire.chance.csv"

    def checked() -> tuple[str, list[str]]:
        caplog.clear()
        done = ciog("rules", "check", RULES, "--areas", areas, "--format", "json")
        assert done.code == 0
        return done.out, caplog.messages

    without, (missing,) = checked()
    assert missing.startswith(f"There is no {table}. What is found by chance is simulated anew")
    assert f"`ciog areas calibrate {areas}`" in missing
    shutil.copy(SHIPPED / table.name, table)
    same, (passed_over,) = checked()
    assert passed_over.startswith(f"{table} is passed over: it is of other places or")
    done = ciog("areas", "calibrate", areas)
    assert done.code == 0, done.err
    assert done.out.startswith("48 rungs in ")
    assert checked() == (without, []) == (same, [])
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 48
    assert len({row["scan"] for row in rows}) == 1
    assert all(float(row["scale"]) > 0 for row in rows)


def test_a_calibration_that_is_none_ends_a_command_with_2(ciog: Ciog, tmp_path: Path) -> None:
    areas = tmp_path / "areas"
    shutil.copytree(SHIPPED, areas)
    (areas / "warwickshire.chance.csv").write_text("scan,level\nx,1\n")
    done = ciog("areas", "calibrate", areas / "warwickshire.yaml")
    assert done.code == 2
    assert "warwickshire.chance.csv, line 1: the column `window` is missing" in done.err
