"""What a reader knows of a publisher's counts, and whether a hidden one surely keeps its room.

To ask what is `possible` takes linear programming. Most answers are plain to whoever knows the true
counts, and need not be asked for: here they are found, sum after sum on one layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cioghub.steps.disclose.columns import Columns, IntArray, Split
from cioghub.steps.disclose.narrow import LEAST, Bound, knots

BoolArray = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_NO_END = 2.0**40
"""Stands for no upper end where whole steps are counted."""


class Known:
    """Bounds in knots, each laid out when it is first asked about."""

    def __init__(self, bounds: Iterable[Bound], true: Callable[[int], int]) -> None:
        """`true` is the count of a part as the hub knows it: it only saves asking."""
        self._true = true
        self._knots = knots(bounds)
        self._layouts: dict[tuple[int, ...], Layout] = {}

    def about(self, target: frozenset[int]) -> Layout:
        """Return the bounds of every knot that shares a part with a target."""
        touched = tuple(
            [n for n, (parts, _) in enumerate(self._knots) if not parts.isdisjoint(target)]
        )
        found = self._layouts.get(touched)
        if found is None:
            bounds = [one for n in touched for one in self._knots[n][1]]
            found = self._layouts[touched] = Layout(bounds, self._true)
        return found


class Layout:
    """Some bounds, asked about one target after another."""

    def __init__(self, bounds: Sequence[Bound], true: Callable[[int], int]) -> None:
        self.bounds = bounds
        self.whole = frozenset(bounds)
        self.sums = len({one.parts for one in bounds})
        """Of how many different sums anything is known."""
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
        members, aim, now = split.members, split.aim, int(split.aim @ counts)
        sums = members @ counts
        over, under = sums - self._least, self._most - sums
        own = len(split.inside)
        takes = members[:, :own] == 1
        most = wanted.stop
        ahead = np.where(takes, under[:, None], most).min(axis=0, initial=most)
        back = np.where(takes, over[:, None], most).min(axis=0, initial=most)
        back = np.minimum(back, counts[:own])
        reached = np.minimum(now + ahead, most - 1) - np.maximum(now - back, wanted.start) + 1
        if (reached >= LEAST).any():
            return True
        room = np.concatenate([counts, over, under])
        for way in _ways(members, self._least == self._most, aim):
            moved, pace = members @ way, int(aim @ way)
            use = np.concatenate([-way, -moved, moved])
            steps, former = _steps(room, use, most), _steps(room, -use, most)
            ends = sorted((now - former * pace, now + steps * pace))
            values = range(ends[0], ends[1] + 1, abs(pace))
            if sum([value in values for value in wanted]) >= LEAST:
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
        unlimited = ~split.members[self._most < _NO_END].any(axis=0)
        for row in np.flatnonzero(sums < self._least).tolist():
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
    def _most(self) -> Floats:
        return np.array([min(one.most, _NO_END) for one in self.bounds], dtype=np.float64)


def _steps(room: Floats, use: IntArray, most: int) -> int:
    """Return how many steps fit, each taking `use` of `room`, up to `most`."""
    taking = use > 0
    return int(min((room[taking] // use[taking]).min(initial=most), most))


def _ways(members: IntArray, fixed: BoolArray, aim: IntArray) -> Iterator[IntArray]:
    """Yield simple ways to move the target by exchange with what lies beside it."""
    inside, beside = np.flatnonzero(aim), np.flatnonzero(aim == 0)
    if fixed.any():
        for start in inside.tolist():
            way = _way(members, fixed, start)
            if way is not None and aim @ way != 0:
                yield way
    else:
        for start in inside.tolist():
            for other in beside.tolist():
                way = np.zeros(len(aim), dtype=np.int64)
                way[start], way[other] = 1, -1
                yield way


def _way(members: IntArray, fixed: BoolArray, start: int) -> IntArray | None:
    """Return a way to move that begins with one column and leaves every fixed sum as it is."""
    way = np.zeros(members.shape[1], dtype=np.int64)
    way[start] = 1
    rows = members[fixed]
    for _ in range(members.shape[1]):
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
