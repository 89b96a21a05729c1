"""Tables that leave a door as CSV: no cell is a formula, and a spreadsheet knows the letters."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from starlette.responses import Response, StreamingResponse

Row = tuple[str | int | None, ...]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_KIND = "text/csv; charset=utf-8"
_UTF_8 = "\ufeff"
"""The mark at the front tells a spreadsheet that the text is UTF-8."""


def safe(cell: str | int | None) -> str:
    """Return a cell that a spreadsheet takes for text, whatever it begins with."""
    text = "" if cell is None else str(cell).replace("\r", " ").replace("\n", " ")
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def csv_file(name: str, head: Sequence[str], rows: Iterable[Row]) -> Response:
    """Return a file to save, made whole before the first byte leaves."""
    return Response("".join(_lines(head, rows)), media_type=_KIND, headers=_saved(name))


def long_csv_file(name: str, head: Sequence[str], rows: Iterable[Row]) -> Response:
    """Return a file of any length, whose rows are read while it leaves.

    What fails on the way breaks the connection off: half a file never looks like a whole one.
    """
    return StreamingResponse(_lines(head, rows), media_type=_KIND, headers=_saved(name))


def _saved(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.csv"'}


def _lines(head: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(head)
    yield _UTF_8 + written.getvalue()
    for row in rows:
        written.seek(0)
        written.truncate()
        writer.writerow([safe(cell) for cell in row])
        yield written.getvalue()
