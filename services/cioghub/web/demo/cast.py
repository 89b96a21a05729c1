"""Whom a visitor of a demo may be."""

from __future__ import annotations

from dataclasses import dataclass

from cioghub.vocabulary.people import Person


@dataclass(frozen=True, slots=True)
class Actor:
    """One person of the play; `look` says what a visitor may look at as them."""

    person: Person
    look: str
