"""Rows of the set as evidence: what one tick has asked for is not made again for the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter

import numpy as np

from cioghub.steps.correlate.contributions import Columns, IntArray
from cioghub.vocabulary.signals import Evidence

TURN = 7
"""So many ticks after what was asked for was last sorted out, it is sorted out again."""


class EvidenceOf:
    """Makes evidence, and remembers it for as long as it is asked for again and again."""

    def __init__(self, columns: Columns, id_of: Callable[[int], str]) -> None:
        """`id_of` gives the id of an event by its number."""
        self._columns = columns
        self._id_of = id_of
        self._known: dict[int, Evidence] = {}
        self._former: dict[int, Evidence] = {}
        self._ticks = 0

    def begin_tick(self) -> None:
        """Forget, once in `TURN` ticks, what the last so many did not ask for."""
        self._ticks += 1
        if self._ticks % TURN == 0:
            self._former, self._known = self._known, {}

    def rows(self, rows: IntArray) -> tuple[Evidence, ...]:
        """Return the events at these rows, by id."""
        asked = rows.tolist()
        self._learn([row for row in asked if row not in self._known])
        return tuple(sorted(map(self._known.__getitem__, asked), key=_by_id))

    def _learn(self, rows: Sequence[int]) -> None:
        """Know the events at these rows: most of them were known before the last turn."""
        new = []
        for row in rows:
            one = self._former.get(row)
            if one is None:
                new.append(row)
            else:
                self._known[row] = one
        self._known.update(zip(new, self._made(new), strict=True))

    def _made(self, rows: Sequence[int]) -> Iterator[Evidence]:
        c, at = self._columns, np.array(rows, dtype=np.int64)
        columns = (c.number[at], c.klass[at], c.place[at], c.day[at])
        for number, klass, place, day in zip(*(one.tolist() for one in columns), strict=True):
            of = c.classes[klass]
            notes = of.notes
            yield Evidence(
                number=number,
                id=self._id_of(number),
                publisher=of.publisher,
                kind=of.kind,
                agreement=notes.agreement,
                categories=notes.categories,
                place=c.grid.key(place),
                floor=notes.floor,
                ciog=c.grid.ciog_of(place),
                csp=c.grid.csp_of(place),
                day=_day(day),
            )


_by_id = attrgetter("id")
_day = lru_cache(maxsize=512)(date.fromordinal)
"""A day is one object, whatever happened on it: evidence is held by the hundred thousand."""
