"""Numbers the trays of a run, so that an event in the log needs two bytes for its own."""

from __future__ import annotations

from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.arrivals import area_of, tray_of
from cioghub.vocabulary.incidents import ValidIncident

IN_PLACE = -1


class Trays:
    """Gives each tray its number; `names` has them in order."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        self.names: list[str] = []
        self._known: dict[tuple[str, str] | None, int] = {}

    def number(self, valid: ValidIncident) -> int:
        """Return the number of an event's tray, -1 for one that lies in a known place."""
        if not valid.coded:
            return IN_PLACE
        area = area_of(valid)
        known = self._known.get(area)
        if known is None:
            known = self._known[area] = self._tray(valid)
        return known

    def _tray(self, valid: ValidIncident) -> int:
        name = tray_of(valid, self._areas)
        if name is None:
            return IN_PLACE
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)
