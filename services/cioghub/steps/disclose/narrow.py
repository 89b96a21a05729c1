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
from scipy.optimize import LinearConstraint, milp

from cioghub.steps.disclose.columns import Columns

LEAST = 3
"""So many values must remain possible for a hidden count."""

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
    found: list[tuple[set[Any], list[Bound]]] = []
    for one in bounds:
        joined = [knot for knot in found if not knot[0].isdisjoint(one.parts)]
        if not joined:
            found.append((set(one.parts), [one]))
            continue
        (parts, group), *others = joined
        parts |= one.parts
        group.append(one)
        for other in others:
            parts |= other[0]
            group += other[1]
        if others:
            found = [knot for knot in found if not any(knot is other for other in others)]
    return [(frozenset(parts), group) for parts, group in found]


def possible(bounds: Sequence[Bound], target: frozenset[Any]) -> tuple[int, float] | None:
    """Return the least and the most that the sum over `target` can be; `inf` for no upper end.

    Every part is a count of 0 or more. None where the bounds contradict each other.
    """
    known = touching(bounds, target)
    if not known:
        return 0, math.inf if target else 0
    split = Columns(one.parts for one in known).split(target)
    members, aim = split.members, split.aim
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


def merged(bounds: Iterable[Bound]) -> list[Bound]:
    """Return the same knowledge with one bound for each sum and time."""
    found: dict[tuple[frozenset[Any], bool], Bound] = {}
    for one in bounds:
        key = (one.parts, one.passing)
        former = found.get(key)
        if former is not None:
            least, most = max(one.least, former.least), min(one.most, former.most)
            one = former
            if (least, most) != former[1:3]:
                one = former._replace(least=least, most=most)
        found[key] = one
    return list(found.values())
