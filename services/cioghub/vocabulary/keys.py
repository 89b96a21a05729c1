"""Secret roots as values that cannot be shown: no repr, no str, no pickle, no dataclass dump."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NoReturn


class Secret:
    """Bytes that never appear in a log, an error or a dump; read them with `reveal()`."""

    __slots__ = ("__value",)

    def __init__(self, value: bytes) -> None:
        self.__value = value

    def reveal(self) -> bytes:
        """Return the bytes; only who derives a key of it, and the key store, may."""
        return self.__value

    def __repr__(self) -> str:
        return "Secret(hidden)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "Secret(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never written out")

    # What says what it equals and not how it is hashed is no key of anything: Python sees to it.
    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("secrets are not compared; compare the ids of their roots")


class KeyRoot:
    """One root: an id that may be shown, the day it is valid from, and its secret."""

    __slots__ = ("id", "secret", "valid_from")

    def __init__(self, id: str, valid_from: date | None, secret: Secret) -> None:
        self.id = id
        self.valid_from = valid_from
        self.secret = secret

    def __repr__(self) -> str:
        return f"KeyRoot({self.id}, from {self.valid_from or 'the beginning'})"


class KeyRing:
    """The roots of a hub, the first valid from the beginning."""

    __slots__ = ("roots",)

    def __init__(self, roots: Iterable[KeyRoot]) -> None:
        self.roots = tuple(sorted(roots, key=lambda root: root.valid_from or date.min))
        if not self.roots or self.roots[0].valid_from is not None:
            raise ValueError("the first root must be valid from the beginning")

    @property
    def first(self) -> KeyRoot:
        """Return the root that is valid from the beginning: references are blinded under it."""
        return self.roots[0]

    def at(self, day: date) -> KeyRoot:
        """Return the root that is valid on `day`."""
        return [r for r in self.roots if r.valid_from is None or r.valid_from <= day][-1]

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(root.id for root in self.roots)})"
