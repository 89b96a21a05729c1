"""Reads a large table row by row, every cell by its column's name, without holding the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.vocabulary.mapping import Row, Table
from cioghub.wire.unpacked import unpacked
from cioghub.wire.xml_tables import read_xml

MAX_LINE = 1 << 20
"""Characters of one line: far more than a row of any export has."""


def read_table(path: Path, delimiter: str, encoding: str, columns: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of a `.csv` or `.csv.gz` file; empty lines are none.

    Raises:
        WrongUse: the file is not there, is not the gzip that its name says, is one that its
            name does not say, is not text in the encoding, is no CSV, lacks one of the columns or
            names one twice.
        EnvironmentFailed: the file cannot be read.
    """
    try:
        with (
            unpacked(path) as (stream, limit),
            io.TextIOWrapper(stream, encoding=encoding, newline="") as text,
        ):
            yield from _separated(text, path, limit, delimiter, columns)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise WrongUse(
            f"There is no table at {path}.", "", "Name a .csv or .csv.gz file."
        ) from error
    except (LookupError, UnicodeError) as error:
        raise _not_text(path, encoding, error) from error
    except OSError as error:
        raise EnvironmentFailed(f"{path} cannot be read: {error.strerror}.") from error


def read_content(content: bytes, table: Table, columns: Iterable[str]) -> Iterator[Row]:
    """Yield the rows of a table that is held in memory, CSV or XML as `table` says.

    Raises:
        WrongUse: it is not what `table` says, or lacks one of the columns.
    """
    if table.element is not None:
        yield from read_xml(content, table.element, columns)
        return
    try:
        text = io.TextIOWrapper(io.BytesIO(content), table.encoding, newline="")
        yield from _separated(text, "The file", None, table.delimiter, columns)
    except (LookupError, UnicodeError) as error:
        raise _not_text("The file", table.encoding, error) from error


def _not_text(name: Path | str, encoding: str, error: Exception) -> WrongUse:
    if not isinstance(error, UnicodeError):
        return WrongUse("`table.encoding` is no encoding that is known.", "", "As utf-8 or cp1252.")
    return WrongUse(
        f"{name} is not text in the encoding {encoding}.",
        "Read in another, codes would change their letters.",
        "Give the right one as `table.encoding` in the mapping, as cp1252.",
    )


def _separated(
    text: IO[str], name: Path | str, limit: int | None, delimiter: str, columns: Iterable[str]
) -> Iterator[Row]:
    reader = csv.reader(_lines(text, name, limit), delimiter=delimiter, strict=True)
    return _rows(reader, name, columns)


def _lines(text: IO[str], path: Path | str, limit: int | None) -> Iterator[str]:
    total = 0
    while line := text.readline(MAX_LINE + 1):
        total += len(line)
        if len(line) > MAX_LINE or (limit is not None and total > limit):
            raise WrongUse(
                f"{path} has a line longer than any table, or unpacks to far more than one.",
                "It would fill this machine.",
                "Check that the file is a table, and send it in several parts.",
            )
        yield line


def _rows(reader: Iterator[list[str]], path: Path | str, columns: Iterable[str]) -> Iterator[Row]:
    number = 0
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [f"`{column}`" for column in columns if column not in header]
        if missing:
            raise WrongUse(
                f"{path} has no column {', '.join(missing)}.",
                "The mapping makes fields from it.",
                # Not listed here: a table without a header would show its first row.
                f"Compare the names with those of the first line, which has {len(header)}; the "
                "delimiter is `table.delimiter` of the mapping.",
            )
        twice = {name for name in header if name and header.count(name) > 1}
        if twice & set(columns):
            raise WrongUse(f"{path} has the column `{min(twice & set(columns))}` twice.")
        for cells in reader:
            if not cells:
                continue
            number += 1
            if len(cells) != len(header):
                yield Row(number, None)
            else:
                yield Row(
                    number,
                    {name: cell.strip() for name, cell in zip(header, cells, strict=True)},
                )
    except csv.Error as error:
        raise WrongUse(
            f"{path}, row {number + 1}: not CSV: {error}.",
            "A quotation mark that is not closed could swallow the rows after it.",
            "Mend the row, or export the table again with every quotation mark doubled.",
        ) from error
