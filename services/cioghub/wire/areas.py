"""Reads an areas file: the partnership, its places by edition, its CIOGs and its calendar."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from cioghub.errors import WrongUse
from cioghub.vocabulary.areas import Areas, Calendar, Ciog, Place, level_of
from cioghub.vocabulary.levels import PLACE_LEVELS
from cioghub.wire.csv_files import content_hash, read_text, rows

KEYS = frozenset({"partnership", "timezone", "editions", "levels", "calendar", "outside", "ciog"})
LOOKUP_COLUMNS = (
    "edition",
    "code",
    "name",
    "local_name",
    "msoa",
    "ward",
    "district",
    "csp",
    "county",
    "ciog",
    "population",
    "lon",
    "lat",
)
_PARENTS = ("msoa", "ward", "district", "csp", "ciog", "county")


def read_areas(path: Path) -> Areas:
    """Return the areas of a YAML file and of the lookups that it names.

    Raises:
        WrongUse: a key is unknown or missing, a file is not there, one place has two parents, an
            area names no CIOG of the file, or the fortnights do not begin on a Monday.
    """
    text = read_text(path, "the areas")
    try:
        top = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise WrongUse(f"{path}, line {mark.line + 1 if mark else 1}: not YAML.") from error
    if not isinstance(top, dict):
        raise WrongUse(f"{path} must be one mapping of keys.")
    _expect(set(top) <= KEYS, path, f"`{next(iter(set(top) - KEYS), '')}` is not a key")
    missing = sorted(KEYS - {"outside"} - set(top))
    _expect(not missing, path, f"the key `{missing[0] if missing else ''}` is missing")
    try:
        ZoneInfo(top["timezone"])
    except (ZoneInfoNotFoundError, ValueError, TypeError, IsADirectoryError) as error:
        raise WrongUse(f"{path}: `timezone` is no zone of the IANA database.") from error
    _expect(set(top["levels"]) <= set(PLACE_LEVELS), path, "`levels` names an unknown level")
    ciogs = _ciogs(top["ciog"], path)
    lookups: dict[Path, str] = {}
    editions = top["editions"]
    _expect(isinstance(editions, dict) and bool(editions), path, "`editions` is empty")
    for edition, files in editions.items():
        known = isinstance(files, dict) and "lookup" in files and set(files) <= _FILES
        _expect(known, path, f"the edition `{edition}` needs a `lookup`")
        _expect(level_of(edition) is not None, path, f"`{edition}` is at no known level")
        lookup = path.parent / files["lookup"]
        lookups[lookup] = read_text(lookup, f"the lookup of `{edition}`")
    places: dict[tuple[str, str], Place] = {}
    for lookup, content in lookups.items():
        _read_lookup(lookup, content, frozenset(editions), ciogs, places)
    outside, outside_text = _outside(path, top.get("outside"))
    boundaries = [
        (files["boundaries"], (path.parent / files["boundaries"]))
        for files in editions.values()
        if "boundaries" in files
    ]
    for name, file in boundaries:
        _expect(file.is_file(), path, f"there is no boundaries file `{name}`")
    parts = [("areas", text.encode()), ("outside", outside_text.encode())]
    parts += [(lookup.name, content.encode()) for lookup, content in lookups.items()]
    parts += [(name, file.read_bytes()) for name, file in boundaries]
    return Areas(
        partnership=str(top["partnership"]),
        timezone=top["timezone"],
        places=places.values(),
        outside=outside,
        ciogs=ciogs,
        calendar=_calendar(top["calendar"], path),
        content_hash=content_hash(parts),
    )


_FILES = frozenset({"lookup", "boundaries"})


def _expect(condition: bool, path: Path, fault: str) -> None:
    if not condition:
        raise WrongUse(
            f"{path}: {fault}.", "", "See deploy/areas/warwickshire.yaml for a whole example."
        )


def _ciogs(values: Any, path: Path) -> tuple[Ciog, ...]:
    _expect(isinstance(values, list) and bool(values), path, "`ciog` is empty")
    made = []
    for value in values:
        _expect(
            isinstance(value, dict) and {"id", "name"} <= set(value),
            path,
            "a `ciog` needs an id and a name",
        )
        made.append(
            Ciog(
                id=value["id"],
                name=value["name"],
                aliases=tuple(value.get("aliases") or ()),
                chair=value.get("chair") or None,
            )
        )
    _expect(len({ciog.id for ciog in made}) == len(made), path, "a `ciog` id stands twice")
    return tuple(made)


def _calendar(value: Any, path: Path) -> Calendar:
    try:
        anchor = date.fromisoformat(value["fortnight_anchor"])
        days = int(value["freeze_after_days"])
    except (TypeError, KeyError, ValueError) as error:
        raise WrongUse(
            f"{path}: `calendar` needs fortnight_anchor, a day, and freeze_after_days, a number."
        ) from error
    _expect(anchor.weekday() == 0, path, "`fortnight_anchor` is not a Monday")
    _expect(0 <= days <= 60, path, "`freeze_after_days` must be from 0 to 60")
    return Calendar(anchor, days)


def _outside(path: Path, name: Any) -> tuple[dict[str, str], str]:
    if not name:
        return {}, ""
    file = path.parent / str(name)
    text = read_text(file, "places outside")
    return {row["code"]: row["name"] for _, row in rows(text, file, ("code", "name"))}, text


def _read_lookup(
    path: Path,
    text: str,
    editions: frozenset[str],
    ciogs: tuple[Ciog, ...],
    places: dict[tuple[str, str], Place],
) -> None:
    ids = {ciog.id for ciog in ciogs}
    for line, row in rows(text, path, LOOKUP_COLUMNS):
        if row["edition"] not in editions:
            continue
        place = _place(row, path, line)
        if place.ciog is not None and place.ciog not in ids:
            raise WrongUse(f"{path}, line {line}: `ciog` names no CIOG of the areas file.")
        key = (place.edition, place.code)
        former = places.setdefault(key, place)
        if former != place:
            raise WrongUse(
                f"{path}, line {line}: the place {place.code} of {place.edition} stands twice"
                " and differs.",
                "A place with two parents would be counted in two areas.",
                "Keep the row that is right.",
            )


def _place(row: dict[str, str], path: Path, line: int) -> Place:
    level = level_of(row["edition"]) or ""
    parents = {parent: row[parent] for parent in _PARENTS if row[parent]}
    own = parents.setdefault(level, row["code"])
    if not row["code"] or own != row["code"]:
        raise WrongUse(f"{path}, line {line}: a {level} cannot lie in another {level}.")
    try:
        return Place(
            edition=row["edition"],
            code=row["code"],
            level=level,
            name=row["name"],
            local_name=row["local_name"],
            parents=parents,
            population=int(row["population"]) if row["population"] else None,
            lon=float(row["lon"]) if row["lon"] else None,
            lat=float(row["lat"]) if row["lat"] else None,
        )
    except ValueError as error:
        raise WrongUse(f"{path}, line {line}: population, lon and lat must be numbers.") from error
