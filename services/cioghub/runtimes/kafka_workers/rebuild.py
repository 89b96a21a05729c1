"""Makes the state of the areas again: from a snapshot, and from all that sharers passed on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from cioghub.errors import EnvironmentFailed
from cioghub.ports.clock import Clock
from cioghub.runtimes.kafka_workers.correlator import Correlator
from cioghub.runtimes.kafka_workers.messages import Received, read_passed
from cioghub.stores.sql.correlator_set import SqlCorrelatorSet
from cioghub.stores.sql.database import Database
from cioghub.stores.sql.snapshots import finish, read_snapshot, restore_snapshot
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.topics import shared_topic

TOPIC = shared_topic(HUB_RECIPIENT)
PATIENCE_SECONDS = 60
"""So long the broker may take to answer."""

_AT_ONCE = 500


def rebuild(
    engine: Database,
    client: Mapping[str, Any],
    clock: Clock,
    snapshot: Path,
    progress: Callable[[str, int], None],
) -> tuple[int, int]:
    """Put a snapshot in place and everything after it.

    Returns how many messages were read, and how many events that sharers passed on were not among
    them: nothing is settled past one of those before it comes.

    `client` are the settings of a client of kafka-python whose broker has been seen to answer.
    What the broker still has is read from the beginning: what the snapshot holds already stays as
    it is. Midnights after the snapshot are settled again by the next correlator that starts.

    Raises:
        WrongUse: it is no snapshot.
        EnvironmentFailed: the topic cannot be read, or does not reach back to the snapshot; then
            nothing was changed. Or it could not be read to its end; then nothing is settled.
    """
    given = read_snapshot(snapshot)
    consumer = KafkaConsumer(**client, group_id=None, enable_auto_commit=False)
    read = 0
    try:
        numbers = consumer.partitions_for_topic(TOPIC) or ()
        if not numbers:
            raise EnvironmentFailed(
                f"The topic {TOPIC} cannot be seen.",
                "What came after the snapshot is on it. Nothing was changed.",
                "Rebuild as the user `correlator`, on the cluster that the workers use.",
            )
        partitions = [TopicPartition(TOPIC, n) for n in numbers]
        _check_reaches_back(consumer, partitions, given.whole)
        restore_snapshot(engine, given)
        correlator = Correlator(SqlCorrelatorSet(engine), clock, lambda outcome, events: None)
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        for group in _groups(consumer, consumer.end_offsets(partitions)):
            correlator.handle(group)
            read += len(group)
            progress("messages read", read)
    finally:
        consumer.close()
    return read, finish(engine)


def _check_reaches_back(
    consumer: KafkaConsumer, partitions: list[TopicPartition], whole: int
) -> None:
    """Make sure that nothing that the snapshot lacks was deleted: a partition keeps its newest."""
    begins, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    for one in partitions:
        if begins[one] == 0:
            continue
        if begins[one] < ends[one]:
            consumer.assign([one])
            consumer.seek(one, begins[one])
            first = next(_groups(consumer, {one: begins[one] + 1}))[0]
            with suppress(ValueError):  # what cannot be read says nothing of when it was
                if read_passed(first.value).position <= whole + 1:
                    continue
        raise EnvironmentFailed(
            f"The topic {TOPIC} does not reach back to the snapshot.",
            "Events that neither of them holds would be missing for ever. Nothing was changed.",
            "Rebuild from a later snapshot, or restore a backup of the database.",
        )


def _groups(
    consumer: KafkaConsumer, ends: Mapping[TopicPartition, int]
) -> Iterator[list[Received]]:
    """Yield what lies before some ends, from where the consumer stands."""
    heard = time.monotonic()
    while any(consumer.position(one) < end for one, end in ends.items()):
        found = consumer.poll(timeout_ms=1_000, max_records=_AT_ONCE)
        if found:
            heard = time.monotonic()
            yield [
                Received(one.topic, one.partition, one.offset, (), one.value)
                for messages in found.values()
                for one in messages
            ]
        elif time.monotonic() - heard > PATIENCE_SECONDS:
            raise EnvironmentFailed(
                f"The broker has not answered for {PATIENCE_SECONDS} seconds.",
                "What came after the snapshot is on it. Until it is read, nothing is settled.",
                "Look at the broker, then run the command again.",
            )
