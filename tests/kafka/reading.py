"""Reads back what lies on a topic, with another client than the hub's own."""

from __future__ import annotations

from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from tests.kafka.broker import User

from cioghub.wire.kafka_events import read_avro
from cioghub.wire.shipped import schemas_folder
from cioghub.wire.single_object import Unreadable, read_single_objects

PATIENCE_SECONDS = 30


def events_on(user: User, topic: str) -> list[tuple[bytes, dict[str, Any] | Unreadable]]:
    """Return everything on a topic as the sharer reads it, each with its key."""
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
            event = read_avro(message.headers() or [], message.value(), objects)
            found.append((message.key(), event))
        return found
    finally:
        consumer.close()
