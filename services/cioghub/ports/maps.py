"""What pages need of whoever draws maps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mark:
    """One alert on a map: its number in the list beside it, its level, its places' codes.

    Without a number, where there is no list, nothing is written over its places.
    """

    number: int | None
    level: str
    places: tuple[str, ...]


class Maps(Protocol):
    """Draws the partnership's places, again and again with other marks.

    `names` is what each place is called, by code; `attribution` whom the boundaries are owed to,
    empty where nobody need be named.
    """

    @property
    def names(self) -> Mapping[str, str]:
        """What each place is called, by code."""
        ...

    @property
    def attribution(self) -> str:
        """Whom the boundaries are owed to; empty where nobody need be named."""
        ...

    def draw(self, marks: Sequence[Mark], read: Collection[str], title: str) -> str:
        """Return a map with its key as markup, every text in it escaped; one to a page.

        Areas whose code is not in `read` are greyed. `title` says what the map shows.
        """
        ...
