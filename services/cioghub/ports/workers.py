"""What workers on several machines keep in one database, and tell each other."""

from __future__ import annotations

from typing import NamedTuple

from cioghub.vocabulary.contribution import Contribution

SHARER, CORRELATOR, REPORTER = "sharer", "correlator", "reporter"
LOG = "log"
"""The turn whose `reached` is the time before which nothing is accepted any more."""

HISTORY = "history"
"""The turn whose epoch says how often the state of the areas was made again."""

LARGEST_MESSAGE = 1_000_000
"""Bytes of a message, key and headers with it: a broker takes a MiB, and puts its own around."""


class MessageTooLarge(ValueError):
    """A message is larger than a broker takes: nothing of what decided it was kept."""


class Outgoing(NamedTuple):
    """A message that was decided in a transaction and is to be sent."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Outgoing({self.topic}, content hidden)"


class Waiting(NamedTuple):
    """A message that waits to be sent, and the number that it is known by until it was."""

    number: int
    message: Outgoing


class Passed(NamedTuple):
    """What the correlator is told of the event at a position: what it adds, or what it takes back.

    `withdraws` is the position of the event that it takes back at `at`, in whole seconds since 1970
    UTC.
    """

    position: int
    contribution: Contribution | None
    withdraws: int | None
    at: int


class Answered(NamedTuple):
    """What a door that waits is answered: which door, to which of its questions, and the answer."""

    door: str
    number: int
    content: bytes

    def __repr__(self) -> str:
        return f"Answered({self.door}, {self.number}, content hidden)"


class LogMoved(Exception):
    """Another worker kept something first: judge again, at `floor` or later.

    `floor` is in whole seconds since 1970 UTC.
    """

    def __init__(self, floor: int) -> None:
        super().__init__("the log has moved on")
        self.floor = floor


class TurnLost(Exception):
    """Another worker has taken over since: nothing of what was to be kept was kept."""
