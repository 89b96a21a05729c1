"""Reads small CSV files as text, every column by name, with the line of each row."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from cioghub.errors import EnvironmentFailed, WrongUse


def read_text(path: Path, what: str) -> str:
    """Return a file's text; `what` names it in the error, as `the areas file`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise WrongUse(f"There is no file for {what} at {path}.") from error
    except UnicodeDecodeError as error:
        raise WrongUse(f"{path} is not UTF-8 text.", "", "Save it as UTF-8.") from error
    except OSError as error:
        raise EnvironmentFailed(f"{path} cannot be read: {error.strerror}.") from error


def rows(text: str, path: Path, columns: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV text; every value is text, stripped.

    Raises:
        WrongUse: a named column is missing, or a row has more or fewer values than the header.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [column for column in columns if column not in header]
        if missing:
            raise WrongUse(
                f"{path}, line 1: the column `{missing[0]}` is missing.",
                "",
                f"The header must hold: {', '.join(columns)}.",
            )
        for values in reader:
            if not values:
                continue
            if len(values) != len(header):
                raise WrongUse(
                    f"{path}, line {reader.line_num}: {len(values)} values where the header"
                    f" has {len(header)} columns."
                )
            yield (
                reader.line_num,
                {name: value.strip() for name, value in zip(header, values, strict=True)},
            )
    except csv.Error as error:
        raise WrongUse(f"{path}, line {reader.line_num}: not CSV: {error}.") from error


def content_hash(parts: Iterable[tuple[str, bytes]]) -> str:
    """Return one SHA-256 over named contents, whatever folder they were read from."""
    digest = hashlib.sha256()
    for name, content in sorted(parts):
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()
