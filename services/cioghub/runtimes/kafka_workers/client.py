"""How the workers speak with Kafka: faust for what comes in, a producer of their own for the rest.

What of faust is used, and what never: docs/decisions/0024-workers-on-kafka.md.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faust
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from cioghub.ports.workers import Waiting
from cioghub.settings import MECHANISM, KafkaLogin
from cioghub.vocabulary.topics import FOUND

SESSION_SECONDS = 10
COMMIT_SECONDS = 1.0
MOST_POLLED = 500
LARGEST = 1 << 20
"""Bytes of the largest message, as brokers have it where nobody says otherwise."""

BATCH = 1 << 16
"""Bytes of a batch for one partition; a larger message goes alone."""

IN_ORDER = {FOUND: 0}
"""The partition of a topic that is read in order, by one worker."""


def faust_app(login: KafkaLogin, group: str, instance: str | None) -> faust.App:
    """Return an app that joins a group, hands out raw bytes, and does nothing else.

    `instance` names this worker among its like, so that a restart within the session moves nothing.
    """
    settings: dict[str, Any] = {"consumer_group_instance_id": instance} if instance else {}
    folder = tempfile.mkdtemp(prefix="ciog-")
    app = faust.App(
        group,
        broker=[f"kafka://{host}:{port}" for host, port in login.brokers()],
        broker_credentials=faust.SASLCredentials(
            username=login.user,
            password=login.password(),
            ssl_context=login.trust(),
            mechanism=MECHANISM,
        ),
        autodiscover=False,
        datadir=Path(folder),
        key_serializer="raw",
        value_serializer="raw",
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        agent_supervisor="mode.CrashingSupervisor",
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=LARGEST,
        broker_commit_interval=COMMIT_SECONDS,
        broker_session_timeout=SESSION_SECONDS,
        broker_heartbeat_interval=SESSION_SECONDS / 3,
        broker_max_poll_records=MOST_POLLED,
        **settings,
    )
    # It wants a folder, and with these settings keeps nothing there.
    weakref.finalize(app, shutil.rmtree, folder, ignore_errors=True)
    return app


def producer_of(login: KafkaLogin) -> AIOKafkaProducer:
    """Return a producer whose messages are on every copy, each once and in order."""
    return AIOKafkaProducer(
        **login.client(),
        enable_idempotence=True,
        acks="all",
        max_batch_size=BATCH,
        max_request_size=LARGEST,
    )


def watcher_of(login: KafkaLogin, group: str) -> AIOKafkaConsumer:
    """Return a client that reads no message, and knows how far a group has come."""
    return AIOKafkaConsumer(
        **login.client(),
        group_id=group,
        enable_auto_commit=False,
        metadata_max_age_ms=5_000,
    )


async def send_all(producer: AIOKafkaProducer, waiting: Sequence[Waiting]) -> None:
    """Send messages; return once the broker has all of them on every copy.

    They go as batches, one a partition: what a message costs by itself is more than what it holds.
    """
    partitions: dict[str, list[int]] = {}
    chosen: dict[tuple[str, bytes], int] = {}  # places come again, and cost much to be hashed
    filling: dict[tuple[str, int], BatchBuilder] = {}
    sent = []
    for one in waiting:
        topic, key, value, headers = one.message
        if topic not in partitions:
            partitions[topic] = sorted(await producer.partitions_for(topic))
        partition = IN_ORDER.get(topic, chosen.get((topic, key)))
        if partition is None:
            partition = DefaultPartitioner()(key, partitions[topic], partitions[topic])
            chosen[topic, key] = partition
        at = (topic, partition)
        if at not in filling:
            filling[at] = producer.create_batch()
        row = {"key": key, "value": value, "headers": [(n, v.encode()) for n, v in headers]}
        if filling[at].append(timestamp=None, **row) is None:  # it is full
            sent.append(await producer.send_batch(filling[at], topic, partition=partition))
            filling[at] = producer.create_batch()
            filling[at].append(timestamp=None, **row)
    for (topic, partition), batch in filling.items():
        sent.append(await producer.send_batch(batch, topic, partition=partition))
    await asyncio.gather(*sent)
