"""What people write beside what the hub has said: errata of pictures, what happened in a shadow.

Writing takes who does it and when, and keeps the change and its audit row in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

FINDINGS: Mapping[str, str] = {
    "real-new": "It was real, and we did not know",
    "real-known": "It was real, and we knew",
    "not-real": "It was not real",
    "cannot-say": "We cannot say",
}
"""What people find, after a shadow, of an alert that nobody was told."""

MISSED = "missed"
"""The finding on something that happened and that the hub did not tell."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, and when: whole seconds since 1970 UTC."""

    at: int
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class Erratum:
    """A correction beside one audience's frozen picture, known by its first day."""

    audience: str
    first: str
    words: str
    author: Author


@dataclass(frozen=True, slots=True)
class Happened:
    """What was found of an alert of a shadow, or (`alert` None) what happened without one.

    `finding` is a code of `FINDINGS` or `MISSED`; `ciog` the area that it is about.
    """

    alert: str | None
    ciog: str
    finding: str
    words: str
    author: Author


class Margins(Protocol):
    """Keeps what is written beside."""

    def errata(self, audience: str, first: str) -> Sequence[Erratum]:
        """Return the errata of one picture, in order."""
        ...

    def correct(self, erratum: Erratum) -> None:
        """Keep an erratum."""
        ...

    def happened(self) -> Sequence[Happened]:
        """Return what was found, in order; of one alert the last finding counts."""
        ...

    def find(self, happened: Happened) -> None:
        """Keep a finding."""
        ...
