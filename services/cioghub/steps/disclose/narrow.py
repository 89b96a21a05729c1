"""How far a count can be told from other counts that are known only within bounds.

The reader's best attack is linear programming over what was said: the least and the most that a sum
can be, while everything said holds (the disclosure auditing of Fellegi, Journal of the American
Statistical Association 67, 1972, section 3).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linprog

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


def possible(bounds: Sequence[Bound], target: frozenset[Any]) -> tuple[int, float] | None:
    """Return the least and the most that the sum over `target` can be; `inf` for no upper end.

    Every part is a count of 0 or more. None where the bounds contradict each other.
    """
    known = touching(bounds, target)
    columns = _columns(known, target)
    members = [[int(one.parts >= column) for column in columns] for one in known]
    aim = np.array([float(target >= column) for column in columns])
    rows, limits = [], []
    for one, row in zip(known, members, strict=True):
        rows.append([-float(n) for n in row])
        limits.append(-float(one.least))
        if math.isfinite(one.most):
            rows.append([float(n) for n in row])
            limits.append(float(one.most))
    ends = []
    for sign in (1.0, -1.0):
        answer = linprog(
            sign * aim, A_ub=np.array(rows) if rows else None, b_ub=limits or None, method="highs"
        )
        if answer.status == 3:  # no end on this side
            ends.append(math.inf)
        elif answer.status == 0:
            ends.append(sign * float(answer.fun))
        else:
            return None
    least, most = ends
    return math.ceil(least - _SLACK), most if math.isinf(most) else math.floor(most + _SLACK)


def _columns(bounds: Sequence[Bound], target: frozenset[Any]) -> list[frozenset[Any]]:
    """Return the parts in groups that every bound and the target take or leave as one."""
    groups: dict[tuple[bool, ...], set[Any]] = {}
    parts = set(target).union(*(one.parts for one in bounds))
    for part in parts:
        key = (part in target, *(part in one.parts for one in bounds))
        groups.setdefault(key, set()).add(part)
    return [frozenset(groups[key]) for key in sorted(groups)]
