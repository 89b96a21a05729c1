"""`ciog replay`: events through the whole journey, from files to files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click


@click.command()
@click.argument("events", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--log",
    type=click.Path(path_type=Path),
    help="Home of a live hub, or a backup: its log instead of EVENTS, to the hub's own bytes. "
    "With CIOG_DATABASE, the log is there and the home has the keys.",
)
@click.option("--rules", type=click.Path(path_type=Path), help="Bundle of sharing rules.")
@click.option("--areas", type=click.Path(path_type=Path), help="Areas file.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder of results.")
@click.option("--keys", type=click.Path(path_type=Path), help="Key file; made at first use.")
@click.option("--until", help="End of the clock, RFC 3339 with offset; the last event by default.")
@click.option("--timings", is_flag=True, help="Add seconds and peak memory to the summary.")
@click.option("--label", help="Words on every picture, as `Simulated data`.")
def replay(
    events: tuple[Path, ...],
    log: Path | None,
    rules: Path | None,
    areas: Path | None,
    out: Path,
    keys: Path | None,
    until: str | None,
    timings: bool,
    label: str | None,
) -> None:
    """Run EVENTS (.jsonl or .jsonl.gz) through every stage into the folder OUT.

    The same events and keys give the same bytes, whatever the order of lines. Nothing is written
    when the bundle fails its check.

    \b
    Example:
      ciog simulate --seed 1 --from 2026-01-05 --days 90 --out sim
      ciog replay sim/events.jsonl.gz --out out
    """
    from cioghub.cli.progress import progress
    from cioghub.errors import WrongUse
    from cioghub.runtimes.batch.run import run_replay
    from cioghub.steps.validate.forms import instant
    from cioghub.vocabulary.event_types import is_concern
    from cioghub.vocabulary.words import NOT_A_REFERRAL

    if bool(events) == (log is not None):
        raise WrongUse(
            "Name files of events, or --log and the home of a live hub.",
            "A replay goes through one or the other.",
            "See `ciog replay --help`.",
        )
    began = datetime.now(UTC)
    end = None if until is None else instant(until)
    if isinstance(end, str):
        raise WrongUse(
            "--until is no time.",
            "A time needs a day, an hour and an offset, in a year from 1900 to 2199.",
            "Write it as 2026-04-05T00:00:00+01:00.",
        )
    types: set[str] = set()
    with progress() as show:
        summary = run_replay(events, rules, areas, out, keys, end, timings, label, show, types, log)
    seconds = (datetime.now(UTC) - began).total_seconds()
    alerts = summary["alerts"]
    click.echo(
        f"{summary['read']} read: {summary['accepted']} accepted, {summary['rejected']} rejected, "
        f"{summary['duplicates']} duplicates. {alerts['raised']} alerts raised, "
        f"{alerts['closed']} closed. {seconds:.1f} s. Results in {out}."
    )
    if any(map(is_concern, types)):
        click.echo(NOT_A_REFERRAL)
