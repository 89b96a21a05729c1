"""`ciog import police-uk`: street-level files of data.police.uk, turned into events."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from cioghub.errors import AnswerIsNo, WrongUse

if TYPE_CHECKING:
    from cioghub.steps.publish.police_uk import StreetEvents
    from cioghub.vocabulary.areas import Areas

NAMED_LINES = 5
"""How many lines of a file are named for each reason; the rest is counted."""


@click.command("police-uk")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="EVENTS.jsonl",
    help="File of events to write; packed if its name ends in .gz.",
)
@click.option(
    "--published",
    metavar="TIME",
    help="When the events were published, RFC 3339 with offset; if left out, the first instant "
    "of the month after theirs.",
)
@click.option(
    "--edition",
    default="lsoa21",
    show_default=True,
    help="Edition of the files' LSOA codes: lsoa11 in files of 2019 and before.",
)
@click.option(
    "--areas",
    "areas_file",
    type=click.Path(path_type=Path),
    help="Areas file, for its time zone; Warwickshire if left out.",
)
def police_uk(
    files: tuple[Path, ...],
    out: Path,
    published: str | None,
    edition: str,
    areas_file: Path | None,
) -> None:
    """Turn street files (.csv, .csv.gz) into events of the feeds /FORCE/crime and /FORCE/incident.

    Every row is one event: rows without a Crime ID cannot be told apart, and rows that repeat one
    stand as the published counts have them. The id is month and row, so import a file once: a
    later edition of the same month numbers its rows anew. Crime ID, point and place name are not
    written. A row that is no event is counted by reason, and the rest is written all the same; a
    file that is not what it claims stops everything.

    \b
    Example:
      ciog import police-uk 2025-09-warwickshire-street.csv --out police.jsonl
      ciog import police-uk 2014-*-street.csv.gz --edition lsoa11 --out 2014.jsonl.gz
    """
    from zoneinfo import ZoneInfo

    from cioghub.bootstrap import default_areas
    from cioghub.steps.publish.police_uk import CATEGORY_LIST, StreetEvents
    from cioghub.wire.areas import read_areas
    from cioghub.wire.code_lists import read_code_lists
    from cioghub.wire.shipped import deploy_folder

    areas = read_areas(areas_file or default_areas())
    _check_edition(edition, areas, named=areas_file is not None)
    listed = read_code_lists(deploy_folder() / "code-lists").get(CATEGORY_LIST)
    codes = {row.label: row.code for row in listed.rows()} if listed else {}
    events = StreetEvents(ZoneInfo(areas.timezone), edition, codes, _published(published))
    if any(_same(path, out) for path in files):
        raise WrongUse("`--out` names one of the files to read.", "", "Name another file.")
    count = _import(files, out, events)
    for line in count.lines:
        click.echo(line, err=True)
    if count.repeated:
        click.echo(
            f"{count.repeated} rows repeat another row of their file, Crime ID included; each is "
            "an event, as in the published counts.",
            err=True,
        )
    click.echo(
        f"{count.read} rows read: {count.written} events written, {count.read - count.written} "
        f"rejected. Events in {out}."
    )


class _Count(NamedTuple):
    read: int
    written: int
    repeated: int
    lines: list[str]


def _import(files: tuple[Path, ...], out: Path, events: StreetEvents) -> _Count:
    import orjson

    from cioghub.cli.progress import progress
    from cioghub.steps.publish.police_uk import StreetRow, Unfit
    from cioghub.stores.whole_files import whole_file
    from cioghub.wire.street_files import read_street_file

    read = written = repeats = 0
    rejected: Counter[tuple[Path, Unfit]] = Counter()
    first_lines: dict[tuple[Path, Unfit], list[int]] = {}
    months: dict[tuple[str, str], int] = {}
    with progress() as show, whole_file(out) as file:
        for place, path in enumerate(files):
            for number, line, cells, repeated in read_street_file(path):
                read += 1
                if read % 1000 == 0:
                    show("rows read", read)
                made: dict[str, Any] | Unfit = Unfit.WIDTH
                if cells is not None:
                    _, month, force, location, lsoa, crime_type = cells
                    made = events.event(StreetRow(number, month, force, location, lsoa, crime_type))
                if isinstance(made, Unfit):
                    rejected[path, made] += 1
                    if rejected[path, made] <= NAMED_LINES:
                        first_lines.setdefault((path, made), []).append(line)
                    continue
                feed = (month, made["source"].rpartition("/")[0])
                if months.setdefault(feed, place) != place:
                    raise _twice(files[months[feed]], path, line)
                repeats += repeated
                written += 1
                file.write(orjson.dumps(made) + b"\n")
        lines = [_said(path, why, n, first_lines[path, why]) for (path, why), n in rejected.items()]
        if read and not written:
            # Leaving by an error keeps `out` as it was.
            raise AnswerIsNo(
                f"None of {read} rows could become an event, and nothing was written.",
                " ".join(lines),
                "Mend the rows, or the options, and run the command again.",
            )
    return _Count(read, written, repeats, lines)


def _said(path: Path, why: str, many: int, lines: list[int]) -> str:
    named = ", ".join(map(str, lines)) + (", …" if many > len(lines) else "")
    return f"{path}: {many} rows rejected, {why} (line {named})."


def _twice(former: Path, path: Path, line: int) -> WrongUse:
    return WrongUse(
        f"{path}, line {line}: a force and month that {former} holds already.",
        "The two would share ids, or the same records would count twice.",
        "Give one file for each force and month.",
    )


def _check_edition(edition: str, areas: Areas, named: bool) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", edition):
        raise WrongUse("`--edition` is no name of an edition.", "", "Write it as lsoa21.")
    if named and edition not in areas.editions():
        raise WrongUse(
            f"The areas file has no edition `{edition}`.",
            "The hub would refuse every event of an edition that it does not know.",
            f"Its editions are {', '.join(sorted(areas.editions()))}.",
        )


def _same(path: Path, out: Path) -> bool:
    return path.resolve() == out.resolve()


def _published(text: str | None) -> int | None:
    from cioghub.vocabulary.buckets import parse_rfc3339

    if text is None:
        return None
    try:
        return parse_rfc3339(text)
    except (ValueError, OverflowError) as error:
        raise WrongUse(
            "--published is no time.",
            "A time needs a day, an hour and an offset.",
            "Write it as 2025-11-01T00:00:00+00:00.",
        ) from error
