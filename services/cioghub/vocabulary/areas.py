"""Places and areas: which place lies in which, and what lies outside.

Parents come from the lookup alone and are never guessed; an empty parent is not derivable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from cioghub.vocabulary.levels import PLACE_LEVELS, coarser_or_equal

EDITION_LEVELS = {"lsoa11": "lsoa", "lsoa21": "lsoa"}
"""The level of an edition whose name is not a level itself."""


def level_of(edition: str) -> str | None:
    """Return the level of an edition, or None for one that the hub does not know."""
    if edition in PLACE_LEVELS:
        return edition
    if edition in EDITION_LEVELS:
        return EDITION_LEVELS[edition]
    return next((level for level in PLACE_LEVELS if edition.startswith(level)), None)


@dataclass(frozen=True, slots=True)
class Place:
    """One place of one edition, with its parents by level (its own level included)."""

    edition: str
    code: str
    level: str
    name: str
    local_name: str
    parents: Mapping[str, str]
    population: int | None
    lon: float | None
    lat: float | None

    @property
    def ciog(self) -> str | None:
        """Return the id of the CIOG's area that the place lies in, if it is derivable."""
        return self.parents.get("ciog")


@dataclass(frozen=True, slots=True)
class Ciog:
    """One CIOG's area."""

    id: str
    name: str
    aliases: tuple[str, ...]
    chair: str | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The grid of fortnights: a Monday that one begins on, and how long one stays open after."""

    fortnight_anchor: date
    freeze_after_days: int


Rung = tuple[int, int, int]
"""What chance depends on: the level of events, the days of a window, the past before it."""

Gumbel = tuple[float, float]
"""Location and scale of a Gumbel distribution."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a scan of the areas finds by chance, rung by rung, and the name of that scan."""

    scan: str
    rungs: Mapping[Rung, Gumbel]


class Areas:
    """All places of a partnership, by edition and code.

    `calibration` saves time: without it chance is simulated when it is asked for. Alerts are made
    with what it says, so `hash` is of it too, beside the `content_hash` of all else.
    """

    __slots__ = (
        "_content_hash",
        "_outside",
        "_places",
        "calendar",
        "calibration",
        "ciogs",
        "hash",
        "partnership",
        "timezone",
    )

    def __init__(
        self,
        partnership: str,
        timezone: str,
        places: Iterable[Place],
        outside: Mapping[str, str],
        ciogs: Iterable[Ciog],
        calendar: Calendar,
        content_hash: str,
        calibration: Calibration | None = None,
    ) -> None:
        self.partnership = partnership
        self.timezone = timezone
        self.calendar = calendar
        self.calibration = calibration
        self.ciogs = tuple(ciogs)
        self._content_hash = content_hash
        self.hash = content_hash if calibration is None else _joined(content_hash, calibration)
        self._places = {(place.edition, place.code): place for place in places}
        self._outside = dict(outside)

    def uncalibrated(self) -> Areas:
        """Return these areas without what was found to come by chance in them."""
        bare = copy(self)
        bare.calibration, bare.hash = None, self._content_hash
        return bare

    def editions(self) -> frozenset[str]:
        """Return the editions that have places."""
        return frozenset(edition for edition, _ in self._places)

    def places(self, edition: str) -> list[Place]:
        """Return the places of one edition, by code."""
        found = [place for place in self._places.values() if place.edition == edition]
        return sorted(found, key=lambda place: place.code)

    def place(self, edition: str, code: str) -> Place | None:
        """Return the place, or None when it lies outside the areas file."""
        return self._places.get((edition, code))

    def coarsen(self, place: Place, level: str) -> str | None:
        """Return the code at `level`, else at the next coarser level that is derivable, or None."""
        found = self.coarsened(place, level)
        return found[1] if found else None

    def coarsened(self, place: Place, level: str) -> tuple[str, str] | None:
        """Return (level, code) as `coarsen` finds it; never finer than `level` or the place."""
        reachable = coarser_or_equal(place.level)
        for candidate in coarser_or_equal(level):
            if candidate in reachable and candidate in place.parents:
                return candidate, place.parents[candidate]
        return None

    def lies_in(self, area: tuple[str, str] | None, within: Iterable[tuple[str, str]]) -> bool:
        """Say whether a place (edition, code) surely lies in one of some areas (level, code)."""
        place = self.place(*area) if area else None
        return place is not None and any(place.parents.get(level) == code for level, code in within)

    def edition_of(self, place: Place, level: str) -> str:
        """Return the edition in which the code at `level` of this place stands."""
        return place.edition if level == place.level else level

    def tray(self, code: str | None) -> str:
        """Return `outside:<name>` for a neighbour's place, or `unknown`."""
        name = self._outside.get(code or "")
        return f"outside:{name}" if name else "unknown"


def _joined(content_hash: str, calibration: Calibration) -> str:
    rungs = [f"{rung} {gumbel}" for rung, gumbel in sorted(calibration.rungs.items())]
    return sha256("\n".join([content_hash, calibration.scan, *rungs]).encode()).hexdigest()
