"""Reads back what lies on a topic, with another client than the hub's own."""

from __future__ import annotations

from typing import Any, NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from tests.kafka.broker import User

from cioghub.wire.kafka_events import read_avro
from cioghub.wire.shipped import schemas_folder
from cioghub.wire.single_object import Unreadable, read_single_objects

PATIENCE_SECONDS = 30


class Lying(NamedTuple):
    """What lies on a topic: where, under which key, and the event as the sharer reads it."""

    partition: int
    key: bytes
    event: dict[str, Any] | Unreadable


def events_on(user: User, topic: str) -> list[Lying]:
    """Return everything on a topic, in the order of each partition."""
    objects = read_single_objects(schemas_folder())
    consumer = Consumer({**user.confluent, "group.id": user.name, "enable.auto.commit": False})
    try:
        parts = sorted(consumer.list_topics(topic, PATIENCE_SECONDS).topics[topic].partitions)
        ends = [
            consumer.get_watermark_offsets(TopicPartition(topic, part), PATIENCE_SECONDS)
            for part in parts
        ]
        consumer.assign([TopicPartition(topic, part, OFFSET_BEGINNING) for part in parts])
        found = []
        for _ in range(sum(high - low for low, high in ends)):
            message = consumer.poll(PATIENCE_SECONDS)
            assert message is not None, "fewer messages than the broker said"
            assert message.error() is None, message.error()
            headers = [
                (name, value.encode() if isinstance(value, str) else value)
                for name, value in dict(message.headers() or ()).items()
            ]
            event = read_avro(headers, message.value(), objects)
            where, key = message.partition(), message.key()
            assert where is not None
            assert isinstance(key, bytes)
            found.append(Lying(where, key, event))
        return found
    finally:
        consumer.close()
