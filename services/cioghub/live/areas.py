"""The areas that a hub runs with, and a word where it works out again what could be kept."""

from __future__ import annotations

import logging
from pathlib import Path

from cioghub.steps.correlate.clusters import fitting, own_scan
from cioghub.steps.correlate.grid import Grid
from cioghub.vocabulary.areas import Areas
from cioghub.wire.area_calibration import calibration_path
from cioghub.wire.areas import read_areas

_LOG = logging.getLogger("cioghub")


def areas_to_run(areas_file: Path) -> Areas:
    """Return the areas of a file; warn where no table says what they find by chance.

    A table that is of something else is left out of them.

    Raises:
        WrongUse: the file is not what it claims.
        EnvironmentFailed: it cannot be read.
    """
    areas = read_areas(areas_file)
    own, given = own_scan(Grid(areas)), areas.calibration
    if own is not None and (given is None or given.scan != own):
        table = calibration_path(areas_file)
        _LOG.warning(
            "%s What is found by chance is simulated anew at each start, some ten seconds, and the "
            "hash of the rules differs from that on a machine with a table of these areas. Run "
            "`ciog areas calibrate %s` once, and use both files on every machine.",
            f"There is no {table}."
            if given is None
            else f"{table} is passed over: it is of other places or of another version of the hub.",
            areas_file,
        )
    return fitting(areas)
