"""Makes an event of each row of a street file, as data.police.uk publishes them.

Rules for editors:
1. Crime ID, point, location text and outcome go into no event and into no reason: what is read of
   a row is its month, its force, its LSOA and its crime type, each by a closed form.
2. A row becomes one event or one reason, never both and never neither.
3. The files know the month and nothing finer, so an event says the month, as an interval.

The format: https://data.police.uk/about/ (columns, anonymous map points, categories).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cioghub.vocabulary.buckets import bounds, midnight, rfc3339

CATEGORY_LIST = "police_data_police_uk_categories"
ANTI_SOCIAL = "anti-social-behaviour"
"""No crime: it goes to the force's incident feed, everything else to its crime feed."""

NO_LOCATION = "No Location"
CONFIDENCE = "area"
"""Each record stands at a map point that serves for at least eight addresses, with the LSOA of that
point. The street is therefore not known, and the small area nearly always."""

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_FORCE = re.compile(
    r"(?=.{1,60}\Z)(?=.*\b(?:Police|Constabulary)\b)[A-Za-z]+(?:(?: & |[ -])[A-Za-z]+)*"
)
_LSOA = re.compile(r"[EW]01[0-9]{6}")
_EARLIEST = 24 * 3600
"""How long before the end of its month an event may say that it was published."""


class Unfit(StrEnum):
    """Why a row is no event."""

    WIDTH = "wrong-number-of-columns"
    MONTH = "bad-month"
    FORCE = "bad-force"
    LSOA = "bad-lsoa-code"
    CRIME_TYPE = "unknown-crime-type"
    TOO_EARLY = "published-before-month-end"


class StreetRow(NamedTuple):
    """What is read of a row; `number` counts the rows of its file from 1."""

    number: int
    month: str
    force: str
    location: str
    lsoa: str
    crime_type: str


class _Month(NamedTuple):
    start: str
    end: str
    ends: int


class StreetEvents:
    """Turns rows into events of one partnership."""

    def __init__(
        self,
        zone: ZoneInfo,
        edition: str,
        codes: Mapping[str, str],
        published: int | None = None,
    ) -> None:
        """Take the partnership's zone and the edition that the files' LSOA codes belong to.

        `codes` gives the code of a crime type as printed. `published` is the `time` of every
        event, in whole seconds since 1970 UTC; without it, the first instant of the next month.
        """
        self._zone = zone
        self._edition = edition
        self._codes = codes
        self._published = published
        self._months: dict[str, _Month | None] = {}
        self._forces: dict[str, str | None] = {}

    def event(self, row: StreetRow) -> dict[str, Any] | Unfit:
        """Return the event of a row, ready for JSON, or why there is none."""
        month = self._month(row.month)
        if month is None:
            return Unfit.MONTH
        force = self._force(row.force)
        if force is None:
            return Unfit.FORCE
        code = self._codes.get(row.crime_type)
        if code is None:
            return Unfit.CRIME_TYPE
        placed = bool(row.lsoa) and row.location != NO_LOCATION
        if placed and not _LSOA.fullmatch(row.lsoa):
            return Unfit.LSOA
        if self._published is None:
            time = month.end
        elif self._published < month.ends - _EARLIEST:
            return Unfit.TOO_EARLY
        else:
            time = rfc3339(self._published, self._zone)
        kind = "incident" if code == ANTI_SOCIAL else "crime"
        area = {"code": row.lsoa, "edition": self._edition, "confidence": CONFIDENCE}
        return {
            "specversion": "1.0",
            "id": f"{row.month}-{row.number:06d}",
            "source": f"/{force}/{kind}",
            "type": f"police.{kind}.v1",
            "time": time,
            "datacontenttype": "application/json",
            "data": {
                "category": code,
                "category_list": CATEGORY_LIST,
                "occurred_from": month.start,
                "occurred_to": month.end,
                "recorded_at": None,
                "area": area if placed else None,
                "held_for": "policing",
                "severity": None,
                "weapon": None,
                "setting": None,
                "qualifiers": None,
                "age_band": None,
                "suspect_token": None,
                "victim_token": None,
                "place_token": None,
            },
        }

    def _month(self, text: str) -> _Month | None:
        if text not in self._months:
            found = None
            if parts := _MONTH.fullmatch(text):
                first = midnight(date(int(parts[1]), int(parts[2]), 1), self._zone)
                start, end = bounds(first, "month", self._zone)
                found = _Month(rfc3339(start, self._zone), rfc3339(end, self._zone), end)
            self._months[text] = found
        return self._months[text]

    def _force(self, text: str) -> str | None:
        """Return the party's id: `Devon & Cornwall Police` is devon-and-cornwall-police."""
        if text not in self._forces:
            known = _FORCE.fullmatch(text) is not None
            slug = "-".join(text.lower().replace("&", "and").split()) if known else None
            self._forces[text] = slug
        return self._forces[text]
