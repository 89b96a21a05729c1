"""`ciog simulate`: writes simulated events of four agencies, and the truth beside them."""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cioghub.errors import EnvironmentFailed, WrongUse

if TYPE_CHECKING:
    from cioghub.simulate.stream import Simulation

EVENTS, TRUTH = "events.jsonl.gz", "truth.jsonl"
MOST_DAYS = 3_700


@click.command()
@click.option("--seed", required=True, type=click.IntRange(min=0), help="Same seed, same bytes.")
@click.option(
    "--from",
    "first",
    required=True,
    metavar="DAY",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="First day, as 2026-01-05.",
)
@click.option(
    "--days", required=True, type=click.IntRange(1, MOST_DAYS), help="How many days; 90 is usual."
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Folder for the two files."
)
@click.option(
    "--areas",
    "areas_file",
    type=click.Path(path_type=Path),
    help="Areas file; Warwickshire if left out.",
)
@click.option(
    "--rate",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.0, 10_000.0, min_open=True),
    help="Multiplies the ordinary volume, for benchmarks.",
)
def simulate(
    seed: int, first: datetime, days: int, out: Path, areas_file: Path | None, rate: float
) -> None:
    """Write simulated events of police, fire, hospitals and schools, with planted issues.

    OUT gets events.jsonl.gz, in order of arrival with late, doubled and disordered lines, and
    truth.jsonl: one line for each planted issue and decoy. No event is about a real person.

    \b
    Example:
      ciog simulate --seed 1 --from 2026-01-05 --days 90 --out sim
      ciog replay sim/events.jsonl.gz --rules RULES --areas AREAS --out out
    """
    from cioghub.simulate.stream import Settings, Simulation
    from cioghub.wire.areas import read_areas
    from cioghub.wire.shipped import deploy_folder

    areas = read_areas(areas_file or deploy_folder() / "areas" / "warwickshire.yaml")
    if first.year < 1990 or first.year > 2090:
        raise WrongUse("`--from` must lie between 1990 and 2090.", "", "Choose another day.")
    if not areas.editions():
        raise WrongUse(
            "The areas file holds no places.",
            "Nothing can happen nowhere.",
            "Give its lookup a row for each place.",
        )
    run = Simulation(areas, Settings(seed, first.date(), days, rate))
    try:
        write_simulation(run, out)
    except (FileExistsError, NotADirectoryError) as error:
        raise WrongUse(f"{out} is no folder.", "", "Name a new or an empty folder.") from error
    except OSError as error:
        raise EnvironmentFailed(
            f"{out} could not be written: {error.strerror}.",
            "No file was left half-written.",
            "Make room or choose another folder, then run the command again.",
        ) from error
    click.echo(f"{sum(run.counts.values())} lines and {len(run.truth())} planted in {out}.")


def write_simulation(run: Simulation, out: Path) -> None:
    """Write the events and the truth into a folder; each file appears whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".simulate.", dir=out) as work:
        _write_events(run, Path(work) / EVENTS)
        lines = [json.dumps(line, separators=(",", ":")) + "\n" for line in run.truth()]
        (Path(work) / TRUTH).write_text("".join(lines), encoding="utf-8", newline="\n")
        for name in (EVENTS, TRUTH):
            os.replace(Path(work) / name, out / name)


def _write_events(run: Simulation, path: Path) -> None:
    """Write the lines; no name and no time stamp in the gzip, so that same bytes stay the same."""
    show = sys.stderr.isatty()
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=4, mtime=0) as packed,
    ):
        for part in run.lines():
            packed.write(part)
            if show:
                click.echo(f"\r{sum(run.counts.values())} lines", nl=False, err=True)
    if show:
        click.echo("", err=True)
