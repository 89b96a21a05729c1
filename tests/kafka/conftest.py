"""One real Kafka broker for all tests of this folder; without Java or Maven they are skipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType
from tests.kafka.broker import Broker, User, running_broker
from tests.kafka.jars import NotHere

from cioghub.vocabulary.topics import incident_topic

FIRE = "warwickshire-fire"


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that every test finds running; one that stops or pauses it puts it back."""
    try:
        with running_broker(tmp_path_factory.mktemp("kafka")) as broker:
            yield broker
    except NotHere as reason:
        pytest.skip(f"no Kafka here: {reason}")


@pytest.fixture
def fire(broker: Broker) -> User:
    """The fire service, who may write its own topic, which is there and empty."""
    topic = incident_topic(FIRE)
    with KafkaAdminClient(**broker.admin.kafka_python) as admin:
        if topic in admin.list_topics():
            admin.delete_topics([topic])
        admin.create_topics({topic: {"num_partitions": 4}}, wait_for_metadata=True)
        may = ACL(
            f"User:agency.{FIRE}",
            "*",
            ACLOperation.WRITE,
            ACLPermissionType.ALLOW,
            ResourcePattern(ResourceType.TOPIC, topic),
        )
        assert not admin.create_acls([may])["failed"]
    return broker.user(f"agency.{FIRE}")
