"""The places of a partnership, numbered: which area each lies in, and where its centre is."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from cioghub.vocabulary.areas import Areas, Place
from cioghub.vocabulary.tallies import Home

KM_PER_DEGREE = 111.32
"""Length of a degree of latitude; good to a tenth of a per cent over a county."""


class Grid:
    """Every place of every edition by number; -1 stands for a place that is not known."""

    def __init__(self, areas: Areas) -> None:
        places = [p for edition in sorted(areas.editions()) for p in areas.places(edition)]
        self._places: list[Place] = places
        self._keys = [(p.edition, p.code) for p in places]
        self._index = {key: i for i, key in enumerate(self._keys)}
        self.calibration = areas.calibration
        self.homes = [Home.of(place) for place in places]
        self.ciogs = tuple(ciog.id for ciog in areas.ciogs)
        order = {ciog: i for i, ciog in enumerate(self.ciogs)}
        self.ciog = np.array([order.get(p.ciog or "", -1) for p in places] + [-1], dtype=np.int64)
        self.scanned = np.array(
            [
                i
                for i, p in enumerate(places)
                if p.level == "lsoa" and p.ciog and p.lon is not None and p.lat is not None
            ],
            dtype=np.int64,
        )
        self.scan_number = np.full(len(places) + 1, -1, dtype=np.int64)
        self.scan_number[self.scanned] = np.arange(len(self.scanned))
        self.centres = self._kilometres([places[i] for i in self.scanned.tolist()])
        self.population = np.array(
            [float(places[i].population or 0) for i in self.scanned.tolist()], dtype=float
        )

    def __len__(self) -> int:
        return len(self._places)

    def index(self, edition: str, code: str) -> int:
        """Return the number of a place, or -1."""
        return self._index.get((edition, code), -1)

    def numbers(self, places: Iterable[tuple[str, str] | None]) -> list[int]:
        """Return the numbers of places given as (edition, code), or -1."""
        known = self._index
        return [-1 if place is None else known.get(place, -1) for place in places]

    def key(self, number: int) -> tuple[str, str] | None:
        """Return (edition, code) of a place, or None for -1."""
        return self._keys[number] if number >= 0 else None

    def ciog_of(self, number: int) -> str | None:
        """Return the CIOG whose area a place lies in, if any."""
        return self._places[number].ciog if number >= 0 else None

    def csp_of(self, number: int) -> str | None:
        """Return the code of the CSP that a place lies in, if any."""
        return self._places[number].parents.get("csp") if number >= 0 else None

    @staticmethod
    def _kilometres(places: list[Place]) -> npt.NDArray[np.float64]:
        if not places:
            return np.zeros((0, 2))
        lon = np.array([p.lon for p in places], dtype=float)
        lat = np.array([p.lat for p in places], dtype=float)
        east = (lon - lon.mean()) * KM_PER_DEGREE * math.cos(math.radians(float(lat.mean())))
        return np.column_stack([east, (lat - lat.mean()) * KM_PER_DEGREE])
