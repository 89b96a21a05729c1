"""Numbers the trays of a run, so that an event in the log needs two bytes for its own."""

from __future__ import annotations

from collections.abc import Iterable

from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.arrivals import area_of, tray_at
from cioghub.vocabulary.incidents import ValidIncident
from cioghub.vocabulary.known import Known

IN_PLACE = -1


class Trays:
    """Gives each tray its number; `names` has them in order."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        self.names: list[str] = []
        self._known: Known[tuple[str, str] | None, int] = Known(self._number)

    def numbers(self, events: Iterable[ValidIncident]) -> list[int]:
        """Return the numbers of the events' trays, -1 for one that lies in a known place."""
        known = self._known
        return [known[area_of(one)] if one.coded else IN_PLACE for one in events]

    def _number(self, area: tuple[str, str] | None) -> int:
        name = tray_at(area, self._areas)
        if name is None:
            return IN_PLACE
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)
