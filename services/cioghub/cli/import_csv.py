"""`ciog import csv`: any table, with a mapping file that whoever knows the data can read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cioghub.vocabulary.event_types import is_concern

if TYPE_CHECKING:
    from cioghub.table_journey import Tally

SHOWN = 3
"""How many mapped events a preview shows."""


@click.command(name="csv")
@click.argument("table", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--mapping", required=True, type=click.Path(path_type=Path), help="Mapping file.")
@click.option("--out", type=click.Path(path_type=Path), help="File of events to write.")
@click.option("--preview", is_flag=True, help="Say what would become of the rows; write nothing.")
@click.option(
    "--rules", type=click.Path(path_type=Path), help="Check feeds and codes by this bundle."
)
@click.option(
    "--areas", type=click.Path(path_type=Path), help="Areas file; Warwickshire if left out."
)
@click.option("--keys", type=click.Path(path_type=Path), help="Key file; made at first use.")
def csv_table(
    table: Path,
    mapping: Path,
    out: Path | None,
    preview: bool,
    rules: Path | None,
    areas: Path | None,
    keys: Path | None,
) -> None:
    """Turn FILE (.csv or .csv.gz) into events, by a mapping file.

    Every row becomes an event, or is rejected by column and code, or is left out on purpose by a
    rule of the mapping: read = written + rejected + left out. Rejected rows go to
    OUT.rejected.jsonl by row number (the first row under the header is 1), never with a value. The
    same file, mapping and keys give the same bytes. See docs/import-csv.md for the language.

    \b
    Example:
      ciog import csv incidents.csv --mapping fire.yaml --preview
      ciog import csv incidents.csv --mapping fire.yaml --out fire.jsonl
    \b
    with fire.yaml:
      title: Incidents of a fire and rescue service
      source: /warwickshire-fire/incident
      type: fire.incident.v1
      zone: Europe/London
      id: {prefix: fire, keyed: [Incident Number]}
      occurred: {column: Call Time, format: "%d/%m/%Y %H:%M"}
      published: {column: Call Time, format: "%d/%m/%Y %H:%M", delay_hours: 24}
      area: {code: {column: LSOA}, edition: lsoa11, confidence: {always: street}}
      only_rows:
        - {name: false alarms, column: Group, none_of: [False Alarm]}
      fields:
        category_list: {always: fire_incident_groups}
        category: {column: Type, values: {Primary Fire: primary-fire, Outdoor Fire: secondary-fire}}
        held_for: {always: fire-rescue}
        motive: {column: Motive, values: {Arson: deliberate-unknown-owner}, else: null}
    """
    from cioghub.cli.progress import progress
    from cioghub.errors import WrongUse
    from cioghub.table_import.mapped_table import mapped_table
    from cioghub.table_journey import Event, Tally, row_outcomes

    if out is None and not preview:
        raise WrongUse("--out is missing.", "", "Name the file of events, or ask for a --preview.")
    if out is not None and out.exists() and out.samefile(table if table.exists() else out.parent):
        raise WrongUse("--out is the table itself.", "It would be lost.", "Name another file.")
    job = mapped_table(table, mapping, rules, areas, keys, preview)
    tally = Tally()
    shown: list[dict[str, Any]] = []
    with progress() as show:
        made = row_outcomes(job.rows, job.mapping, job.mapper, job.validator, tally, show)
        if preview or out is None:
            for one in made:
                if isinstance(one, Event) and len(shown) < SHOWN:
                    shown.append(one.value)
        else:
            _write(made, out)
    _tell(tally)
    for number, event in enumerate(shown, 1):
        _show(number, event, keyed=bool(job.mapping.id.keyed))
    if preview or out is None:
        click.echo("Preview: nothing was written.")
    else:
        click.echo(f"Events in {out}, rejected rows in {_rejected_path(out)}.")
    if tally.written and is_concern(job.mapping.type):
        from cioghub.vocabulary.words import NOT_A_REFERRAL

        click.echo(NOT_A_REFERRAL)


def _rejected_path(out: Path) -> Path:
    return out.with_name(out.name + ".rejected.jsonl")


def _write(made: Any, out: Path) -> None:
    import orjson

    from cioghub.stores.whole_files import whole_files
    from cioghub.table_journey import Event

    with whole_files([out, _rejected_path(out)]) as (events, rejected):
        for one in made:
            if isinstance(one, Event):
                events.write(orjson.dumps(one.value) + b"\n")
            else:
                faults = [{"column": column, "code": code} for column, code in one.faults]
                rejected.write(orjson.dumps({"row": one.number, "faults": faults}) + b"\n")


def _tell(tally: Tally) -> None:
    left_out = sum(tally.left_out.values())
    click.echo(
        f"{tally.read} rows read: {tally.written} mapped, {tally.rejected} rejected, "
        f"{left_out} left out on purpose."
    )
    _count("Made coarser, or into codes", "rows", tally.notes)
    _count("Rejected", "rows", tally.faults)
    _count("Left out on purpose", "rows", tally.left_out)
    if tally.written and tally.placed < tally.written:
        unplaced = tally.written - tally.placed
        click.echo(f"Without a place, which the hub counts as unknown: {unplaced} events.")


def _count(title: str, what: str, counts: Any) -> None:
    if not counts:
        return
    click.echo(f"{title}:")
    for name, number in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        words = name if isinstance(name, str) else ": ".join(name)
        click.echo(f"  {number:>8} {what}  {words}")


def _show(number: int, event: dict[str, Any], keyed: bool) -> None:
    click.echo(f"Event {number}:")
    name = event["id"].rpartition("-")[0] + "-(keyed)" if keyed else event["id"]
    for field, value in {**event, "id": name}.items():
        if field in ("specversion", "datacontenttype"):
            continue
        for part, inner in value.items() if isinstance(value, dict) else ((field, value),):
            click.echo(f"  {part}: {_text(part, inner)}")


def _text(field: str, value: Any) -> str:
    if value is None:
        return "null"
    if field.endswith("_token"):
        return "(a token)"
    if isinstance(value, dict):
        return ", ".join(f"{k} {_text(k, v)}" for k, v in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
