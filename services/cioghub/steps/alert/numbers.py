"""Sets of events by number: counting what two share takes a look at each, and at nothing else."""

from __future__ import annotations

from collections.abc import Collection
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from cioghub.vocabulary.signals import Evidence

IntArray = npt.NDArray[np.int64]

_number = attrgetter("number")


class Numbers:
    """A growing set of numbers from 0 on, a mark for each number up to the largest."""

    def __init__(self) -> None:
        # The last mark is never set: it stands for all that are larger.
        self._marks = np.zeros(1, dtype=bool)
        self._many: int | None = 0

    def __len__(self) -> int:
        if self._many is None:
            self._many = int(np.count_nonzero(self._marks))
        return self._many

    def add(self, numbers: IntArray) -> None:
        """Put in these numbers."""
        more = int(numbers.max(initial=-1)) + 2 - len(self._marks)
        if more > 0:
            self._marks = np.append(self._marks, np.zeros(more, dtype=bool))
        self._marks[numbers] = True
        self._many = None

    def among(self, numbers: IntArray) -> npt.NDArray[np.bool_]:
        """Say of each of these numbers whether it is in the set."""
        return self._marks.take(numbers, mode="clip")


def numbers_of(evidence: Collection[Evidence]) -> IntArray:
    """Return the numbers of these events, in their order."""
    return np.fromiter(map(_number, evidence), dtype=np.int64, count=len(evidence))
