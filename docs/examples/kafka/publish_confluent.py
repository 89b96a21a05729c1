"""Publish events to the hub's Kafka with confluent-kafka: JSON lines on stdin.

    python publish_confluent.py incident.warwickshire-fire schemas/avro < events.jsonl

Needs confluent-kafka and fastavro. Leaves with 1 if Kafka did not confirm every event: run it again
then, since an event that lies on the topic twice counts once.
"""

import io
import json
import os
import sys
from functools import cache
from pathlib import Path

from confluent_kafka import Producer
from fastavro import parse_schema, schemaless_writer
from fastavro.schema import fingerprint, to_parsing_canonical_form


@cache
def schema_of(folder, type_name):
    """Return a published schema and the ten bytes that a record of it begins with."""
    kind, _, event = type_name.partition(".")
    schema = parse_schema(json.loads((folder / kind / f"{event}.avsc").read_text()))
    crc = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
    return schema, b"\xc3\x01" + bytes.fromhex(crc)


def message(event, schemas):
    """Return an event as the key, value and headers of a message."""
    schema, begin = schema_of(schemas, event["type"])
    value = io.BytesIO(begin)
    value.seek(len(begin))
    schemaless_writer(value, schema, event["data"], strict_allow_default=True)
    touches = event["type"] in ("event.correction.v1", "event.withdrawal.v1")
    headers = [
        (f"ce_{name}", event[name]) for name in ("specversion", "id", "source", "type", "time")
    ]
    return {
        "key": event["data"]["id"] if touches else event["id"],
        "value": value.getvalue(),
        "headers": [*headers, ("content-type", "avro/single-object")],
    }


def main(topic, schemas):
    """Send every line of stdin; return how many Kafka did not confirm."""
    producer = Producer(
        {
            "bootstrap.servers": os.environ["CIOG_KAFKA"],
            "security.protocol": "SASL_SSL",
            "ssl.ca.location": os.environ["CIOG_KAFKA_CA"],
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": os.environ["CIOG_KAFKA_USER"],
            "sasl.password": Path(os.environ["CIOG_KAFKA_PASSWORD_FILE"]).read_text().strip(),
            "enable.idempotence": True,  # acks=all comes with it
            "partitioner": "murmur2_random",  # as Java's clients choose the partition of a key
            "linger.ms": 20,
        }
    )
    failed = []

    def told(error, delivered):
        if error is not None:
            failed.append(error)

    for line in sys.stdin:
        if not line.strip():
            continue
        while True:
            try:
                producer.produce(topic, **message(json.loads(line), schemas), on_delivery=told)
                break
            except BufferError:  # more is on its way than the client holds: let some arrive
                producer.poll(1)
        producer.poll(0)
    producer.flush()
    return len(failed)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1], Path(sys.argv[2])) else 0)
