"""Reads an areas file: the partnership, its places by edition, its CIOGs and its calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from cioghub.errors import WrongUse
from cioghub.vocabulary.areas import Areas, Calendar, Ciog, Place, level_of
from cioghub.vocabulary.levels import PLACE_LEVELS, coarser_or_equal
from cioghub.wire.area_calibration import read_calibration
from cioghub.wire.boundaries import read_boundaries
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


MOST_BYTES = 1_000_000


class _Loader(yaml.BaseLoader):
    """Every scalar is text; what stands for something else, or twice, is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        known: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in known:
                raise yaml.MarkedYAMLError(
                    problem="a key stands twice, or is not one word", problem_mark=key.start_mark
                )
            known.add(key.value)
        return super().construct_mapping(node, deep)


def read_areas(path: Path) -> Areas:
    """Return the areas of a YAML file and of the files that it names.

    Raises:
        WrongUse: a key is unknown, missing or stands twice, a file is not there, one place has two
            parents, boundaries overlap, an area names no CIOG of the file, or the fortnights do not
            begin on a Monday.
        EnvironmentFailed: a file cannot be read.
    """
    text = read_text(path, "the areas", MOST_BYTES)
    top = _top(path, text)
    ciogs = _ciogs(top["ciog"], path)
    calendar = _calendar(top["calendar"], path)
    lookups: dict[Path, str] = {}
    editions = top["editions"]
    for edition, files in editions.items():
        known = isinstance(files, dict) and "lookup" in files and set(files) <= _FILES
        _expect(
            known and all(isinstance(name, str) and name for name in files.values()),
            path,
            f"the edition `{edition}` needs the name of a `lookup`, and may name `boundaries`",
        )
        _expect(level_of(edition) is not None, path, f"`{edition}` is at no known level")
        lookup = path.parent / files["lookup"]
        lookups[lookup] = read_text(lookup, f"the lookup of `{edition}`")
    places: dict[tuple[str, str], Place] = {}
    for lookup, content in lookups.items():
        _read_lookup(lookup, content, frozenset(editions), ciogs, places)
    _refuse_two_parents(path, places.values())
    outside, outside_text = _outside(path, top.get("outside"))
    parts = [("areas", text.encode()), ("outside", outside_text.encode())]
    parts += [(lookup.name, content.encode()) for lookup, content in lookups.items()]
    for edition, files in editions.items():
        if "boundaries" in files:
            name, codes = files["boundaries"], {c for e, c in places if e == edition}
            parts.append((name, read_boundaries(path.parent / name, codes, edition)))
    return Areas(
        partnership=top["partnership"],
        timezone=top["timezone"],
        places=places.values(),
        outside=outside,
        ciogs=ciogs,
        calendar=calendar,
        content_hash=content_hash(parts),
        calibration=read_calibration(path),
    )


_FILES = frozenset({"lookup", "boundaries"})


def drawable(path: Path) -> tuple[str, Path] | None:
    """Return the first edition of an areas file that has boundaries, and their file."""
    editions = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)["editions"]
    for edition, files in editions.items():
        if "boundaries" in files:
            return edition, path.parent / files["boundaries"]
    return None


def _refuse_aliases(path: Path, text: str) -> None:
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise WrongUse(
                f"{path}, line {line}: not YAML: an alias: write the value out.", "", _EXAMPLE
            )


def _top(path: Path, text: str) -> dict[str, Any]:
    """Return the values of the file, the shape of its top level checked."""
    try:
        _refuse_aliases(path, text)
        top = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise WrongUse(
            f"{path}, line {mark.line + 1 if mark else 1}: not YAML: {problem}.", "", _EXAMPLE
        ) from error
    except RecursionError as error:
        raise WrongUse(f"{path}: nested too deeply.", "", _EXAMPLE) from error
    _expect(isinstance(top, dict), path, "it must be one mapping of keys")
    unknown, missing = sorted(set(top) - KEYS), sorted(KEYS - {"outside"} - set(top))
    _expect(not unknown, path, f"`{unknown[0] if unknown else ''}` is not a key")
    _expect(not missing, path, f"the key `{missing[0] if missing else ''}` is missing")
    for key in ("partnership", "timezone"):
        _expect(isinstance(top[key], str) and bool(top[key].strip()), path, f"`{key}` is no text")
    try:
        ZoneInfo(top["timezone"])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongUse(
            f"{path}: `timezone` is no zone of the IANA database.", "", "Write it as Europe/London."
        ) from error
    levels = top["levels"]
    _expect(isinstance(levels, list) and bool(levels), path, "`levels` is no list")
    _expect(all(one in PLACE_LEVELS for one in levels), path, "`levels` names an unknown level")
    editions = top["editions"]
    _expect(isinstance(editions, dict) and bool(editions), path, "`editions` is empty")
    return dict(top)


_EXAMPLE = "See deploy/areas/warwickshire.yaml for a whole example."


def _expect(condition: bool, path: Path, fault: str) -> None:
    if not condition:
        raise WrongUse(f"{path}: {fault}.", "", _EXAMPLE)


def _ciogs(values: Any, path: Path) -> tuple[Ciog, ...]:
    _expect(isinstance(values, list) and bool(values), path, "`ciog` is empty")
    made = []
    for value in values:
        _expect(
            isinstance(value, dict)
            and {"id", "name"} <= set(value) <= _CIOG_KEYS
            and all(isinstance(value[key], str) and value[key] for key in ("id", "name"))
            and isinstance(value.get("chair", ""), str),
            path,
            "a `ciog` needs an id and a name, and may have aliases and a chair",
        )
        aliases = value.get("aliases") or []
        _expect(
            isinstance(aliases, list) and all(isinstance(one, str) for one in aliases),
            path,
            f"the `aliases` of the ciog `{value['id']}` are no list of texts",
        )
        made.append(
            Ciog(
                id=value["id"],
                name=value["name"],
                aliases=tuple(aliases),
                chair=value.get("chair") or None,
            )
        )
    _expect(len({ciog.id for ciog in made}) == len(made), path, "a `ciog` id stands twice")
    return tuple(made)


_CIOG_KEYS = frozenset({"id", "name", "aliases", "chair"})


_CALENDAR_KEYS = frozenset({"fortnight_anchor", "freeze_after_days"})


def _calendar(value: Any, path: Path) -> Calendar:
    try:
        anchor = date.fromisoformat(value["fortnight_anchor"])
        days = int(value["freeze_after_days"])
    except (TypeError, KeyError, ValueError) as error:
        raise WrongUse(
            f"{path}: `calendar` needs fortnight_anchor, a day, and freeze_after_days, a number.",
            "",
            _EXAMPLE,
        ) from error
    _expect(set(value) == _CALENDAR_KEYS, path, "`calendar` has a key too many")
    _expect(anchor.weekday() == 0, path, "`fortnight_anchor` is not a Monday")
    _expect(0 <= days <= 60, path, "`freeze_after_days` must be from 0 to 60")
    return Calendar(anchor, days)


def _outside(path: Path, name: Any) -> tuple[dict[str, str], str]:
    if not name:
        return {}, ""
    _expect(isinstance(name, str), path, "`outside` is no name of a file")
    file = path.parent / name
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
            raise WrongUse(
                f"{path}, line {line}: `ciog` names no CIOG of the areas file.",
                "Nobody would read what happens there.",
                "Name one of `ciog`, or leave it empty.",
            )
        key = (place.edition, place.code)
        former = places.setdefault(key, place)
        if former != place:
            raise WrongUse(
                f"{path}, line {line}: the place {place.code} of {place.edition} stands twice"
                " and differs.",
                "A place with two parents would be counted in two areas.",
                "Keep the row that is right.",
            )


def _refuse_two_parents(path: Path, places: Iterable[Place]) -> None:
    """Raise WrongUse when two rows put one larger place in two places of a coarser level.

    A larger place may have no row of its own: then the rows of the places in it must agree. Of an
    edition of the smallest places only its own row counts: a code may lie elsewhere in another.
    """
    parents: dict[tuple[str, str, str], str] = {}
    for place in places:
        for level, code in place.parents.items():
            if level == PLACE_LEVELS[0]:
                continue
            for coarser in coarser_or_equal(level):
                parent = place.parents.get(coarser)
                if parent and parents.setdefault((level, code, coarser), parent) != parent:
                    raise WrongUse(
                        f"{path}: the {level} {code} lies in two places of the level {coarser} by"
                        f" the lookup, {parents[level, code, coarser]} and {parent}.",
                        "A place with two parents would be counted in two areas.",
                        "Mend the rows of the lookup that name it.",
                    )


def _place(row: dict[str, str], path: Path, line: int) -> Place:
    level = level_of(row["edition"]) or ""
    parents = {parent: row[parent] for parent in _PARENTS if row[parent]}
    own = parents.setdefault(level, row["code"])
    if not row["code"] or own != row["code"]:
        raise WrongUse(
            f"{path}, line {line}: the `code` is missing, or a {level} lies in another {level}.",
            "A place lies in places of coarser levels only.",
            "Mend the row.",
        )
    try:
        return Place(
            edition=row["edition"],
            code=row["code"],
            level=level,
            name=row["name"],
            local_name=row["local_name"],
            parents=parents,
            population=_whole(row["population"]),
            lon=_within(row["lon"], -180, 180),
            lat=_within(row["lat"], -90, 90),
        )
    except ValueError as error:
        raise WrongUse(
            f"{path}, line {line}: population, lon and lat must be numbers, in degrees.",
            "",
            "Leave empty what is not known.",
        ) from error


def _whole(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 12):
        raise ValueError("no whole number")
    return int(text) if text else None


def _within(text: str, least: float, most: float) -> float | None:
    """Return a number, None for an empty text; raise ValueError outside of the bounds."""
    value = float(text) if text else None
    if value is not None and not least <= value <= most:
        raise ValueError("out of bounds")
    return value
