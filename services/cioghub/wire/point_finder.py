"""Finds the place that a point lies in, by the boundaries of one edition of an areas file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import yaml
from shapely import STRtree
from shapely.errors import ShapelyError
from shapely.geometry import Point, shape

from cioghub.errors import WrongUse


def point_finder(areas_file: Path, edition: str) -> Callable[[float, float], str | None]:
    """Return a function of longitude and latitude (WGS84 degrees) to a place's code, or None.

    A point on the line between places goes to the first of their codes.

    Raises:
        WrongUse: the areas file gives no boundaries for the edition, or they cannot be read.
    """
    editions = yaml.safe_load(areas_file.read_text(encoding="utf-8"))["editions"]
    name = editions.get(edition, {}).get("boundaries")
    if name is None:
        raise WrongUse(
            f"{areas_file} has no boundaries for the edition `{edition}`.",
            "A point can be placed by boundaries only.",
            "Name an edition with `boundaries` in the mapping, or another areas file.",
        )
    try:
        features = orjson.loads((areas_file.parent / name).read_bytes())["features"]
        codes = [str(feature["properties"]["code"]) for feature in features]
        tree = STRtree([shape(feature["geometry"]) for feature in features])
    except (ValueError, KeyError, TypeError, AttributeError, OSError, ShapelyError) as error:
        raise WrongUse(f"The boundaries `{name}` of {areas_file} cannot be read.") from error

    def find(lon: float, lat: float) -> str | None:
        found = tree.query(Point(lon, lat), predicate="intersects")
        return min((codes[i] for i in found), default=None)

    return find
