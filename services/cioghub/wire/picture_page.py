"""Turns a frozen picture into one self-contained page: no script, no address, fit for A4."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from cioghub.ports.maps import Mark
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.words import (
    CATEGORY_WORDS,
    LEVEL_WORDS,
    agency_names,
    day_words,
    listed,
    subject_words,
)
from cioghub.wire.map_svg import Drawing, Drawn
from cioghub.wire.names import place_names

TEMPLATES = Path(__file__).parent / "templates"
_STATE_WORDS = {"new": "New", "continuing": "Continuing", "closed": "Closed"}
_BAR = 60.0
"""Width of the longest bar beside a count."""

Drawable = tuple[str, Path]
"""An edition of the areas file, and its boundaries."""


@cache
def environment() -> jinja2.Environment:
    """Return the templates of this process, everything escaped, a missing value an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = lambda text: day_words(date.fromisoformat(text[:10]))
    made.filters["short_day"] = lambda text: day_words(date.fromisoformat(text[:10]), False)
    made.filters["listed"] = listed
    made.globals["subject_words"] = subject_words
    made.filters["in_words"] = lambda code, words: words.get(code, code)
    return made


def style() -> str:
    """Return the style sheet that pictures carry inside and other pages link to."""
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


class PicturePage:
    """Draws the pictures of one partnership."""

    def __init__(
        self, areas: Areas, boundaries: Drawable | None, names: Mapping[str, str] | None = None
    ) -> None:
        """`boundaries` is None for a page without a map; `names` gives parties' legal names."""
        self._map = Drawing(areas, *boundaries) if boundaries else None
        self._template = environment().get_template("picture.html.j2")
        self._ciogs = {ciog.id: ciog.name for ciog in areas.ciogs}
        self._places = place_names(areas)
        self._legal = dict(names or {})
        self._style = style()
        digest = base64.b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        self._policy = f"default-src 'none'; style-src 'sha256-{digest}'"

    def __call__(self, picture: Mapping[str, Any]) -> str:
        """Return the page of one picture, the same bytes for the same picture."""
        alerts = [{**alert, "number": i + 1} for i, alert in enumerate(picture["alerts"])]
        agencies = agency_names(
            ((one["publisher"], one["kind"]) for one in picture["agencies"]), self._legal
        )
        return self._template.render(
            picture=picture,
            alerts=alerts,
            tables=[_table(area, list(agencies)) for area in picture["areas"]],
            monthly=_monthly(picture["monthly"]),
            map=self._drawn(alerts, picture),
            style=Markup(self._style),
            policy=self._policy,
            agencies=agencies,
            ciog_names=self._ciogs,
            place_names=self._places,
            category_words=CATEGORY_WORDS,
            level_words=LEVEL_WORDS,
            state_words=_STATE_WORDS,
        )

    def _drawn(
        self, alerts: Sequence[Mapping[str, Any]], picture: Mapping[str, Any]
    ) -> Drawn | None:
        if self._map is None:
            return None
        marks = [
            Mark(alert["number"], alert["level"], tuple(alert["places"]))
            for alert in alerts
            if alert["state"] != "closed"
        ]
        return self._map.draw(marks, {area["code"] for area in picture["areas"]})


def _table(area: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """Turn an area's counts into a table: a row for each category, a column for each publisher."""
    found = {entry["publisher"] for row in area["counts"] for entry in row["counts"]}
    publishers = [one for one in order if one in found]
    numbers = [
        entry[key]
        for row in area["counts"]
        for entry in row["counts"]
        for key in ("count", "last")
        if isinstance(entry[key], int)
    ]
    most = max(numbers, default=0) or 1
    rows = []
    for row in area["counts"]:
        by = {entry["publisher"]: entry for entry in row["counts"]}
        rows.append((row["name"], [_cell(by.get(one), most) for one in publishers]))
    seasonal = any(entry["season"] is not None for row in area["counts"] for entry in row["counts"])
    return {**area, "publishers": publishers, "rows": rows, "seasonal": seasonal}


def _cell(entry: Mapping[str, Any] | None, most: int) -> dict[str, Any] | None:
    if entry is None:
        return None
    bars = [
        round(entry[key] * _BAR / most, 1) if isinstance(entry[key], int) else None
        for key in ("count", "last")
    ]
    return {**entry, "now_bar": bars[0], "last_bar": bars[1]}


def _monthly(monthly: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Turn the counts of a month into a table: a row for each category, a column for each area."""
    if monthly is None or not monthly["counts"]:
        return None
    areas = list(dict.fromkeys(row["name"] for row in monthly["counts"]))
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in monthly["counts"]:
        found.setdefault((row["hub_category"], row["publisher"]), {})[row["name"]] = (
            "left out" if row["count"] is None else row["count"]
        )
    rows = [
        (category, publisher, [counts.get(area) for area in areas])
        for (category, publisher), counts in sorted(
            found.items(), key=lambda item: (list(CATEGORY_WORDS).index(item[0][0]), item[0][1])
        )
    ]
    return {"month": monthly["month"], "areas": areas, "rows": rows}
