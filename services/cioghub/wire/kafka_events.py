"""Events as messages of a topic: CloudEvents' Kafka binding, binary mode.

Attributes stand in `ce_` headers and the data is the value of the message: Avro where an agency
publishes, JSON where the hub tells. An event read here has the same form as one from HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from cioghub.vocabulary.event_types import touches_another
from cioghub.vocabulary.reasons import UnreadableReason
from cioghub.wire.cloud_events import SAFE_DEPTH, TRACING
from cioghub.wire.json_lines import canonical, parse, too_deep
from cioghub.wire.single_object import SingleObjects, Unreadable

AVRO = "avro/single-object"
JSON = "application/json"
CONTENT_TYPE = "content-type"
PREFIX = "ce_"

Headers = Iterable[tuple[str, bytes | None]]


class TopicMessage(NamedTuple):
    """What goes onto a topic, in the words of every Kafka client."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]

    def __repr__(self) -> str:
        return "TopicMessage(content hidden)"


def event_key(event: Mapping[str, Any]) -> bytes:
    """Return the key of an agency's event: the id of the event that it is about.

    A correction or withdrawal lies in the partition of the event it touches, behind it.
    """
    about = event["data"]["id"] if touches_another(event["type"]) else event["id"]
    return str(about).encode()


def avro_message(event: Mapping[str, Any], objects: SingleObjects) -> TopicMessage:
    """Return an agency's event, as parsed from JSON, as a message with its data in Avro.

    Raises:
        ValueError: its type has no schema, or its data is not of it.
    """
    value = objects.encode(event["type"], event["data"])
    return TopicMessage(event_key(event), value, _headers(event, AVRO))


def json_message(event: Mapping[str, Any], key: str) -> TopicMessage:
    """Return an event of the hub as a message with its data in JSON, in canonical form."""
    return TopicMessage(key.encode(), canonical(event["data"]), _headers(event, JSON))


def read_avro(
    headers: Headers, value: bytes | None, objects: SingleObjects
) -> dict[str, Any] | Unreadable:
    """Return the event of an agency's message in the form that JSON would give, or why not.

    Whether it is a good event is for `steps.validate`. What tracing added is left out.
    """
    attributes = _attributes(headers, AVRO)
    if isinstance(attributes, Unreadable):
        return attributes
    if value is None:
        return Unreadable(UnreadableReason.NO_DATA)
    record = objects.decode(value)
    if isinstance(record, Unreadable):
        return record
    if attributes.get("type", record.type_name) != record.type_name:
        return Unreadable(UnreadableReason.OTHER_SCHEMA)
    return {**attributes, "datacontenttype": JSON, "data": record.data}


def read_json(headers: Headers, value: bytes | None) -> dict[str, Any] | Unreadable:
    """Return the event of a message that the hub wrote with its data in JSON, or why not."""
    attributes = _attributes(headers, JSON)
    if isinstance(attributes, Unreadable):
        return attributes
    if value is None:
        return Unreadable(UnreadableReason.NO_DATA)
    try:
        if too_deep(value, SAFE_DEPTH):
            return Unreadable(UnreadableReason.NOT_OF_SCHEMA)
        data, _ = parse(value)
    except orjson.JSONDecodeError:
        return Unreadable(UnreadableReason.TRUNCATED)
    except ValueError:
        return Unreadable(UnreadableReason.NOT_OF_SCHEMA)
    return {**attributes, "datacontenttype": JSON, "data": data}


def _headers(event: Mapping[str, Any], content_type: str) -> list[tuple[str, bytes]]:
    attributes = [
        (PREFIX + name, str(value).encode())
        for name, value in event.items()
        if name not in ("data", "datacontenttype")
    ]
    return [*attributes, (CONTENT_TYPE, content_type.encode())]


def _attributes(headers: Headers, content_type: str) -> dict[str, str] | Unreadable:
    """Return the attributes; headers that are not CloudEvents' are the business of others."""
    found: dict[str, str] = {}
    said: list[bytes | None] = []
    for name, content in headers:
        if not name.startswith(PREFIX):
            if name == CONTENT_TYPE:
                said.append(content)
            continue
        attribute = name[len(PREFIX) :]
        if attribute in TRACING:
            continue
        if attribute in found or attribute in ("data", "datacontenttype") or content is None:
            return Unreadable(UnreadableReason.WRONG_HEADER)
        try:
            found[attribute] = content.decode()
        except UnicodeDecodeError:
            return Unreadable(UnreadableReason.WRONG_HEADER)
    if said != [content_type.encode()]:
        return Unreadable(UnreadableReason.NOT_BINARY_MODE)
    return found
