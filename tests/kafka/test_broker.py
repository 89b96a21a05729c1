"""The broker of the tests is a real one: whom it lets in, what it refuses, how it comes back."""

from __future__ import annotations

import socket
import ssl
import uuid

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError, TopicAuthorizationFailedError
from tests.kafka.broker import Broker


@pytest.fixture
def topic(broker: Broker) -> str:
    """A topic of the test's own, with one partition."""
    name = f"test.{uuid.uuid4()}"
    with KafkaAdminClient(**broker.admin.kafka_python) as admin:
        admin.create_topics({name: {"num_partitions": 1}}, wait_for_metadata=True)
    return name


def sent(broker: Broker, topic: str, value: bytes) -> int:
    """Send a message as the administrator; return its offset."""
    with KafkaProducer(**broker.admin.kafka_python) as producer:
        return int(producer.send(topic, value).get(30).offset)


def shakes_hands(broker: Broker) -> bool:
    """Say whether the broker answers a greeting over TLS within a second."""
    trust = ssl.create_default_context(cafile=str(broker.certificates.authority))
    with socket.create_connection(("127.0.0.1", broker.port), 1) as plain:
        try:
            trust.wrap_socket(plain, server_hostname="127.0.0.1").close()
        except TimeoutError:
            return False
    return True


def test_what_was_sent_is_there_when_the_broker_comes_back(broker: Broker, topic: str) -> None:
    sent(broker, topic, b"before")
    broker.stop()
    broker.start()
    sent(broker, topic, b"after")
    with KafkaConsumer(**broker.admin.kafka_python) as consumer:
        at = TopicPartition(topic, 0)
        consumer.assign([at])
        consumer.seek_to_beginning(at)
        assert [next(consumer).value for _ in range(2)] == [b"before", b"after"]


def test_a_paused_broker_stands_still_and_goes_on(broker: Broker) -> None:
    broker.pause()
    try:
        assert not shakes_hands(broker)
    finally:
        broker.resume()
    with KafkaAdminClient(**broker.admin.kafka_python) as admin:
        assert admin.describe_cluster()["controller_id"] == 1


def test_a_user_without_a_right_is_refused(broker: Broker, topic: str) -> None:
    nobody = broker.user("nobody")
    with (
        KafkaProducer(**nobody.kafka_python) as producer,
        pytest.raises(TopicAuthorizationFailedError),
    ):
        producer.send(topic, b"mine").get(30)


def test_a_wrong_password_is_refused(broker: Broker) -> None:
    wrong = broker.admin.kafka_python | {"sasl_plain_password": "wrong"}
    with pytest.raises(KafkaError):
        KafkaAdminClient(**wrong, bootstrap_timeout_ms=2000)


def test_nothing_is_said_in_the_clear(broker: Broker) -> None:
    for port in (broker.port, broker.controller_port):
        with socket.create_connection(("127.0.0.1", port), 10) as plain:
            plain.sendall(b"\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x01\x00\x00")
            heard = plain.recv(100)
        assert heard[:1] in {b"", b"\x15"}, "no answer, or the alert of TLS"
