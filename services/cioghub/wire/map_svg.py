"""Draws the partnership as SVG: its places from the boundaries file, with what stands out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from cioghub.vocabulary.areas import Areas

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
        middle = (
            round(sum(x for x, _ in largest) / len(largest), 1),
            round(sum(y for _, y in largest) / len(largest), 1),
        )
        path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in drawn)
        shapes.append(Shape(code, path, middle))
    return Map(round((north - south) * scale + 2 * _MARGIN, 1), tuple(shapes))


def _rings(geometry: Mapping[str, Any]) -> Iterable[Sequence[Sequence[float]]]:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    for polygon in polygons:
        yield polygon[0]


def places_within(areas: Areas, edition: str, codes: Iterable[str]) -> set[str]:
    """Return the places of an edition that are, or lie in, any of the codes."""
    wanted = set(codes)
    return {
        place.code
        for place in areas.places(edition)
        if place.code in wanted or not wanted.isdisjoint(place.parents.values())
    }
