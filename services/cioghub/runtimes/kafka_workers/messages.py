"""What the workers tell each other and the world, as messages of topics, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from cioghub.journey import FOUND_TYPES, Found
from cioghub.ports.live_log import Behind, Line, Picture
from cioghub.ports.workers import Outgoing, Passed
from cioghub.vocabulary.contribution import Contribution
from cioghub.vocabulary.incidents import Notes
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.signals import Alert
from cioghub.vocabulary.topics import (
    FOUND,
    HEARTBEATS,
    HUB_QUARANTINE,
    PICTURES,
    alert_topic,
    quarantine_topic,
    shared_topic,
)
from cioghub.wire.kafka_events import TopicMessage, json_message
from cioghub.wire.memory import pack_memory, unpack_memory

READER_OF_PICTURES = "tactical-group"
_JSON = (("content-type", "application/json"),)


class Received(NamedTuple):
    """One message of a topic as it came; `at` is its time by the topic, in seconds since 1970."""

    topic: str
    partition: int
    offset: int
    headers: tuple[tuple[str, bytes | None], ...]
    value: bytes | None
    at: float = 0.0

    def __repr__(self) -> str:
        return f"Received({self.topic}, {self.partition}, {self.offset}, content hidden)"


class Report(NamedTuple):
    """What the correlator tells the reporter of one tick.

    At a midnight `found` is what it found, and `guessed` empty; between two it is the other way
    round. `position` is how far the log was looked at, `behind` which events stand behind what.
    `previous` is the midnight that it builds on, 0 for none, and `history` how often the state was
    made again before it. A correlator of an earlier version says neither.
    """

    at: int
    position: int
    jumped: bool
    found: Found | None
    guessed: tuple[Alert, ...]
    behind: tuple[Behind, ...]
    previous: int | None = None
    history: int = 0


_REPORT_TYPES = (*FOUND_TYPES, Behind, Report)


def share_message(recipient: str, line: bytes) -> Outgoing:
    """Return an event as one recipient receives it."""
    event = orjson.loads(line)
    return _outgoing(shared_topic(recipient), json_message(event, event["id"]))


def pass_message(passed: Passed) -> Outgoing:
    """Return what the correlator is to have of an event, keyed by its place."""
    one = passed.contribution
    content: dict[str, Any] = {
        "position": passed.position,
        "at": passed.at,
        "withdraws": passed.withdraws,
        "contribution": None,
    }
    key = b"-"
    if one is not None:
        content["contribution"] = one._asdict() | {"notes": one.notes._asdict()}
        key = " ".join(one.place).encode() if one.place else b"-"
    return Outgoing(shared_topic(HUB_RECIPIENT), key, orjson.dumps(content), _JSON)


def read_passed(value: bytes | None) -> Passed:
    """Return what `pass_message` made a message of.

    Raises:
        ValueError: it is no such message.
    """
    try:
        found = orjson.loads(value or b"")
        one = found["contribution"]
        contribution = None
        if one is not None:
            notes = one["notes"]
            contribution = Contribution(
                id=bytes.fromhex(one["id"]).hex(),
                accepted=int(one["accepted"]),
                day=int(one["day"]),
                monthly=int(one["monthly"]),
                place=tuple(one["place"]) if one["place"] else None,
                publisher=str(one["publisher"]),
                type=str(one["type"]),
                notes=Notes(
                    str(notes["agreement"]),
                    tuple(notes["categories"]),
                    tuple(notes["generated"]),
                    str(notes["floor"]),
                ),
                tokens=_pairs(one["tokens"]),
                former=_pairs(one["former"]),
            )
        withdraws = None if found["withdraws"] is None else int(found["withdraws"])
        return Passed(int(found["position"]), contribution, withdraws, int(found["at"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("no message of a sharer") from error


def _pairs(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(field), str(token)) for field, token in rows)


def report_message(report: Report) -> Outgoing:
    """Return what the correlator tells the reporter."""
    return Outgoing(FOUND, b"hub", pack_memory(report, _REPORT_TYPES))


def read_report(value: bytes | None) -> Report:
    """Return what `report_message` made a message of.

    Raises:
        ValueError: it is no such message.
    """
    found = unpack_memory(value or b"", _REPORT_TYPES)
    if not isinstance(found, Report):
        raise ValueError("no message of a correlator")
    return found


def told_messages(lines: Iterable[Line], pictures: Iterable[Picture]) -> list[Outgoing]:
    """Return what audiences are told: each change on its audience's topic, and the picture.

    What is for the inside of the hub stays in its database.
    """
    found = [
        _outgoing(alert_topic(one.audience), json_message(orjson.loads(one.line), one.alert))
        for one in lines
        if one.audience
    ]
    found += [
        Outgoing(PICTURES, one.first.encode(), one.content, _JSON)
        for one in pictures
        if one.audience == READER_OF_PICTURES
    ]
    return found


def heartbeat_message(source: str, at: int) -> Outgoing:
    """Return that a feed gave a sign of life at a time (seconds since 1970 UTC)."""
    return Outgoing(HEARTBEATS, source.encode(), orjson.dumps({"source": source, "at": at}), _JSON)


def unread_message(received: Received) -> Outgoing:
    """Return where a message lies that a worker of the hub could not read."""
    return _quarantined(HUB_QUARANTINE, received, {"reason": "unreadable"})


def quarantine_message(agency: str, received: Received, row: Mapping[str, Any]) -> Outgoing:
    """Return what says why a message went no further: where it lies and codes, never a value."""
    return _quarantined(quarantine_topic(agency), received, row)


def _quarantined(topic: str, received: Received, row: Mapping[str, Any]) -> Outgoing:
    content = {
        "topic": received.topic,
        "partition": received.partition,
        "offset": received.offset,
        **row,
    }
    key = f"{received.partition}/{received.offset}".encode()
    return Outgoing(topic, key, orjson.dumps(content), _JSON)


def _outgoing(topic: str, message: TopicMessage) -> Outgoing:
    headers = tuple((name, value.decode()) for name, value in message.headers)
    return Outgoing(topic, message.key, message.value, headers)
