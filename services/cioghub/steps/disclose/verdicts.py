"""Whether what is known tells a hidden count: what was found once is not asked for again."""

from __future__ import annotations

from collections.abc import Iterable

from cioghub.steps.disclose.narrow import LEAST, Bound, possible, touching
from cioghub.steps.disclose.release import THRESHOLD
from cioghub.steps.disclose.told import Told

HIDDEN = range(1, THRESHOLD)

Question = tuple[frozenset[Bound], frozenset[int]]
"""Some bounds, and a hidden sum that they might tell."""

_MOST = 4096


class Verdicts:
    """Remembers which bounds tell which hidden sums, by the numbers of parts."""

    def __init__(self) -> None:
        self._found: dict[Question, bool] = {}
        self._free: set[Question] = set()

    def clear(self) -> None:
        """Forget all: numbers stand for other parts from now on."""
        self._found.clear()
        self._free.clear()

    def told(self, around: Told, hidden: frozenset[int]) -> bool:
        """Say whether these bounds leave a hidden count fewer than `LEAST` values.

        The true counts only save the asking. Whatever they are: where `is_free` finds room,
        `possible` would find at least as much.
        """
        layout = around.about(hidden)
        plain = (layout.whole, hidden)
        if plain not in self._free:
            if not layout.is_free(hidden, HIDDEN):
                return self._judge(touching(around.bounds, hidden), hidden)
            if len(self._free) >= _MOST:
                self._free.clear()
            self._free.add(plain)
        return False

    def _judge(self, bounds: list[Bound], hidden: frozenset[int]) -> bool:
        """Say the same by linear programming."""
        if len({one.parts for one in bounds}) < 2:
            return False  # a single answer never says more than its own rounding does
        question = (frozenset(bounds), hidden)
        if question not in self._found:
            if len(self._found) >= _MOST:
                self._found.clear()
            known = possible(bounds, hidden) or possible(_pictures(bounds), hidden)
            self._found[question] = bool(
                known and min(known[1], HIDDEN[-1]) - max(known[0], HIDDEN[0]) + 1 < LEAST
            )
        return self._found[question]


def _pictures(bounds: Iterable[Bound]) -> list[Bound]:
    """Return what pictures say: an alert speaks of an earlier time, and may not fit later."""
    return [one for one in bounds if not one.passing]
