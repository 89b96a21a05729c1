"""What the doors need of whoever takes events in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cioghub.vocabulary.incidents import Fault

MOST_EVENTS = 1000
"""Events of one batch."""

MOST_BYTES = 4 << 20
"""Bytes of one message, unpacked; one event alone is bounded more tightly."""


class Mode(StrEnum):
    """How a message carries CloudEvents."""

    STRUCTURED = "structured"
    BATCH = "batch"
    BINARY = "binary"


class Answer(StrEnum):
    """What becomes of one published event."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    NOT_YOURS = "not-yours"


@dataclass(frozen=True, slots=True)
class Message:
    """A body as it came in, unpacked.

    `attributes` are those of binary mode, by name, as their headers gave them; `datacontenttype` is
    the media type of the body.
    """

    mode: Mode
    body: bytes
    attributes: Mapping[str, str] | None = None

    def __repr__(self) -> str:
        return f"Message({self.mode}, content hidden)"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one event; asked again, the same.

    `id` and `source` are the event's own, or for an identity at fault its blinded reference and
    None. `notes` are what its publisher must be told, such as that a concern is not a referral.
    """

    answer: Answer
    source: str | None
    id: str | None
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passing:
    """What would become of an accepted event on the way to one recipient.

    `outcome` is `shared` or the reason that withholds it, `lane` the lane it would travel in, and
    `fields` what each field's treatment would be, by name; `rules` name the agreements.
    """

    recipient: str
    outcome: str
    lane: str | None
    rules: tuple[str, ...]
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Consideration:
    """The dry answer to one event: what would happen, with nothing kept."""

    verdict: Verdict
    passing: tuple[Passing, ...]
    bundle: str


class Why(StrEnum):
    """Why a message has no verdicts."""

    LOAD = "load"
    DISK = "disk"
    BROKER = "broker"
    NO_VERDICT = "no-verdict"
    """None came in time: part of the message may be kept; what is accepted of it counts once."""


class Busy(Exception):
    """The hub cannot take more just now; nothing of the message was kept but for `NO_VERDICT`.

    `retry_after` is in whole seconds.
    """

    def __init__(self, retry_after: int, why: Why = Why.LOAD) -> None:
        super().__init__("the hub cannot take more just now")
        self.retry_after = retry_after
        self.why = why


class NotAMessage(Exception):
    """The body as a whole is no CloudEvents message; `fault` says where and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code.value)
        self.fault = fault


class Intake(Protocol):
    """Takes events in durably."""

    async def publish(self, message: Message, feeds: frozenset[str]) -> tuple[Verdict, ...]:
        """Return a verdict for each event of a message, once all accepted ones are on disk.

        `feeds` are the sources that the sender may publish on.

        Raises:
            NotAMessage: the body cannot be split into events.
            Busy: try again later; what was accepted of it, if anything, counts once.
        """
        ...

    def consider(self, message: Message, feeds: frozenset[str]) -> Consideration:
        """Return what would become of the one event of a message; nothing is kept.

        Raises:
            NotAMessage: the body is not one event.
        """
        ...
