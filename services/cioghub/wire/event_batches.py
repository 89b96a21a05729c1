"""Batches of events on the wire: how one is packed, and what the hub answers to it."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from typing import NamedTuple

import orjson

from cioghub.ports.intake import MOST_BYTES, MOST_EVENTS, Answer

BATCH_HEADERS = {
    "Content-Type": "application/cloudevents-batch+json",
    "Content-Encoding": "gzip",
    "Accept": "application/json",
}
EVENTS_AT_ONCE = MOST_EVENTS // 2
BYTES_AT_ONCE = MOST_BYTES // 2
"""Half of what the hub takes: a batch is a second's work, and a proxy on the way has bounds too."""


class Answered(NamedTuple):
    """The hub's verdict on one event: its answer, each fault as (pointer, code), and notes."""

    answer: Answer
    faults: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


class NotUnderstood(ValueError):
    """The answer is not that of a hub to this batch."""


def pack_batch(bodies: Sequence[bytes]) -> bytes:
    """Return the gzip of a batch of events, each one JSON; the same events give the same bytes."""
    return gzip.compress(b"[" + b",".join(bodies) + b"]", 6, mtime=0)


def read_answers(content: bytes, expected: int) -> tuple[Answered, ...]:
    """Return the verdicts on a batch of `expected` events, in their order.

    Raises:
        NotUnderstood: the content is anything else.
    """
    try:
        verdicts = orjson.loads(content)["verdicts"]
        answered = tuple(
            Answered(
                Answer(one["answer"]),
                tuple((str(fault["pointer"]), str(fault["code"])) for fault in one["faults"]),
                tuple(str(note) for note in one["notes"]),
            )
            for one in verdicts
        )
    except (ValueError, KeyError, TypeError) as error:
        raise NotUnderstood("no verdicts") from error
    if len(answered) != expected:
        raise NotUnderstood("another number of verdicts")
    return answered
