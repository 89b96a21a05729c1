"""Makes the state of the areas again: from a snapshot, and from all that sharers passed on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition

from cioghub.bootstrap import shared_database
from cioghub.errors import EnvironmentFailed
from cioghub.ports.clock import Clock
from cioghub.runtimes.kafka_workers.correlator import Correlator
from cioghub.runtimes.kafka_workers.messages import Received
from cioghub.settings import KafkaLogin, Settings
from cioghub.stores.sql.correlator_set import SqlCorrelatorSet
from cioghub.stores.sql.snapshots import finish, restore_snapshot
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.topics import shared_topic

_AT_ONCE = 500


def rebuild(
    settings: Settings,
    login: KafkaLogin,
    clock: Clock,
    snapshot: Path,
    progress: Callable[[str, int], None],
) -> int:
    """Put a snapshot in place and everything after it; return how many messages were read.

    What the broker still has is read from the beginning: what the snapshot holds already stays as
    it is. Midnights after the snapshot are settled again by the next correlator that starts.

    Raises:
        WrongUse: it is no snapshot, or no database is named.
    """
    engine = shared_database(settings)
    restore_snapshot(engine, snapshot)
    correlator = Correlator(SqlCorrelatorSet(engine), clock, lambda outcome, events: None)
    consumer = KafkaConsumer(**login.client(), group_id=None, enable_auto_commit=False)
    read = 0
    try:
        topic = shared_topic(HUB_RECIPIENT)
        partitions = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic) or ()]
        if not partitions:
            raise EnvironmentFailed(
                f"The topic {topic} cannot be seen.",
                "What came after the snapshot is on it. Until it is read, nothing is settled.",
                "Rebuild as the user `correlator`, on the cluster that the workers use.",
            )
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        while any(consumer.position(one) < ends[one] for one in partitions):
            found = consumer.poll(timeout_ms=1_000, max_records=_AT_ONCE)
            group = [
                Received(one.topic, one.partition, one.offset, (), one.value)
                for messages in found.values()
                for one in messages
            ]
            if group:
                correlator.handle(group)
                read += len(group)
                progress("messages read", read)
    finally:
        consumer.close()
    finish(engine)
    return read
