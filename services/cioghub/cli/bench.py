"""`ciog bench`: the benchmarks of a checkout, as ratios within one run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click


@click.command()
@click.argument("what", type=click.Choice(["journey", "million", "screen", "live"]))
def bench(what: str) -> None:
    """Measure WHAT on this machine: the journey, a million events, the screen, or the live hub.

    Figures are ratios or medians of one run; a machine that does something else at the same time
    gives other figures.

    \b
    Example:
      ciog bench journey
    """
    from cioghub.errors import WrongUse

    folder = Path(__file__).resolve().parents[3] / "tests" / "benchmarks"
    scripts = {
        "journey": ["journey.py"],
        "million": ["million.py"],
        "screen": ["screen_figures.py"],
        "live": ["live.py"],
    }
    script, *options = scripts[what]
    if not (folder / script).is_file():
        raise WrongUse(
            "The benchmarks are not here.",
            "They come with a checkout of the source, not with the installed package.",
            "Run this in a checkout.",
        )
    done = subprocess.run([sys.executable, str(folder / script), *options], check=False)
    if done.returncode:
        raise click.exceptions.Exit(3)
