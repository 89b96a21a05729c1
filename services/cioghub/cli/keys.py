"""`ciog keys`: make, list and rotate the keys of the hub; a secret is never shown."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import click

from cioghub.errors import WrongUse

_KEYS = click.option(
    "--keys",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Key file; keys.json in CIOG_HOME (.ciog) if left out.",
)


@click.group()
def keys() -> None:
    """Make, list and rotate the keys of the hub.

    \b
    Example:
      ciog keys new
      ciog keys list --format json
      ciog keys rotate --from 2026-04-01
    """


@keys.command()
@_KEYS
def new(file: Path | None) -> None:
    """Make a key file with one key, valid from the beginning, for its owner alone (mode 0600).

    A replay makes it by itself at first use. A file that exists is never overwritten.

    \b
    Example:
      ciog keys new --keys secrets/keys.json
    """
    from cioghub.stores import key_file

    path = _path(file)
    key_file.make(path)
    click.echo(f"Made {path} with key {key_file.load(path).first.id}. Keep a copy in a safe place.")


@keys.command("list")
@_KEYS
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def list_keys(file: Path | None, form: str) -> None:
    """List the keys by id and first day, never the secrets.

    \b
    Example:
      ciog keys list --format json
      [{"id": "k-5f0c21aa", "valid_from": null}]
    """
    from cioghub.stores import key_file

    roots = key_file.load(_path(file)).roots
    if form == "json":
        rows = [{"id": one.id, "valid_from": _day(one.valid_from)} for one in roots]
        click.echo(json.dumps(rows))
        return
    for one in roots:
        click.echo(f"{one.id}  valid from {_day(one.valid_from) or 'the beginning'}")


@keys.command()
@_KEYS
@click.option(
    "--from",
    "since",
    metavar="DAY",
    help="First day of the new key, YYYY-MM-DD; the next calendar quarter's if left out.",
)
def rotate(file: Path | None, since: str | None) -> None:
    """Add a key that is valid from a day on; earlier days keep theirs.

    Pseudonyms change with each calendar quarter in any case, so a quarter's first day costs least.

    \b
    Example:
      ciog keys rotate --from 2026-04-01
    """
    from cioghub.stores import key_file

    if since is None:
        day = _next_quarter(datetime.now(UTC).date())
    else:
        try:
            day = date.fromisoformat(since)
        except ValueError as error:
            raise WrongUse("--from is not a day.", "", "Write it as 2026-04-01.") from error
    name = key_file.rotate(_path(file), day)
    click.echo(f"Added key {name}, valid from {day.isoformat()}. Keep a copy of the file.")
    if (day.day, day.month % 3) != (1, 1):
        click.echo(
            "That is no quarter's first day: tokens before and after it will not match.", err=True
        )


def _path(file: Path | None) -> Path:
    from cioghub.settings import read_settings

    return file if file is not None else read_settings().home / "keys.json"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _next_quarter(day: date) -> date:
    month = 3 * ((day.month - 1) // 3) + 4
    return date(day.year + 1, 1, 1) if month > 12 else date(day.year, month, 1)
