"""How far a count can be told from other counts that are known only within bounds.

The reader's best attack is linear programming over what was said: the least and the most that a sum
can be, while everything said holds (the disclosure auditing of Fellegi, Journal of the American
Statistical Association 67, 1972, section 3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import LinearConstraint, milp

LEAST = 3
"""So many values must remain possible for a hidden count."""

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_NO_END = 2.0**40
"""Stands for no upper end where whole steps are counted."""

_SLACK = 1e-6
"""Linear programming answers in floating point; counts are whole."""


class Bound(NamedTuple):
    """What is known of a sum of counts: it lies from `least` to `most`, both included.

    `passing` marks what was known at an earlier time than the rest, and need not hold still.
    """

    parts: frozenset[Any]
    least: int
    most: float
    passing: bool = False


def touching(bounds: Iterable[Bound], target: frozenset[Any]) -> list[Bound]:
    """Return the bounds that can say anything of the target: those tied to it by shared parts."""
    rest = list(bounds)
    reached = set(target)
    found: list[Bound] = []
    while True:
        near = [one for one in rest if not reached.isdisjoint(one.parts)]
        if not near:
            return found
        found += near
        rest = [one for one in rest if reached.isdisjoint(one.parts)]
        for one in near:
            reached |= one.parts


def knots(bounds: Iterable[Bound]) -> list[tuple[frozenset[Any], list[Bound]]]:
    """Return the bounds in groups that share no part with each other, each with all its parts."""
    found: list[tuple[frozenset[Any], list[Bound]]] = []
    for one in bounds:
        parts, group = one.parts, [one]
        apart = []
        for other in found:
            if other[0].isdisjoint(parts):
                apart.append(other)
            else:
                parts, group = parts | other[0], other[1] + group
        found = [*apart, (parts, group)]
    return found


def is_free(
    bounds: Sequence[Bound], target: frozenset[Any], true: Callable[[Any], int], wanted: range
) -> bool:
    """Say whether `LEAST` values of `wanted` are certainly possible for the sum over `target`.

    It tries to move away from the true counts, given by `true` for each part, along a few simple
    ways that keep every bound. No is no answer: `possible` has to be asked then. It saves asking.
    """
    columns, members, aim = _columns(bounds, target)
    counts = np.array([sum([true(part) for part in column]) for column in columns])
    sums = members @ counts
    least = np.array([one.least for one in bounds])
    most = np.array([one.most for one in bounds])
    if (sums < least).any() or (sums > most).any():
        return False
    room = np.concatenate([counts, sums - least, np.minimum(most, _NO_END) - sums])
    now = int(aim @ counts)
    for way in _ways(members, least == most, aim):
        moved, pace = members @ way, int(aim @ way)
        use = np.concatenate([-way, -moved, moved])
        ahead, back = _steps(room, use, wanted.stop), _steps(room, -use, wanted.stop)
        ends = sorted((now - back * pace, now + ahead * pace))
        reached = range(ends[0], ends[1] + 1, abs(pace))
        if sum([value in reached for value in wanted]) >= LEAST:
            return True
    return False


def _steps(room: Floats, use: IntArray, most: int) -> int:
    """Return how many steps fit, each taking `use` of `room`, up to `most`."""
    taking = use > 0
    return int(min((room[taking] // use[taking]).min(initial=most), most))


def _ways(members: IntArray, fixed: BoolArray, aim: IntArray) -> Iterator[IntArray]:
    """Yield simple ways to move the target: alone, and by exchange with what lies beside it."""
    inside, beside = np.flatnonzero(aim), np.flatnonzero(aim == 0)
    for start in inside.tolist():
        way = _way(members, fixed, start)
        if way is not None and aim @ way != 0:
            yield way
    if not fixed.any():
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


def possible(bounds: Sequence[Bound], target: frozenset[Any]) -> tuple[int, float] | None:
    """Return the least and the most that the sum over `target` can be; `inf` for no upper end.

    Every part is a count of 0 or more. None where the bounds contradict each other.
    """
    known = touching(bounds, target)
    columns, members, aim = _columns(known, target)
    if not known:
        return 0, math.inf if columns else 0
    most = np.array([one.most for one in known])
    held = LinearConstraint(members.astype(float), [float(one.least) for one in known], most)
    # With no whole numbers asked for, `milp` is plain linear programming, at half the cost of
    # `linprog` where the programme is small.
    low = milp(aim.astype(float), constraints=held)
    if low.status != 0:
        return None
    least = math.ceil(float(low.fun) - _SLACK)
    # A column under no finite sum can grow without breaking anything; any other cannot for ever.
    if (aim > members[np.isfinite(most)].any(axis=0)).any():
        return least, math.inf
    high = milp(-aim.astype(float), constraints=held)
    return (least, math.floor(-float(high.fun) + _SLACK)) if high.status == 0 else None


def _columns(
    bounds: Sequence[Bound], target: frozenset[Any]
) -> tuple[list[list[Any]], IntArray, IntArray]:
    """Return the parts in groups that every bound and the target take or leave as one.

    With the groups comes, as ones and zeros, which of them each bound takes, and the target.
    """
    takers: dict[Any, list[int]] = {part: [-1] for part in target}
    for number, one in enumerate(bounds):
        for part in one.parts:
            if part in takers:
                takers[part].append(number)
            else:
                takers[part] = [number]
    groups: dict[tuple[int, ...], list[Any]] = {}
    for part, numbers in takers.items():
        groups.setdefault(tuple(numbers), []).append(part)
    keys = sorted(groups)
    aim = np.array([key[0] == -1 for key in keys], dtype=np.int64)
    rows = [[0] * len(keys) for _ in bounds]
    for column, key in enumerate(keys):
        for number in key:
            if number >= 0:
                rows[number][column] = 1
    members = np.array(rows, dtype=np.int64).reshape(len(bounds), len(keys))
    return [groups[key] for key in keys], members, aim


def merged(bounds: Iterable[Bound]) -> list[Bound]:
    """Return the same knowledge with one bound for each sum and time."""
    found: dict[tuple[frozenset[Any], bool], Bound] = {}
    for one in bounds:
        key = (one.parts, one.passing)
        former = found.get(key)
        if former is not None:
            one = one._replace(least=max(one.least, former.least), most=min(one.most, former.most))
        found[key] = one
    return list(found.values())
