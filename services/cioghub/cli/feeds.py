"""`ciog feeds`: when each feed was last heard of, and whether that is later than agreed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from cioghub.cli.hub_reading import FORMAT, door, home_room
from cioghub.cli.tokens import token


@click.group(invoke_without_command=True)
@click.option("--hub", "address", metavar="URL", help="Address of a running hub.")
@click.option("--rules", type=click.Path(path_type=Path), help="The hub's rules, if its own.")
@click.option("--areas", type=click.Path(path_type=Path), help="The hub's areas file, likewise.")
@FORMAT
@click.pass_context
def feeds(
    ctx: click.Context, address: str | None, rules: Path | None, areas: Path | None, form: str
) -> None:
    """Say of each feed when it was last heard of, by its own cadence.

    With CIOG_TOKEN in the environment a running hub is asked; without it the hub's database is read
    (of CIOG_DATABASE, or in CIOG_HOME), and what each feed sent in the last 28 days is counted.
    Leaves with 1 if a feed is late.

    \b
    Example:
      ciog feeds
      ciog feeds --format json
      ciog feeds token list
    """
    if ctx.invoked_subcommand is not None:
        return
    hub = door(address)
    rows = hub.json("/v1/feeds")["feeds"] if hub is not None else _rows(rules, areas)
    if form == "json":
        click.echo(json.dumps(rows, indent=1))
    else:
        for row in rows:
            click.echo(in_words(row))
    ctx.exit(1 if any(row["late"] for row in rows) else 0)


feeds.add_command(token)


def _rows(rules: Path | None, areas: Path | None) -> list[dict[str, Any]]:
    from cioghub.bootstrap import checked_bundle, default_areas, default_rules
    from cioghub.wire.areas import read_areas

    loaded = checked_bundle(rules or default_rules(), read_areas(areas or default_areas()))
    return [asdict(one) for one in home_room(loaded.bundle).feeds()]


def in_words(row: Mapping[str, Any]) -> str:
    """Return one feed as a line: late or not, since when, and what came if it was counted."""
    state = "LATE" if row["late"] else "ok  "
    line = f"{state}  {row['source']}  ({row['cadence']})  last heard {_heard(row)}"
    if "accepted" not in row:
        return line
    rejected = sum(row["rejected"].values())
    counts = f"{row['accepted']} accepted, {rejected} rejected, {row['duplicates']} duplicates"
    return f"{line}  {counts} since {row['since']}"


def _heard(row: Mapping[str, Any]) -> str:
    if "last_heard" in row:
        return str(row["last_heard"] or "never")
    times = [row[name] for name in ("last_event", "last_heartbeat") if row[name] is not None]
    if not times:
        return "never"
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(max(times), UTC):%Y-%m-%d %H:%M} UTC"
