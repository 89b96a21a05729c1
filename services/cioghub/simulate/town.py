"""The county that events happen in: its small areas, schools, venues and repeat subjects."""

from __future__ import annotations

import hashlib
import json
import math
import random

import numpy as np
import numpy.typing as npt

from cioghub.simulate.calibration import (
    DISTRICT_SHARES,
    DISTRICTS,
    OUTSIDE_CODES,
    OUTSIDE_SHARE,
    UNKNOWN_SHARE,
)
from cioghub.simulate.place_weights import place_counts
from cioghub.vocabulary.areas import Areas, Place

SUBJECTS = 40
"""Repeat subjects in each district: people whom the police meet again and again."""

_EDITIONS = ("lsoa21", "lsoa11")
OUTSIDE, UNKNOWN = -1, -2


class Town:
    """The places of one edition with their weights, and the tokens of one seed."""

    def __init__(self, areas: Areas, seed: int) -> None:
        self.timezone = areas.timezone
        self.edition = small_edition(areas)
        self.editions = areas.editions()
        self.places = areas.places(self.edition)
        self.codes = [place.code for place in self.places]
        self.index = {code: n for n, code in enumerate(self.codes)}
        self.districts = [place.parents.get("district", "") for place in self.places]
        self._district_codes = {
            place.code for place in areas.places("district") if place.code not in self.index
        }
        self._key = hashlib.blake2b(f"simulated county {seed}".encode(), digest_size=32).digest()
        rng = random.Random(f"town {seed}")
        self.weights = {"violence": self._weights(0, rng), "asb": self._weights(1, rng)}
        self.schools = self._choose_schools(rng)
        self._areas: dict[tuple[str | None, str], str] = {}
        self._tokens: dict[tuple[object, ...], str] = {}

    def _weights(self, column: int, rng: random.Random) -> npt.NDArray[np.float64]:
        """Return a weight for each place: recorded counts, else lognormal by population."""
        counts = place_counts()
        typical = 64.0 if column == 0 else 30.0
        found = []
        for place in self.places:
            drawn = rng.lognormvariate(0.0, 0.7)
            known = counts.get(place.code)
            if known is not None:
                # Half a count more, so that no place is without any chance.
                found.append(known[column] + 0.5)
            else:
                found.append(typical * drawn * (place.population or 1_700) / 1_700)
        return np.array(found, dtype=np.float64)

    def _choose_schools(self, rng: random.Random) -> list[int]:
        """Return the places that have a secondary school: one in about half of the MSOAs."""
        by_msoa: dict[str, list[int]] = {}
        for n, place in enumerate(self.places):
            by_msoa.setdefault(place.parents.get("msoa", place.code), []).append(n)
        groups = [by_msoa[name] for name in sorted(by_msoa)]
        chosen = rng.sample(groups, max(1, math.ceil(len(groups) * 0.55)))
        return sorted(rng.choice(group) for group in chosen)

    def chances(self, weight: str, shares: str, only: list[int] | None = None) -> PlaceDraw:
        """Return how incidents fall on the places, spread over districts as `shares` says."""
        base = self.weights[weight].copy()
        if only is not None:
            keep = np.zeros(len(base))
            # A school draws on many streets, so its own street counts only by the root.
            keep[only] = np.sqrt(base[only])
            base = keep
        by_district = dict(zip(DISTRICTS, DISTRICT_SHARES[shares], strict=True))
        if set(by_district) <= set(self.districts) and only is None:
            total = {
                code: math.fsum(
                    w for w, own in zip(base.tolist(), self.districts, strict=True) if own == code
                )
                for code in by_district
            }
            scale = [by_district[own] / total[own] for own in self.districts]
            base = base * np.array(scale)
        return PlaceDraw(base)

    def area_json(self, code: str | None, confidence: str) -> str:
        """Return the `area` of an event at this place, as JSON."""
        known = self._areas.get((code, confidence))
        if known is None:
            edition = self.edition if code else None
            if code in self._district_codes:
                edition = "district"
            area = {"code": code, "edition": edition, "confidence": confidence}
            known = json.dumps(area, separators=(",", ":"))
            self._areas[code, confidence] = known
        return known

    def token(self, *of: object) -> str:
        """Return the opaque token of a thing or person: 32 hex digits, keyed by the seed."""
        known = self._tokens.get(of)
        if known is None:
            text = "|".join(map(str, of)).encode()
            known = hashlib.blake2b(text, key=self._key, digest_size=16).hexdigest()
            self._tokens[of] = known
        return known

    def distance(self, one: int, other: int) -> float:
        """Return the distance of two places in km, or infinity where a position is missing."""
        place = self.places[other]
        if place.lon is None or place.lat is None:
            return math.inf
        return self.distance_to(one, (place.lon, place.lat))

    def distance_to(self, one: int, point: tuple[float, float]) -> float:
        """Return the distance in km from a place to a longitude and latitude."""
        place = self.places[one]
        if place.lon is None or place.lat is None:
            return math.inf
        east = (place.lon - point[0]) * 111.32 * math.cos(math.radians(point[1]))
        return math.hypot(east, (place.lat - point[1]) * 110.57)

    def nearest(self, to: int, among: list[int], count: int) -> list[int]:
        """Return the `count` places of a list that are nearest to a place, itself included."""
        return sorted(among, key=lambda n: (self.distance(n, to), n))[:count]

    def place(self, index: int) -> Place:
        """Return the place at an index."""
        return self.places[index]


class PlaceDraw:
    """Draws places by weight; a few outside the county, a few unknown."""

    __slots__ = ("_cumulative", "_inside")

    def __init__(self, weights: npt.NDArray[np.float64]) -> None:
        self._cumulative = np.cumsum(weights) / weights.sum()
        self._inside = len(weights)

    def draw(
        self, rng: np.random.Generator, count: int, leaves_county: bool
    ) -> npt.NDArray[np.int64]:
        """Return indices of places; OUTSIDE and UNKNOWN where the record has no place of it."""
        at = np.searchsorted(self._cumulative, rng.random(count), side="right")
        found = np.minimum(at, self._inside - 1).astype(np.int64)
        lost = rng.random(count)
        found[lost < UNKNOWN_SHARE] = UNKNOWN
        if leaves_county:
            found[lost > 1.0 - OUTSIDE_SHARE] = OUTSIDE
        return found


def small_edition(areas: Areas) -> str:
    """Return the edition of LSOAs to simulate in: 2021 if the areas have it."""
    known = areas.editions()
    return next((edition for edition in _EDITIONS if edition in known), sorted(known)[0])


def outside_code(draw: float) -> str:
    """Return a neighbour's place for a number from 0 to 1."""
    return OUTSIDE_CODES[min(int(draw * len(OUTSIDE_CODES)), len(OUTSIDE_CODES) - 1)]
