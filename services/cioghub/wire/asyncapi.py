"""The AsyncAPI 3 document of the hub: its topics, and the messages on each, from their own files.

It describes the hub, as AsyncAPI asks: what the hub receives is what an agency sends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cioghub.vocabulary.schema import event_schema
from cioghub.wire.csv_files import read_text
from cioghub.wire.kafka_events import AVRO, JSON
from cioghub.wire.kafka_topics import TopicEntry, TopicsFile, topic_settings

KEYS = {
    "event": "The id of the event; for a correction or withdrawal that of the event it touches.",
    "area": "The CIOG area, so that one worker has all of an area.",
    "alert": "The id of the alert.",
    "picture": "The audience and the first day of the fortnight.",
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
_TOLD = {
    "shared": ("An event as the rules let it pass to this recipient.", "shared.<recipient>"),
    "alert": ("An alert was raised, updated or closed.", "alert.<audience>"),
    "picture": ("A frozen fortnightly picture.", "picture.tactical"),
}


def asyncapi_document(topics: TopicsFile, schemas: Path, version: str) -> dict[str, Any]:
    """Return the document of a hub of this version, with the published schemas of a folder.

    Raises:
        WrongUse: a schema cannot be read.
    """
    avscs = [json.loads(read_text(path, "a schema")) for path in sorted(schemas.glob("*/*.avsc"))]
    received = {event_schema(avsc).type_name: _received(avsc) for avsc in avscs}
    told = {name: _message(said, JSON, {"type": "object"}) for name, (said, _) in _TOLD.items()}
    unread = {"unreadable": {"title": "A message that is no event, as it came, and its reason."}}
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
            "messages": {**received, **told, **unread},
            "messageTraits": {"event": {"headers": _HEADERS}},
            "securitySchemes": {"scram": {"type": "scramSha512"}},
        },
    }


def _received(avsc: Mapping[str, Any]) -> dict[str, Any]:
    said = _message(avsc["doc"], AVRO, {"schemaFormat": _AVRO_FORMAT, "schema": dict(avsc)})
    return {"name": event_schema(avsc).type_name, **said}


def _message(title: str, content_type: str, payload: Mapping[str, Any]) -> dict[str, Any]:
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
    if name == "feed.heartbeat":
        return [one for one in received if one.startswith("feed.heartbeat.")]
    return [one for one, (_, topic) in _TOLD.items() if topic == name] or ["unreadable"]


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
