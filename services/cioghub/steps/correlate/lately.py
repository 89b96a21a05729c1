"""Remembers what a pure function answered lately, so that a look at a day costs by what is new."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")

MOST = 256


class Lately(Generic[V]):
    """The last answers, by a key that holds all that an answer depends on."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, bytes], V] = OrderedDict()

    def answer(self, key: tuple[int, bytes], make: Callable[[], V]) -> V:
        """Return the answer for a key, made now if it was not given lately."""
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        found = self._known[key] = make()
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return found
