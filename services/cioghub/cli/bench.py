"""`ciog bench`: the benchmarks of a checkout, as ratios within one run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click


@click.command()
@click.argument(
    "what", type=click.Choice(["journey", "million", "screen", "live", "kafka", "groups"])
)
def bench(what: str) -> None:
    """Measure WHAT on this machine: the journey, a million events, the screen, the live hub, the
    hub on Kafka, or the groups of events that its sharer works on.

    Figures are ratios or medians of one run; a machine that does something else at the same time
    gives other figures.

    \b
    Example:
      ciog bench journey
    """
    from cioghub.errors import WrongUse

    root = Path(__file__).resolve().parents[3]
    scripts = {
        "journey": "journey",
        "million": "million",
        "screen": "screen_figures",
        "live": "live",
        "kafka": "kafka_figures",
        "groups": "kafka_groups",
    }
    script = scripts[what]
    if not (root / "tests" / "benchmarks" / f"{script}.py").is_file():
        raise WrongUse(
            "The benchmarks are not here.",
            "They come with a checkout of the source, not with the installed package.",
            "Run this in a checkout.",
        )
    command = [sys.executable, "-m", f"tests.benchmarks.{script}"]
    done = subprocess.run(command, cwd=root, check=False)
    if done.returncode:
        raise click.exceptions.Exit(3)
