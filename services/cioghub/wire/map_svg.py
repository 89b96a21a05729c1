"""Draws the partnership as SVG: its places from the boundaries file, with what stands out."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from cioghub.ports.maps import Mark
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.signals import LEVELS
from cioghub.wire.names import place_names

WIDTH = 420.0
_MARGIN = 4.0


@dataclass(frozen=True, slots=True)
class Shape:
    """One place as an SVG path, with the middle of its largest ring."""

    code: str
    path: str
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Map:
    """All places of one edition, drawn to one scale."""

    height: float
    shapes: tuple[Shape, ...]


def read_map(boundaries: Path) -> Map:
    """Return the shapes of a GeoJSON file of places (property `code`), to a common scale."""
    features = orjson.loads(boundaries.read_bytes())["features"]
    rings = {f["properties"]["code"]: list(_rings(f["geometry"])) for f in features}
    points = [point for ring_list in rings.values() for ring in ring_list for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * _MARGIN) / ((east - west) * narrow)

    def place(point: Sequence[float]) -> tuple[float, float]:
        x = _MARGIN + (point[0] - west) * narrow * scale
        return round(x, 1), round(_MARGIN + (north - point[1]) * scale, 1)

    shapes = []
    for code, found in sorted(rings.items()):
        drawn = [[place(point) for point in ring] for ring in found]
        largest = max(drawn, key=len)
        path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in drawn)
        shapes.append(Shape(code, path, _mean(largest)))
    return Map(round((north - south) * scale + 2 * _MARGIN, 1), tuple(shapes))


def _rings(geometry: Mapping[str, Any]) -> Iterable[Sequence[Sequence[float]]]:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    for polygon in polygons:
        yield polygon[0]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map ready for the template `map.html.j2`: shapes, area names and numbers with middles.

    `marked` says whether any place of it is.
    """

    height: float
    marked: bool
    shapes: tuple[Mapping[str, Any], ...]
    names: tuple[tuple[str, float, float], ...]
    numbers: tuple[tuple[int, float, float], ...]
    words: str
    attribution: str
    width: float = WIDTH


class Drawing:
    """Draws one edition of a partnership, again and again with other marks."""

    def __init__(self, areas: Areas, edition: str, boundaries: Path) -> None:
        self._places = [
            (place.code, frozenset(place.parents.values())) for place in areas.places(edition)
        ]
        self._map = read_map(boundaries)
        self._place_names = place_names(areas)
        self._middles = {shape.code: shape.middle for shape in self._map.shapes}
        # What no mark changes is found out once: a map is drawn for every reader and fortnight.
        tones = {ciog.id: number % 4 for number, ciog in enumerate(areas.ciogs)}
        names = {ciog.id: ciog.name for ciog in areas.ciogs}
        of_area: dict[str, list[tuple[float, float]]] = {}
        self._shapes: list[tuple[Shape, int, frozenset[str]]] = []
        for shape in self._map.shapes:
            place = areas.place(edition, shape.code)
            parents = place.parents if place else {}
            ciog = parents.get("ciog", "")
            self._shapes.append((shape, tones.get(ciog, 3), frozenset(parents.values())))
            of_area.setdefault(ciog, []).append(shape.middle)
        self._names = tuple(
            (names[ciog], *_mean(found)) for ciog, found in sorted(of_area.items()) if ciog in names
        )

    def draw(self, marks: Sequence[Mark], read: Collection[str]) -> Drawn:
        """Return the map with these marks; areas whose code is not in `read` are greyed.

        Where the places of two alerts meet, a place takes the pattern of the higher level; each
        alert keeps its own number.
        """
        covered = [(mark, self._within(mark.places)) for mark in marks]
        level: dict[str, str] = {}
        for mark, codes in sorted(covered, key=lambda pair: LEVELS.index(pair[0].level)):
            level.update(dict.fromkeys(codes, mark.level))
        shapes = [
            {
                "path": shape.path,
                "tone": tone,
                "read": not parents.isdisjoint(read),
                "level": level.get(shape.code),
            }
            for shape, tone, parents in self._shapes
        ]
        taken = [
            (x - _LETTER * len(name) / 2, y - 12, _LETTER * len(name), 16.0)
            for name, x, y in self._names
        ]
        numbers = []
        for mark, codes in covered:
            if mark.number is None:
                continue
            found = [self._middles[code] for code in sorted(codes) if code in self._middles]
            if found:
                x, y = self._free(_mean(found), taken)
                taken.append((x - 10, y - 10, 20.0, 20.0))
                numbers.append((mark.number, x, y))
        return Drawn(
            height=self._map.height,
            marked=not level.keys().isdisjoint(self._middles),
            shapes=tuple(shapes),
            names=self._names,
            numbers=tuple(numbers),
            words=self._words(marks),
            attribution=_attribution(self._map),
        )

    def _within(self, codes: Iterable[str]) -> set[str]:
        """Return the places of the edition that are, or lie in, any of the codes."""
        wanted = set(codes)
        return {
            code
            for code, parents in self._places
            if code in wanted or not parents.isdisjoint(wanted)
        }

    def _words(self, marks: Sequence[Mark]) -> str:
        """Say in words what the map shows, for who cannot see it."""
        said = []
        for mark in marks:
            names = [self._place_names.get(code, code) for code in mark.places]
            more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
            which = "Marked" if mark.number is None else f"Alert {mark.number}"
            said.append(f"{which}: {', '.join(names[:_MOST_NAMES])}{more}.")
        return " ".join(said) or "No places are marked."

    def _free(
        self, wanted: tuple[float, float], taken: Sequence[tuple[float, float, float, float]]
    ) -> tuple[float, float]:
        """Return the place nearest to the wanted one where a number covers nothing written."""
        steps = [(dx, dy) for dx in range(-4, 5) for dy in range(-4, 5)]
        for dx, dy in sorted(steps, key=lambda step: (step[0] ** 2 + step[1] ** 2, step)):
            x, y = round(wanted[0] + 11 * dx, 1), round(wanted[1] + 11 * dy, 1)
            inside = 12 < x < WIDTH - 12 and 12 < y < self._map.height - 12
            if inside and not any(
                left - 10 < x < left + width + 10 and top - 10 < y < top + height + 10
                for left, top, width, height in taken
            ):
                return x, y
        return wanted


_MOST_NAMES = 20

_ONS_CODE = re.compile("[EW][0-9]{8}")
_ONS = (
    "Boundaries: Office for National Statistics, Open Government Licence v3.0; contains OS data "
    "© Crown copyright and database right."
)


def _attribution(drawn: Map) -> str:
    """Return whom the shapes are owed to: those of places with an ONS code come from there."""
    ons = drawn.shapes and all(_ONS_CODE.fullmatch(shape.code) for shape in drawn.shapes)
    return _ONS if ons else ""


_LETTER = 9.0
"""Rough width of a letter of an area's name on the map."""


def _mean(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    x, y = (math.fsum(along) / len(points) for along in zip(*points, strict=True))
    return round(x, 1), round(y, 1)
