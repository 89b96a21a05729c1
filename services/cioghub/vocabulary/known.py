"""Remembers what a function gave, by index: the fastest way to ask the same again.

Asked again after all was forgotten, the function must give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MOST = 200_000


class Known(dict[K, V]):
    """What `make` gives for each key, made when it is first asked for.

    As many as `MOST` are remembered; then all are forgotten at once. Only asking by index makes
    anything: `get` and `in` do not.
    """

    def __init__(self, make: Callable[[K], V]) -> None:
        self._make = make

    def __missing__(self, key: K) -> V:
        made = self._make(key)
        if len(self) >= MOST:
            self.clear()
        self[key] = made
        return made
