"""Turns a frozen picture into one self-contained page: no script, no address, fit for A4."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import jinja2

from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.words import CATEGORY_WORDS, KIND_WORDS, LEVEL_WORDS, day_words, listed
from cioghub.wire.map_svg import WIDTH, Map, places_within, read_map

TEMPLATES = Path(__file__).parent / "templates"
_STATE_WORDS = {"new": "New", "continuing": "Continuing", "closed": "Closed"}


def environment() -> jinja2.Environment:
    """Return the templates, everything escaped, a missing value an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = lambda text: day_words(date.fromisoformat(text[:10]))
    made.filters["listed"] = listed
    return made


class PicturePage:
    """Draws the pictures of one partnership."""

    def __init__(self, areas: Areas, boundaries: tuple[str, Path] | None) -> None:
        """`boundaries` is the edition drawn and its GeoJSON, None for a page without a map."""
        self._areas = areas
        self._edition = boundaries[0] if boundaries else None
        self._map: Map | None = read_map(boundaries[1]) if boundaries else None
        self._template = environment().get_template("picture.html.j2")
        self._names = {ciog.id: ciog.name for ciog in areas.ciogs}
        self._place_names = {
            place.code: place.local_name or place.name
            for edition in areas.editions()
            for place in areas.places(edition)
        }

    def __call__(self, picture: Mapping[str, Any]) -> str:
        """Return the page of one picture, the same bytes for the same picture."""
        alerts = [{**alert, "number": i + 1} for i, alert in enumerate(picture["alerts"])]
        largest = max(
            (
                entry[key]
                for area in picture["areas"]
                for row in area["counts"]
                for entry in row["counts"]
                for key in ("count", "last")
                if isinstance(entry[key], int)
            ),
            default=1,
        )
        return self._template.render(
            picture=picture,
            alerts=alerts,
            largest=max(largest, 1),
            map=self._drawn(alerts, picture),
            width=WIDTH,
            ciog_names=self._names,
            place_names=self._place_names,
            category_words=CATEGORY_WORDS,
            kind_words=KIND_WORDS,
            level_words=LEVEL_WORDS,
            state_words=_STATE_WORDS,
        )

    def _drawn(
        self, alerts: list[dict[str, Any]], picture: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        if self._map is None or self._edition is None:
            return None
        marked: dict[str, int] = {}
        for alert in alerts:
            if alert["state"] == "closed":
                continue
            for code in places_within(self._areas, self._edition, alert["places"]):
                marked.setdefault(code, alert["number"])
        read = {area["code"] for area in picture["areas"]}
        shapes = []
        middles: dict[int, list[tuple[float, float]]] = {}
        labels: dict[str, list[tuple[float, float]]] = {}
        for shape in self._map.shapes:
            place = self._areas.place(self._edition, shape.code)
            parents = place.parents if place else {}
            ciog = parents.get("ciog", "")
            shapes.append(
                {
                    "path": shape.path,
                    "tone": list(self._names).index(ciog) % 4 if ciog in self._names else 3,
                    "mine": not read.isdisjoint(parents.values()),
                    "alert": marked.get(shape.code),
                }
            )
            labels.setdefault(ciog, []).append(shape.middle)
            if shape.code in marked:
                middles.setdefault(marked[shape.code], []).append(shape.middle)
        return {
            "height": self._map.height,
            "shapes": shapes,
            "numbers": [(number, *_mean(found)) for number, found in sorted(middles.items())],
            "labels": [
                (self._names[ciog], *_mean(found))
                for ciog, found in sorted(labels.items())
                if ciog in self._names
            ],
        }


def _mean(points: list[tuple[float, float]]) -> tuple[float, float]:
    n = len(points)
    return round(sum(x for x, _ in points) / n, 1), round(sum(y for _, y in points) / n, 1)
