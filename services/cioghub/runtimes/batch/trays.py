"""Events whose place is outside the partnership, or not known: counted and named, never lost."""

from __future__ import annotations

from collections.abc import Mapping

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
        self._said: set[tuple[str, str]] = set()

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

    def first(self, at: int, trays: IntArray, sources: IntArray, owners: list[str]) -> list[Notice]:
        """Return a notice for each tray that events of a publisher lie in for the first time.

        `owners` names the publisher of each source number.
        """
        found = _counted(trays, sources, owners, self.names)
        new = {key: n for key, n in found.items() if key not in self._said}
        self._said |= new.keys()
        return self._notices(at, new, "since yesterday, for the first time")

    def fortnight(
        self, at: int, trays: IntArray, sources: IntArray, owners: list[str]
    ) -> list[Notice]:
        """Return a notice for each tray and publisher with events among those of a fortnight."""
        found = _counted(trays, sources, owners, self.names)
        return self._notices(at, found, "of the fortnight")

    @staticmethod
    def _notices(at: int, found: Mapping[tuple[str, str], int], when: str) -> list[Notice]:
        return [
            Notice(
                code="unknown-places",
                at=at,
                publisher=publisher,
                words=(
                    f"{n} event {when} lies in no place of the partnership: {tray}."
                    if n == 1
                    else f"{n} events {when} lie in no place of the partnership: {tray}."
                ),
                facts=(("tray", tray), ("events", n)),
            )
            for (tray, publisher), n in sorted(found.items())
        ]


def _counted(
    trays: IntArray, sources: IntArray, owners: list[str], names: list[str]
) -> dict[tuple[str, str], int]:
    """Return how many events of each publisher lie in each tray."""
    found: dict[tuple[str, str], int] = {}
    inside = trays != IN_PLACE
    for tray, source in zip(trays[inside].tolist(), sources[inside].tolist(), strict=True):
        key = (names[tray], owners[source])
        found[key] = found.get(key, 0) + 1
    return found
