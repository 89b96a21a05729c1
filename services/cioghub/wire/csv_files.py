"""Reads small CSV files as text, every column by name, with the line of each row."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from cioghub.errors import EnvironmentFailed, WrongUse

MOST_BYTES = 64 * 1024**2
"""Of a file that is read whole; also what keeps a device without end from filling the memory."""


def read_text(path: Path, what: str, most: int = MOST_BYTES) -> str:
    """Return a file's text; `what` names it in the error, as `the areas file`.

    Raises:
        WrongUse: there is no such file, it is larger than `most` bytes, or it is not UTF-8.
        EnvironmentFailed: it cannot be read.
    """
    try:
        return read_bytes(path, what, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongUse(
            f"{path} is not UTF-8 text.",
            "Read as it is, names would be spoilt.",
            "Save it as UTF-8.",
        ) from error


def read_bytes(path: Path, what: str, most: int = MOST_BYTES) -> bytes:
    """Return a file's bytes; it raises what `read_text` does."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError) as error:
        raise WrongUse(
            f"There is no file for {what} at {path}.", "", "Name a file that is there."
        ) from error
    except OSError as error:
        raise EnvironmentFailed(
            f"{path} cannot be read: {error.strerror or type(error).__name__}.",
            "Without it nothing can be done.",
            "Let the hub read it, then run the command again.",
        ) from error
    if len(content) > most:
        raise WrongUse(
            f"{path} is larger than a file of its kind may be ({most:,} bytes).",
            "It is read whole into memory.",
            "Split it, or leave out what is not needed.",
        )
    return content


def rows(text: str, path: Path, columns: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV text; every value is text, stripped.

    Raises:
        WrongUse: a named column is missing, a column stands twice, or a row has more or fewer
            values than the header.
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
        twice = [name for at, name in enumerate(header) if name in header[:at]]
        if twice:
            raise WrongUse(
                f"{path}, line 1: the column `{twice[0]}` stands twice.",
                "Nobody can tell which of them is meant.",
                "Remove one.",
            )
        for values in reader:
            if not values:
                continue
            if len(values) != len(header):
                raise WrongUse(
                    f"{path}, line {reader.line_num}: {len(values)} values where the header"
                    f" has {len(header)} columns.",
                    "",
                    "Put a value that holds a comma in quotation marks.",
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
