"""What the correlator finds, and what becomes of it: signals, issues, alerts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class SignalKind(StrEnum):
    """The four questions that the correlator asks."""

    SURGE = "surge"
    CLUSTER = "cluster"
    CONVERGENCE = "convergence"
    LINKAGE = "linkage"


class AlertChange(StrEnum):
    """What happened to an alert."""

    RAISED = "alert.raised.v1"
    UPDATED = "alert.updated.v1"
    CLOSED = "alert.closed.v1"


LEVELS = ("above", "well-above", "far-above")
"""How far above the usual, least first."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method of detection: its name, and a version that changes with any result."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One event behind a signal, as the correlator knows it.

    `number` is its place in the set of contributions, `id` the correlator's own id of it.
    `categories` are the hub categories that it counts in. `place` is (edition, code) as fine as the
    correlator has it, or None; `floor` is the finest level that an audience may read of it. `day`
    is the local day it is counted on.
    """

    number: int
    id: str
    publisher: str
    kind: str
    agreement: str
    categories: tuple[str, ...]
    place: tuple[str, str] | None
    floor: str
    ciog: str | None
    csp: str | None
    day: date


@dataclass(frozen=True, slots=True)
class Signal:
    """One answer of one method at one time, before anybody decides whether it is an alert.

    `first` and `last` are the local days of the window, both included. `chance` is the probability
    that so much is seen when nothing is unusual, in one test on one day; it is what the
    false-alarm budget is spent on. `subjects` counts the pseudonymous subjects behind a linkage.
    """

    kind: SignalKind
    hub_category: str
    ciogs: tuple[str, ...]
    first: date
    last: date
    seen: int
    expected: float
    chance: float
    limit: float
    p_value: float | None
    recurrence_days: float | None
    evidence: tuple[Evidence, ...] = field(repr=False)
    method: Method
    pattern: str | None = None
    subjects: int | None = None
    only_generated: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """One change of one alert, with true counts: for use inside the hub only.

    `at` is the time of the tick in whole seconds since 1970 UTC; `evidence` is what was added by
    this change, `whole` everything behind the alert so far. `beside` are the hub categories of
    other signals that are about the same events.
    """

    id: str
    sequence: int
    change: AlertChange
    at: int
    signal: Signal
    hub_category: str
    ciog: str
    also: tuple[str, ...]
    level: str
    reason: str
    evidence: tuple[Evidence, ...] = field(repr=False)
    whole: tuple[Evidence, ...] = field(repr=False)
    follows: str | None
    provisional: bool
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What is worth saying and is not an alert.

    `facts` are codes, days and numbers only. `publisher` names whose feed it is about, if any.
    """

    code: str
    at: int
    publisher: str | None
    words: str
    facts: tuple[tuple[str, str | int], ...] = ()
