"""What a reader knows of a publisher's counts, and whether a hidden one surely keeps its room.

To ask what is `possible` takes linear programming. Most answers are plain to whoever knows the true
counts, and need not be asked for: here they are found, sum after sum on one layout.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cioghub.steps.disclose.columns import Columns, IntArray, Split
from cioghub.steps.disclose.narrow import LEAST, Bound, knots

BoolArray = npt.NDArray[np.bool_]

_NO_END = 2**40
"""Stands for no upper end where whole steps are counted."""


class Told:
    """Everything that is known around some counts, told apart by what it can say of each."""

    def __init__(self, bounds: Sequence[Bound], true: Callable[[int], int]) -> None:
        """`true` is the count of a part as the hub knows it: it only saves asking."""
        self.bounds = bounds
        self._true = true
        limited = frozenset().union(*(one.parts for one in bounds if one.most < math.inf))
        loose = [(one, one.parts - limited) for one in bounds]
        self._firm = knots(one for one, free in loose if not free)
        self._knot = {part: n for n, (parts, _) in enumerate(self._firm) for part in parts}
        self._loose = [(one, free) for one, free in loose if free]
        """Bounds with parts that may be as many as one likes, and these parts."""
        self._layouts: dict[tuple[tuple[int, ...], tuple[Bound, ...]], Layout] = {}

    def about(self, target: frozenset[int]) -> Layout:
        """Return the bounds that can say anything of a target.

        A bound says nothing where a part that no other limits makes up for what it needs, unless
        all such parts are in the target.
        """
        # All that is kept has a part in the target, so that nothing more is reached through it.
        kept = tuple([one for one, free in self._loose if free <= target])
        reached = target.union(*(one.parts for one in kept))
        touched = sorted({self._knot[part] for part in reached if part in self._knot})
        asked = (tuple(touched), kept)
        found = self._layouts.get(asked)
        if found is None:
            bounds = [one for n in touched for one in self._firm[n][1]]
            found = self._layouts[asked] = Layout([*bounds, *kept], self._true)
        return found


class Layout:
    """Some bounds, asked about one target after another."""

    def __init__(self, bounds: Sequence[Bound], true: Callable[[int], int]) -> None:
        self.bounds = bounds
        self.whole = frozenset(bounds)
        self._true = true

    def is_free(self, target: frozenset[int], wanted: range) -> bool:
        """Say whether `LEAST` values of `wanted` are certainly possible for the sum over `target`.

        It tries to move away from counts that keep every bound, along a few simple ways that keep
        them too. No is no answer: `possible` has to be asked then.
        """
        split = self._columns.split(target)
        counts = self._keeping(split)
        if counts is None:
            return False
        members, aim = split.members, split.aim
        sums = members @ counts
        room = np.concatenate([counts, sums - self._least, self._most - sums])[:, None]
        values = np.array(wanted)[:, None] - aim @ counts
        for ways in _ways(split, self._least == self._most):
            moved = members @ ways
            use = np.concatenate([-ways, -moved, moved])
            steps, apart = np.divmod(values, aim @ ways)
            reached = (apart == 0) & (steps <= _steps(room, use)) & (steps >= -_steps(room, -use))
            if (reached.sum(axis=0) >= LEAST).any():
                return True
        return False

    def _keeping(self, split: Split) -> IntArray | None:
        """Return counts by column that keep every bound: the true ones, or a little more.

        Of a fortnight that is still open the hub may have counted less than an alert has told of
        it. What no bound limits is then taken for as much more as that alert needs.
        """
        own = [sum([self._true(part) for part in parts]) for parts in split.inside]
        left = np.append(self._counts, 0)
        left[split.numbers[: len(own)]] -= own
        counts = np.append(own, left[split.numbers[len(own) :]]).astype(np.int64)
        sums = split.members @ counts
        if (sums > self._most).any():
            return None
        short = np.flatnonzero(sums < self._least).tolist()
        if not short:
            return counts
        unlimited = ~split.members[self._most < _NO_END].any(axis=0)
        for row in short:
            more = int(self._least[row] - split.members[row] @ counts)
            columns = np.flatnonzero(unlimited & (split.members[row] == 1))
            if more > 0 and not len(columns):
                return None
            if more > 0:
                # Rather beside the target than in it.
                counts[columns[np.argmin(split.aim[columns])]] += more
        return counts

    @cached_property
    def _columns(self) -> Columns:
        return Columns(one.parts for one in self.bounds)

    @cached_property
    def _counts(self) -> IntArray:
        counts = [sum([self._true(part) for part in parts]) for parts in self._columns.parts]
        return np.array(counts, dtype=np.int64)

    @cached_property
    def _least(self) -> IntArray:
        return np.array([one.least for one in self.bounds], dtype=np.int64)

    @cached_property
    def _most(self) -> IntArray:
        return np.array([min(one.most, _NO_END) for one in self.bounds], dtype=np.int64)


def _steps(room: IntArray, use: IntArray) -> IntArray:
    """Return how many steps of each way fit, each taking `use` of `room`."""
    fit: IntArray = np.where(use > 0, room // np.maximum(use, 1), _NO_END).min(axis=0)
    return fit


def _ways(split: Split, fixed: BoolArray) -> Iterator[IntArray]:
    """Yield simple ways to move the target, some at a time: by how much they change each column.

    Alone; so that every fixed sum stays as it is; by exchange with what lies beside it.
    """
    alone = np.eye(len(split.aim), dtype=np.int64)
    inside, beside = np.split(alone, [len(split.inside)], axis=1)
    yield inside
    if fixed.any():
        rows = split.members[fixed]
        chains = [_chain(rows, start) for start in range(len(split.inside))]
        moving = [way for way in chains if way is not None and split.aim @ way != 0]
        if moving:
            yield np.column_stack(moving)
    for way in inside.T:
        yield way[:, None] - beside


def _chain(rows: IntArray, start: int) -> IntArray | None:
    """Return a way to move that begins with one column and leaves these sums as they are."""
    way = np.zeros(rows.shape[1], dtype=np.int64)
    way[start] = 1
    for _ in range(rows.shape[1]):
        moved = rows @ way
        open_rows = np.flatnonzero(moved)
        if not len(open_rows):
            return way
        row = open_rows[0]
        still = np.flatnonzero((rows[row] == 1) & (way == 0))
        if not len(still):
            return None
        way[still[0]] = -moved[row]
    return None
