"""What a scan of an areas file finds by chance, in a table beside that file: found once, kept."""

from __future__ import annotations

import csv
import io
from math import isfinite
from pathlib import Path

from cioghub.errors import WrongUse
from cioghub.vocabulary.areas import Calibration, Gumbel, Rung
from cioghub.wire.csv_files import read_text, rows

COLUMNS = ("scan", "level", "window", "past", "location", "scale")


def calibration_path(areas_file: Path) -> Path:
    """Return where the table of an areas file lies: `town.chance.csv` for `town.yaml`."""
    return areas_file.with_name(f"{areas_file.stem}.chance.csv")


def read_calibration(areas_file: Path) -> Calibration | None:
    """Return the table of an areas file, None where there is none.

    Raises:
        WrongUse: it is not what `calibration_text` writes.
        EnvironmentFailed: it cannot be read.
    """
    path = calibration_path(areas_file)
    if not path.is_file():
        return None
    scans: set[str] = set()
    rungs: dict[Rung, Gumbel] = {}
    for line, row in rows(read_text(path, "the calibration of the areas"), path, COLUMNS):
        scans.add(row["scan"])
        try:
            rung = (int(row["level"]), int(row["window"]), int(row["past"]))
            rungs[rung] = (float(row["location"]), float(row["scale"]))
        except ValueError as error:
            raise _not_one(path, line) from error
        location, scale = rungs[rung]
        if len(scans) > 1 or not (isfinite(location) and isfinite(scale) and scale > 0):
            raise _not_one(path, line)
    return Calibration(scans.pop(), rungs) if scans else None


def calibration_text(calibration: Calibration) -> str:
    """Return the table; its numbers are read back as they are."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for rung, gumbel in sorted(calibration.rungs.items()):
        table.writerow((calibration.scan, *rung, *map(repr, gumbel)))
    return out.getvalue()


def _not_one(path: Path, line: int) -> WrongUse:
    return WrongUse(
        f"{path}, line {line}: no row of a calibration.",
        "Alerts depend on what it says.",
        "Remove the file; `ciog areas calibrate` makes it anew.",
    )
