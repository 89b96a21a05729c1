"""Events whose place is outside the partnership, or not known: counted and named, never lost."""

from __future__ import annotations

from cioghub.runtimes.batch.log import IntArray
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.coding import FIXED
from cioghub.vocabulary.incidents import ValidIncident
from cioghub.vocabulary.signals import Notice

_AREA = FIXED.index("area")
IN_PLACE = -1


class Trays:
    """Numbers the trays `outside:<name>` and `unknown`, and says how many events lie in each."""

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        self.names: list[str] = []
        self._number: dict[str, int] = {}
        self._known: dict[tuple[str, str] | None, int] = {}

    def number(self, valid: ValidIncident) -> int:
        """Return the number of an event's tray, -1 for one that lies in a known place."""
        if not valid.coded:
            return IN_PLACE
        area = valid.coded[_AREA]
        known = self._known.get(area)
        if known is None:
            known = self._known[area] = self._tray(area)
        return known

    def _tray(self, area: tuple[str, str] | None) -> int:
        if area is not None and self._areas.place(*area) is not None:
            return IN_PLACE
        name = self._areas.tray(area[1] if area else None)
        if name not in self._number:
            self._number[name] = len(self.names)
            self.names.append(name)
        return self._number[name]

    def notices(
        self, at: int, trays: IntArray, sources: IntArray, owners: list[str]
    ) -> list[Notice]:
        """Return a notice for each tray and publisher with events among those given.

        `owners` names the publisher of each source number.
        """
        found: dict[tuple[str, str], int] = {}
        for tray, source in zip(trays.tolist(), sources.tolist(), strict=True):
            if tray != IN_PLACE:
                key = (self.names[tray], owners[source])
                found[key] = found.get(key, 0) + 1
        return [
            Notice(
                code="unknown-places",
                at=at,
                publisher=publisher,
                words=f"{n} events of the fortnight lie in no place of the partnership: {tray}.",
                facts=(("tray", tray), ("events", n)),
            )
            for (tray, publisher), n in sorted(found.items())
        ]
