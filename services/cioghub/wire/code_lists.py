"""Reads a folder of code lists; the contract of a list file is in `deploy/code-lists/README.md`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cioghub.errors import WrongUse
from cioghub.vocabulary.categories import HUB_CATEGORIES
from cioghub.vocabulary.codes import CodeList, CodeLists, CodeRow
from cioghub.vocabulary.levels import PLACE_LEVELS
from cioghub.wire.csv_files import content_hash, read_text, rows

COLUMNS = (
    "code",
    "label",
    "hub_category",
    "severity",
    "lane",
    "geography_floor",
    "valid_from",
    "valid_to",
    "status",
    "source",
)
FLAGS_FILE = "flags.csv"
FLAGS = frozenset({"police-generated", "mixed"})


def read_code_lists(folder: Path) -> CodeLists:
    """Return all lists of a folder.

    Raises:
        WrongUse: the folder or a column is missing, a code stands twice with the same first day,
            or a cell names a category, lane, floor, flag or day that does not exist.
    """
    if not folder.is_dir():
        raise WrongUse(f"There is no folder of code lists at {folder}.")
    texts = {path: read_text(path, "a code list") for path in sorted(folder.glob("*.csv"))}
    flags = _read_flags(folder / FLAGS_FILE, texts.pop(folder / FLAGS_FILE, None))
    lists = [CodeList(path.stem, _read_rows(text, path, flags)) for path, text in texts.items()]
    known = {one.name: one for one in lists}
    for list_name, code in flags:
        if list_name not in known or code not in known[list_name]:
            raise WrongUse(
                f"{folder / FLAGS_FILE}: `{list_name}` has no code `{code}`.",
                "A flag on a code that does not exist would protect nothing.",
            )
    pinned = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.csv"))]
    return CodeLists(lists, content_hash(pinned))


def _read_flags(path: Path, text: str | None) -> dict[tuple[str, str], frozenset[str]]:
    flags: dict[tuple[str, str], frozenset[str]] = {}
    if text is None:
        return flags
    for line, row in rows(text, path, ("list", "code", "flag")):
        if row["flag"] not in FLAGS:
            raise _bad_cell(path, line, "flag")
        key = (row["list"], row["code"])
        flags[key] = flags.get(key, frozenset()) | {row["flag"]}
    return flags


def _read_rows(
    text: str, path: Path, flags: dict[tuple[str, str], frozenset[str]]
) -> list[CodeRow]:
    found: dict[tuple[str, str], CodeRow] = {}
    for line, row in rows(text, path, COLUMNS):
        key = (row["code"], row["valid_from"])
        if not row["code"] or key in found:
            raise WrongUse(f"{path}, line {line}: `code` is empty or stands twice.")
        found[key] = _read_row(row, path, line, flags)
    return list(found.values())


def _read_row(
    row: dict[str, str],
    path: Path,
    line: int,
    flags: dict[tuple[str, str], frozenset[str]],
) -> CodeRow:
    if row["hub_category"] and row["hub_category"] not in HUB_CATEGORIES:
        raise _bad_cell(path, line, "hub_category")
    if row["lane"] not in ("", "anonymised", "pseudonymised"):
        raise _bad_cell(path, line, "lane")
    if row["geography_floor"] and row["geography_floor"] not in PLACE_LEVELS:
        raise _bad_cell(path, line, "geography_floor")
    if row["severity"] not in ("", "1", "2", "3", "4", "5"):
        raise _bad_cell(path, line, "severity")
    return CodeRow(
        code=row["code"],
        label=row["label"],
        hub_category=row["hub_category"] or None,
        severity=int(row["severity"]) if row["severity"] else None,
        lane=row["lane"] or None,
        floor=row["geography_floor"] or None,
        valid_from=_day(row["valid_from"], path, line, "valid_from"),
        valid_to=_day(row["valid_to"], path, line, "valid_to"),
        status=row["status"],
        flags=flags.get((path.stem, row["code"]), frozenset()),
        more={name: value for name, value in row.items() if name not in COLUMNS},
    )


def _day(text: str, path: Path, line: int, column: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise _bad_cell(path, line, column) from error


def _bad_cell(path: Path, line: int, column: str) -> WrongUse:
    return WrongUse(
        f"{path}, line {line}: `{column}` holds a value that does not exist.",
        "A list that is only half understood could share too much.",
        "See deploy/code-lists/README.md for what may stand in each column.",
    )
