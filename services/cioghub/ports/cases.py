"""What the tactical door needs to keep the work on alerts.

Every method that writes takes who does it and when, and keeps the change and its audit row in one
transaction: a change that nobody made cannot be written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cioghub.vocabulary.cases import Case, Refusal, Step, Task


@dataclass(frozen=True, slots=True)
class About:
    """What an alert is about, as the person who works on it reads it."""

    alert: str
    signal: str
    hub_category: str


@dataclass(frozen=True, slots=True)
class Dismissed:
    """How many alerts of one signal and category were dismissed for one reason."""

    signal: str
    hub_category: str
    reason: str
    alerts: int


class Moved(Exception):
    """Somebody else has made a step since the case was read: read it again first."""


class CaseBook(Protocol):
    """Keeps the work on alerts."""

    def case(self, alert: str) -> Case:
        """Return the work on one alert; a case without steps where nobody has begun."""
        ...

    def cases(self, alerts: Collection[str]) -> Mapping[str, Case]:
        """Return the work on each of these alerts."""
        ...

    def make(
        self, about: About, step: Step, known: int, task: Task | None = None
    ) -> Case | Refusal:
        """Make a step on a case of which `known` steps were read; return the case, or why not.

        Raises:
            Moved: the case has other steps than were read.
        """
        ...

    def dismissed(self, alerts: Collection[str]) -> Sequence[Dismissed]:
        """Return how many of these alerts stand dismissed, by signal, category and reason."""
        ...
