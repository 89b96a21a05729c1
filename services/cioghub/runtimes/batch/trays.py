"""Numbers the trays of a run, so that an event in the log needs two bytes for its own."""

from __future__ import annotations

from collections.abc import Iterable

from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.arrivals import tray_at
from cioghub.vocabulary.coding import Coded, CodedPlace
from cioghub.vocabulary.known import Known

IN_PLACE = -1


class Trays:
    """Gives each tray its number; `names` has them in order."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        self.names: list[str] = []
        self._known: Known[CodedPlace, int] = Known(self._number)

    def numbers(self, coded: Iterable[Coded | None]) -> list[int]:
        """Return the numbers of the trays of events so coded, -1 for one in a known place."""
        known = self._known
        return [IN_PLACE if one is None else known[one.place] for one in coded]

    def _number(self, place: CodedPlace) -> int:
        name = tray_at(place.area, self._areas)
        if name is None:
            return IN_PLACE
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)
