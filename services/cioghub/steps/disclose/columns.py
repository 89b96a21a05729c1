"""Sums in rows and parts in columns: what every sum takes or leaves as one is one column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

NOWHERE = -1
"""The column of parts that no sum takes: it stands last, so that this number finds it."""


class Split(NamedTuple):
    """Columns parted by a target: `members` says which of them each sum takes, `aim` the target.

    `numbers` are those of the columns that they are of; the parts of the target come first, and are
    listed in `inside`.
    """

    members: IntArray
    aim: IntArray
    numbers: list[int]
    inside: list[list[Any]]


class Columns:
    """The columns of some sums, laid out once and parted by one target after another."""

    def __init__(self, sums: Iterable[frozenset[Any]]) -> None:
        takers: dict[Any, list[int]] = {}
        many = 0
        for parts in sums:
            for part in parts:
                takers.setdefault(part, []).append(many)
            many += 1
        groups: dict[tuple[int, ...], list[Any]] = {}
        for part, numbers in takers.items():
            groups.setdefault(tuple(numbers), []).append(part)
        keys = sorted(groups)
        self.parts = [groups[key] for key in keys]
        """The parts of each column."""
        self._number = {part: n for n, parts in enumerate(self.parts) for part in parts}
        self._members = np.zeros((many, len(keys) + 1), dtype=np.int64)
        for n, key in enumerate(keys):
            self._members[list(key), n] = 1

    def split(self, target: frozenset[Any]) -> Split:
        """Return the columns with those that a target takes a part of in two."""
        taken: dict[int, list[Any]] = {}
        for part in target:
            taken.setdefault(self._number.get(part, NOWHERE), []).append(part)
        inside = sorted(taken)
        beside = [n for n, parts in enumerate(self.parts) if len(taken.get(n, ())) < len(parts)]
        numbers = inside + beside
        aim = np.zeros(len(numbers), dtype=np.int64)
        aim[: len(inside)] = 1
        return Split(self._members[:, numbers], aim, numbers, [taken[n] for n in inside])
