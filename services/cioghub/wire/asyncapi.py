"""The AsyncAPI 3 document of the hub: its topics, and the messages on each, from their own files.

It describes the hub, as AsyncAPI asks: what the hub receives is what an agency sends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cioghub.vocabulary.reasons import UnreadableReason
from cioghub.vocabulary.schema import event_schema
from cioghub.wire.csv_files import read_text
from cioghub.wire.kafka_events import AVRO, JSON
from cioghub.wire.kafka_topics import Key, TopicEntry, TopicsFile, topic_settings

KEYS: dict[Key, str] = {
    "event": "The id of the event; for a correction or withdrawal that of the event it touches.",
    "message": "Partition and offset of the message that it is about.",
    "area": "The place of the event; of recipients outside the hub the id of the event.",
    "tick": "Always the same, so that all lies in one partition, in its order.",
    "alert": "The id of the alert.",
    "picture": "The first day of the fortnight.",
    "feed": "The source of the feed.",
}
"""What each kind of key of `topics.toml` is."""

PARAMETERS = {
    "agency": "A party of the sharing rules that has a feed.",
    "recipient": "A recipient of an agreement.",
    "audience": "An audience that an agreement releases to.",
}

_AVRO_FORMAT = "application/vnd.apache.avro;version=1.9.0"
_BINDING = "0.5.0"
_TEXT: dict[str, Any] = {"type": "string"}
_WHOLE: dict[str, Any] = {"type": "integer"}

_EVENTS_TOLD = {
    "shared": ("An event as the rules let it pass to a recipient.", "shared.<recipient>"),
    "alert": ("An alert was raised, updated or closed.", "alert.<audience>"),
}
"""CloudEvents with their data in JSON, and the topic of each."""

_OTHER_REASONS = ("rejected", "conflict", "not-yours", "unreadable", "error")
_QUARANTINED = {
    "topic": _TEXT,
    "partition": _WHOLE,
    "offset": _WHOLE,
    "reason": {
        "enum": [*(one.value for one in UnreadableReason), *_OTHER_REASONS],
    },
    "source": _TEXT,
    "id": _TEXT,
    "faults": {
        "type": "array",
        "items": {"type": "object", "properties": {"pointer": _TEXT, "code": _TEXT}},
    },
}
_PLAIN: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
    "quarantined": (
        "Where a message lies that went no further, and why, in codes.",
        ("quarantine.<agency>", "quarantine.hub"),
        {"type": "object", "properties": _QUARANTINED},
    ),
    "picture": ("A frozen fortnightly picture.", ("picture.tactical",), {"type": "object"}),
    "heartbeat": (
        "When a feed last gave a sign of life, in seconds since 1970 UTC.",
        ("feed.heartbeat",),
        {"type": "object", "properties": {"source": _TEXT, "at": _WHOLE}},
    ),
    "found": ("For the hub alone, in a form of its own.", ("found.hub",), {"type": "object"}),
}
"""JSON that is no event: what it is, the topics it lies on, its form."""


def asyncapi_document(topics: TopicsFile, schemas: Path, version: str) -> dict[str, Any]:
    """Return the document of a hub of this version, with the published schemas of a folder.

    Raises:
        WrongUse: a schema cannot be read.
    """
    avscs = [json.loads(read_text(path, "a schema")) for path in sorted(schemas.glob("*/*.avsc"))]
    received = {event_schema(avsc).type_name: _received(avsc) for avsc in avscs}
    told = {
        name: _event(said, JSON, {"type": "object"}) for name, (said, _) in _EVENTS_TOLD.items()
    }
    plain = {
        name: {"title": said, "contentType": JSON, "payload": form}
        for name, (said, _, form) in _PLAIN.items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "CIOG Hub on Kafka",
            "version": version,
            "description": "Events are CloudEvents 1.0 in binary mode. Times are RFC 3339 with "
            "offset. See docs/kafka.md.",
        },
        "defaultContentType": AVRO,
        "servers": {
            "hub": {
                "host": "kafka.example:9093",
                "protocol": "kafka-secure",
                "security": [{"$ref": "#/components/securitySchemes/scram"}],
            }
        },
        "channels": {
            _channel_id(one): _channel(one, topics, _messages_on(one.name, received))
            for one in topics.topic
        },
        "operations": {_operation_id(one): _operation(one) for one in topics.topic},
        "components": {
            "messages": {**received, **told, **plain},
            "messageTraits": {"event": {"headers": _HEADERS}},
            "securitySchemes": {"scram": {"type": "scramSha512"}},
        },
    }


def _received(avsc: Mapping[str, Any]) -> dict[str, Any]:
    said = _event(avsc["doc"], AVRO, {"schemaFormat": _AVRO_FORMAT, "schema": dict(avsc)})
    return {"name": event_schema(avsc).type_name, **said}


def _event(title: str, content_type: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": title,
        "contentType": content_type,
        "traits": [{"$ref": "#/components/messageTraits/event"}],
        "payload": payload,
    }


def _messages_on(name: str, received: Iterable[str]) -> list[str]:
    """Return which messages lie on a topic."""
    if name == "incident.<agency>":
        return list(received)
    return [
        *(message for message, (_, topic) in _EVENTS_TOLD.items() if topic == name),
        *(message for message, (_, topics, _) in _PLAIN.items() if name in topics),
    ]


def _channel(topic: TopicEntry, topics: TopicsFile, messages: list[str]) -> dict[str, Any]:
    address = topic.name.replace("<", "{").replace(">", "}")
    channel = {
        "address": address,
        "description": f"{topic.holds} Key: {KEYS[topic.key]}",
        "messages": {one: {"$ref": f"#/components/messages/{one}"} for one in messages},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "replicas": topics.replication,
                "topicConfiguration": _configuration(topic, topics.min_insync),
                "bindingVersion": _BINDING,
            }
        },
    }
    _, _, named = address.partition("{")
    if named:
        name = named.removesuffix("}")
        channel["parameters"] = {name: {"description": PARAMETERS[name]}}
    return channel


def _configuration(topic: TopicEntry, min_insync: int) -> dict[str, Any]:
    settings = topic_settings(topic, min_insync)
    return {
        "cleanup.policy": settings["cleanup.policy"].split(","),
        "retention.ms": int(settings["retention.ms"]),
    }


def _operation(topic: TopicEntry) -> dict[str, Any]:
    return {
        "action": "receive" if topic.name.startswith("incident.") else "send",
        "channel": {"$ref": f"#/channels/{_channel_id(topic)}"},
        "summary": topic.holds,
    }


def _channel_id(topic: TopicEntry) -> str:
    return topic.name.replace("<", "").replace(">", "")


def _operation_id(topic: TopicEntry) -> str:
    return ("receive." if topic.name.startswith("incident.") else "send.") + _channel_id(topic)


_HEADERS = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "content-type"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "pattern": "^[A-Za-z0-9._:~/-]{1,128}$"},
        "ce_source": {"type": "string", "description": "The feed, as /warwickshire-fire/incident."},
        "ce_type": {"type": "string", "description": "The type, as fire.incident.v1."},
        "ce_time": {"type": "string", "format": "date-time"},
        "content-type": {"enum": [AVRO, JSON]},
    },
}
