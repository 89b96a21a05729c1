"""Which series of counts by place an event of a class is counted in.

A series is of one publisher, so that what a newcomer sends can be left out of a sum, and of what
only a search or a stop finds or of what people told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cioghub.steps.correlate.contributions import Class, Columns, IntArray, Narrow
from cioghub.vocabulary.categories import COUNTED

ALL, BEYOND_POLICE = 0, 1
VIEWS = (ALL, BEYOND_POLICE)
"""Counted together, and without the police: they see far more, and would drown the others."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one agency kind would see: any of these hub categories.

    What only a search or a stop finds says where the police looked, and is not seen.
    """

    kind: str
    categories: tuple[str, ...]

    def is_met_by(self, one: Class) -> bool:
        """Say whether events of a class are seen."""
        wanted = bit(*self.categories)
        return one.kind == self.kind and one.categories & ~one.generated & wanted != 0


Subject = int | Need
"""A hub category by its number, or a need."""


class _Series(NamedTuple):
    number: int
    publisher: int
    police: bool
    made: bool


class Series:
    """The series of a set, by number."""

    def __init__(self, columns: Columns, needs: Sequence[Need]) -> None:
        self._about: dict[Subject, list[_Series]] = {}
        numbers: dict[tuple[Subject, int, bool, bool], int] = {}
        of_class: list[list[int]] = []
        for one in columns.classes:
            publisher, police = columns.publishers.index(one.publisher), one.kind == "police"
            subjects: list[tuple[Subject, bool]] = [
                (category, one.generated >> category & 1 == 1)
                for category in range(len(COUNTED))
                if one.categories >> category & 1
            ]
            subjects += [(need, False) for need in needs if need.is_met_by(one)]
            own = []
            for subject, made in subjects:
                key = (subject, publisher, police, made)
                if key not in numbers:
                    numbers[key] = len(numbers)
                    series = _Series(numbers[key], publisher, police, made)
                    self._about.setdefault(subject, []).append(series)
                own.append(numbers[key])
            of_class.append(own)
        self.seen_by = {
            need: np.array([need.is_met_by(one) for one in columns.classes], dtype=bool)
            for need in needs
        }
        """Of each need, which classes it is met by."""
        self._many = np.array([len(own) for own in of_class], dtype=np.int64)
        self._first = np.cumsum(self._many) - self._many
        self._flat = np.array([n for own in of_class for n in own], dtype=np.int64)
        self.many = len(numbers)

    def of(self, klass: Narrow) -> tuple[IntArray, IntArray]:
        """Return, for each series of each event, the event's index in `klass`, and the series."""
        many = self._many[klass]
        event = np.repeat(np.arange(len(klass)), many)
        nth = np.arange(len(event)) - np.repeat(np.cumsum(many) - many, many)
        return event, self._flat[self._first[klass][event] + nth]

    def about(
        self, subject: Subject, view: int, without: Collection[int], told_only: bool
    ) -> Iterator[int]:
        """Yield the numbers of the series of a subject and view.

        Those of publishers `without` are left out, and where `told_only`, what only a search or a
        stop finds.
        """
        for one in self._about.get(subject, ()):
            hidden = (view == BEYOND_POLICE and one.police) or (told_only and one.made)
            if not hidden and one.publisher not in without:
                yield one.number


def bit(*categories: str) -> int:
    """Return the bits of these hub categories, as `Columns.categories` has them."""
    return sum(1 << COUNTED.index(category) for category in categories)
