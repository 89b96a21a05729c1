"""Prints, as JSON, which topics each of some services may know of; runs in a container."""

from __future__ import annotations

import json
import os
import sys

from kafka import KafkaConsumer

from cioghub.cli.kafka_cluster import client_settings
from cioghub.settings import read_kafka_login


def main(services: list[str]) -> None:
    """Ask the broker as each of them, with the password in its own folder."""
    seen = {}
    for name in services:
        os.environ["CIOG_KAFKA_USER"] = name
        os.environ["CIOG_KAFKA_PASSWORD_FILE"] = f"/secrets/{name}/kafka.password"
        with KafkaConsumer(**client_settings(read_kafka_login())) as consumer:
            seen[name] = sorted(consumer.topics())
    print(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1:])
