"""Remembers what a pure function gave, by index: the fastest way to ask the same again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST = 200_000


class Known(dict[K, V]):
    """What `make` gives for each key, made when it is first asked for.

    `most` are remembered; then all are forgotten at once.
    """

    def __init__(self, make: Callable[[K], V], most: int = MOST) -> None:
        self._make = make
        self._most = most

    def __missing__(self, key: K) -> V:
        made = self._make(key)
        if len(self) >= self._most:
            self.clear()
        self[key] = made
        return made
