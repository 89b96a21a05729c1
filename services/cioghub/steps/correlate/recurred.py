"""How many subjects recurred in each window that is past: counts, which outlive pseudonyms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Steps = tuple[tuple[int, int], ...]
"""(a day as an ordinal, how many recurred among those who were sending by it), days rising."""


class Recurred:
    """Remembers, for each window that ended at a midnight, how many recurred in each area.

    Each was counted as it was known when the window ended, as the window to judge is.
    """

    REMEMBERS = ("_windows",)

    def __init__(self) -> None:
        self._windows: dict[int, Mapping[str, Steps]] = {}

    def note(self, end: int, counts: Mapping[str, Steps], oldest: int) -> None:
        """Note what recurred in the window that ends with the midnight of the day `end`.

        Windows that ended before the day `oldest` are let go; both are ordinals.
        """
        self._windows[end] = counts
        for known in [one for one in self._windows if one < oldest]:
            del self._windows[known]

    def before(self, area: str, ends: Iterable[int], since: int) -> list[int]:
        """Return how many recurred in an area in each of the windows that were counted.

        `ends` says which windows; only those count who have been sending since the day `since`.
        A window whose midnight the clock jumped over was not counted, and has no number.
        """
        return [
            max((n for day, n in self._windows[end].get(area, ()) if day <= since), default=0)
            for end in ends
            if end in self._windows
        ]
