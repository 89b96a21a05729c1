"""Reads the street files of data.police.uk within bounds, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.wire.unpacked import unpacked

MONTH, FORCE, LOCATION = "Month", "Reported by", "Location"
LSOA, CRIME_TYPE, CRIME_ID = "LSOA code", "Crime type", "Crime ID"
COLUMNS = (CRIME_ID, MONTH, FORCE, LOCATION, LSOA, CRIME_TYPE)
"""The columns that are read; a street file has six more, which are not."""

MAX_LINE = 16_384
MAX_RATIO = 200
"""A real file packs to about a tenth; one that unpacks to more than this is no street file."""
FREE_UNPACKED = 1 << 24
"""However small the file, so many bytes may come out of it."""


class Cells(NamedTuple):
    """One row: its number in the file from 1, its line, and its cells in the order of `COLUMNS`.

    `cells` is None when the row has more or fewer cells than the header. `repeated` says that the
    file has had the very same row, Crime ID included, before.
    """

    number: int
    line: int
    cells: tuple[str, ...] | None
    repeated: bool


def read_street_file(path: Path) -> Iterator[Cells]:
    """Yield each row of a `.csv` or `.csv.gz`; blank lines are none.

    Raises:
        WrongUse: there is no such file, it is not the gzip that its name says, is not UTF-8 or
            not CSV, lacks a column, or a line is longer than any of a street file.
        EnvironmentFailed: the file cannot be read.
    """
    try:
        with unpacked(path, "Download it again.", MAX_RATIO, FREE_UNPACKED) as (stream, limit):
            yield from _rows(stream, path, limit)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise WrongUse(
            f"There is no street file at {path}.", "", "Name a .csv or .csv.gz file."
        ) from error
    except UnicodeDecodeError as error:
        raise WrongUse(
            f"{path} is not UTF-8 text.",
            "data.police.uk publishes UTF-8; the file was changed on its way.",
            "Download it again, or save it as UTF-8.",
        ) from error
    except OSError as error:
        raise EnvironmentFailed(f"{path} cannot be read: {error.strerror}.") from error


def _rows(raw: IO[bytes], path: Path, limit: int | None) -> Iterator[Cells]:
    text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
    reader = csv.reader(_lines(text, path, limit), strict=True)
    try:
        header = next(reader, [])
        at = [_column(header, name, path) for name in COLUMNS]
        seen: set[int] = set()
        number = 0
        for values in reader:
            if not values:
                continue
            number += 1
            if len(values) != len(header):
                yield Cells(number, reader.line_num, None, False)
                continue
            cells = tuple([values[i].strip() for i in at])
            repeated = False
            if cells[0]:
                same = hash(tuple(values))
                repeated = same in seen
                seen.add(same)
            yield Cells(number, reader.line_num, cells, repeated)
    except csv.Error as error:
        # Its message names no value: the csv module speaks of quotes, bytes and limits.
        raise WrongUse(f"{path}, line {reader.line_num}: not CSV: {error}.") from error


def _column(header: list[str], name: str, path: Path) -> int:
    if header.count(name) != 1:
        raise WrongUse(
            f"{path}, line 1: the column `{name}` is missing or stands twice.",
            "This is no street file of data.police.uk (outcomes and stop and search are others).",
            f"The header must hold: {', '.join(COLUMNS)}.",
        )
    return header.index(name)


def _lines(text: io.TextIOWrapper, path: Path, limit: int | None) -> Iterator[str]:
    total = 0
    while line := text.readline(MAX_LINE + 1):
        total += len(line)
        if len(line) > MAX_LINE or (limit is not None and total > limit):
            raise WrongUse(
                f"{path} has a line, or unpacks to a length, beyond any street file.",
                "A small file that unpacks without end would fill this machine.",
                "Download it again.",
            )
        yield line
