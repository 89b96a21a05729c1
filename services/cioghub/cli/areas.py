"""`ciog areas`: what can be worked out of an areas file once, for every hub that uses it."""

from __future__ import annotations

from pathlib import Path

import click

from cioghub.cli.progress import progress


@click.group()
def areas() -> None:
    """Work out once what every hub of these areas needs.

    \b
    Example:
      ciog areas calibrate areas/town.yaml
    """


@areas.command()
@click.argument("file", type=click.Path(path_type=Path))
def calibrate(file: Path) -> None:
    """Simulate what knots of events these areas have by chance, and keep it beside FILE.

    A hub simulates it when it needs it, some ten seconds each time it starts. With the table beside
    its areas file it need not, and finds the same. Make it again when places or populations
    change: the table of another layout is passed over. The hash of the rules is of it too, so make
    it before they are signed.

    \b
    Example:
      ciog areas calibrate areas/town.yaml    # writes areas/town.chance.csv
    """
    from cioghub.errors import WrongUse
    from cioghub.steps.correlate.clusters import calibrated
    from cioghub.steps.correlate.grid import Grid
    from cioghub.stores.whole_files import whole_files
    from cioghub.wire.area_calibration import calibration_path, calibration_text
    from cioghub.wire.areas import read_areas

    grid = Grid(read_areas(file))
    if len(grid.scanned) < 2:
        raise WrongUse(
            f"{file} has fewer than two places with a centre and an area.",
            "Knots are looked for among neighbours.",
            "Name an areas file whose lookup has lon, lat and ciog.",
        )
    out = calibration_path(file)
    with progress() as show:
        found = calibrated(grid, lambda done: show("rungs simulated", done))
    with whole_files([out]) as (table,):
        table.write(calibration_text(found).encode())
    click.echo(f"{len(found.rungs)} rungs in {out}.")
