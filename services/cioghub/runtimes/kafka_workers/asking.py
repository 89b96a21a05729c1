"""How the door for HTTP asks the sharer what becomes of an event, and how the sharer answers.

A good event goes to the topic of its agency in the form of all that lies there. Of one at fault the
faults alone go along, since nothing of it is kept. The answer comes back through the database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import orjson

from cioghub.live.judge import AtFault
from cioghub.ports.intake import Answer, Verdict
from cioghub.steps.validate.forms import ID_FORM
from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.incidents import Fault, Rejected
from cioghub.vocabulary.reasons import FaultCode, UnreadableReason
from cioghub.wire.json_lines import MAX_LINE
from cioghub.wire.kafka_events import CONTENT_TYPE, JSON, Headers, TopicMessage, avro_message
from cioghub.wire.single_object import SingleObjects, Unreadable

ASK, AT_FAULT = "ciog_ask", "ciog_at_fault"
DIGEST_BYTES = 16
MOST_FAULTS = 100
"""No event of a published schema can have so many."""

_ASK = re.compile(rb"([0-9a-f]{32})/(0|[1-9][0-9]{0,17})")


class Ask(NamedTuple):
    """One question of one door: a process that waits for the answer has a name of its own."""

    door: str
    number: int


def ask_message(event: Any, ask: Ask, objects: SingleObjects) -> TopicMessage:
    """Return what asks for the verdict on a good event, given as a value parsed from JSON."""
    message = avro_message(event, objects)
    return message._replace(headers=[*message.headers, _header(ask)])


def at_fault_message(rejected: Rejected, sealed: bytes, ask: Ask) -> TopicMessage:
    """Return what has an event at fault counted and named, and asks how it is named.

    `sealed` is the hash of its body for sharers alone: on whom else could read it, guesses of the
    body could be tried.
    """
    content = {
        "sealed": sealed.hex(),
        "faults": _pairs(rejected.faults),
        "source": rejected.source,
        "id": rejected.id,
    }
    asked = _header(ask)
    headers = [(CONTENT_TYPE, JSON.encode()), (AT_FAULT, b"1"), asked]
    return TopicMessage(asked[1], orjson.dumps(content), headers)


def _header(ask: Ask) -> tuple[str, bytes]:
    return ASK, f"{ask.door}/{ask.number}".encode()


def read_ask(headers: Headers) -> Ask | None:
    """Return who asks with a message, None where nobody waits for an answer."""
    said = [content for name, content in headers if name == ASK]
    found = _ASK.fullmatch(said[0] or b"") if len(said) == 1 else None
    return Ask(found[1].decode(), int(found[2])) if found else None


def is_at_fault(headers: Headers) -> bool:
    """Say whether a message stands for an event that was found at fault."""
    return AT_FAULT in [name for name, _ in headers]


def read_at_fault(
    value: bytes | None,
    feeds: frozenset[str],
    pointers: frozenset[str],
    unsealed: Callable[[bytes], bytes],
) -> AtFault | Unreadable:
    """Return the event at fault that a message stands for, or why it is none of these feeds'.

    Whoever may write the topic could write such a message: it is taken for no more than codes, at
    `pointers`, and an id that an event could have. `unsealed` opens what a door has sealed, and
    raises ValueError for anything else.
    """
    if value is not None and len(value) > MAX_LINE:
        return Unreadable(UnreadableReason.TOO_LARGE)
    try:
        found = orjson.loads(value or b"")
        if len(found["faults"]) > MOST_FAULTS:
            return Unreadable(UnreadableReason.TOO_LARGE)
        source, id = found["source"], found["id"]
        digest = unsealed(bytes.fromhex(found["sealed"]))
        good = (
            len(digest) == DIGEST_BYTES
            and (source is None or source in feeds)
            and (id is None or (ID_FORM.fullmatch(id) and not find_identifiers(id)))
            and all(pointer in pointers for pointer, _ in found["faults"])
        )
        if good:
            return AtFault(Rejected(_faults(found["faults"]), source, id), digest)
    except (KeyError, TypeError, ValueError):
        pass  # what was raised may quote the message
    return Unreadable(UnreadableReason.NOT_OF_SCHEMA)


def answer_of(verdict: Verdict | None) -> bytes:
    """Return a verdict as it is kept for who asked; None is a fault of the hub itself."""
    if verdict is None:
        return b"null"
    return orjson.dumps(
        {
            "answer": verdict.answer.value,
            "source": verdict.source,
            "id": verdict.id,
            "faults": _pairs(verdict.faults),
            "notes": verdict.notes,
        }
    )


def read_answer(content: bytes) -> Verdict | None:
    """Return what `answer_of` was given."""
    found = orjson.loads(content)
    if found is None:
        return None
    return Verdict(
        Answer(found["answer"]),
        found["source"],
        found["id"],
        _faults(found["faults"]),
        tuple(found["notes"]),
    )


def _pairs(faults: Iterable[Fault]) -> list[list[str]]:
    return [[fault.pointer, fault.code.value] for fault in faults]


def _faults(pairs: Iterable[Sequence[str]]) -> tuple[Fault, ...]:
    return tuple([Fault(pointer, FaultCode(code)) for pointer, code in pairs])
