"""Checks the boundaries of places: a GeoJSON file whose shapes are places and do not overlap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from cioghub.errors import WrongUse
from cioghub.wire.csv_files import read_bytes

SLIVER = 0.005
"""The share of the smaller place that two places may both cover: boundaries that were simplified
one by one do not meet exactly. Those that cover more would put one address in two places."""


def read_boundaries(path: Path, codes: set[str], edition: str) -> bytes:
    """Return the bytes of a boundaries file whose shapes are places of `codes`, each once.

    Coordinates are degrees, east then north (RFC 7946).

    Raises:
        WrongUse: it is no GeoJSON of polygons, a code is no place or stands twice, or two places
            overlap; each by code.
        EnvironmentFailed: it cannot be read.
    """
    content = read_bytes(path, f"the boundaries of `{edition}`")
    geometries = _geometries(path, content, codes, edition)
    _refuse_overlaps(path, geometries)
    return content


def _geometries(
    path: Path, content: bytes, codes: set[str], edition: str
) -> dict[str, dict[str, Any]]:
    try:
        features = orjson.loads(content)["features"]
        found = [(one["properties"]["code"], one["geometry"]) for one in features]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _broken(path, "it must be a FeatureCollection with a property `code`") from error
    if not found:
        raise _broken(path, "it holds no shapes")
    geometries: dict[str, dict[str, Any]] = {}
    for at, (code, geometry) in enumerate(found, 1):
        if not isinstance(code, str):
            raise _broken(path, f"the `code` of shape {at} is no text")
        if code not in codes:
            raise WrongUse(
                f"{path}: the shape {at}, `{code[:32]}`, is no place of `{edition}`.",
                "What is drawn would not be what is counted.",
                "Add the place to the lookup, or remove its shape.",
            )
        if code in geometries:
            raise _broken(path, f"the place {code} has two shapes")
        if not all(_degrees(point) for point in _points(geometry)):
            raise _broken(
                path,
                f"the shape of {code} is no Polygon or MultiPolygon of closed rings in degrees",
            )
        geometries[code] = geometry
    return geometries


def _points(geometry: Any) -> Iterator[Any]:
    """Yield every point of a polygon or multipolygon, and None where it is not formed like one."""
    try:
        kind, polygons = geometry["type"], geometry["coordinates"]
        polygons = {"Polygon": [polygons], "MultiPolygon": polygons}[kind]
        if not polygons:
            yield None
        for polygon in polygons:
            if not polygon:
                yield None
            for ring in polygon:
                if len(ring) < 4 or ring[0] != ring[-1]:
                    yield None
                yield from ring
    except (TypeError, KeyError, IndexError):
        yield None


def _degrees(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) in (2, 3)
        and all(type(number) in (int, float) for number in point)
        and abs(point[0]) <= 180
        and abs(point[1]) <= 90
    )


def _refuse_overlaps(path: Path, geometries: dict[str, dict[str, Any]]) -> None:
    import numpy as np
    import shapely

    codes = list(geometries)
    shapes = shapely.from_geojson([orjson.dumps(one).decode() for one in geometries.values()])
    crossed = ~shapely.is_valid(shapes)
    shapes[crossed] = shapely.make_valid(shapes[crossed])
    area = shapely.area(shapes)
    if not area.all():
        raise _broken(path, f"the shape of {codes[int(np.argmin(area))]} covers nothing")
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    share = shared / np.minimum(area[one], area[other])
    if not (share > SLIVER).any():
        return
    worst = int(np.argmax(share))
    raise WrongUse(
        f"{path}: the boundaries of {codes[one[worst]]} and {codes[other[worst]]} overlap, and"
        f" {int((share > SLIVER).sum())} such pairs in all.",
        "What happens where they overlap would lie in two places.",
        "Mend the boundaries, or use those of the publisher as they are.",
    )


def _broken(path: Path, fault: str) -> WrongUse:
    return WrongUse(
        f"{path}: {fault}.",
        "Boundaries are GeoJSON: one Polygon or MultiPolygon a place, in degrees.",
        "Mend the file, or leave `boundaries` out: pictures then have no map.",
    )
