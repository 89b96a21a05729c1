"""The topic of an agency as a door: a batch is through when Kafka has it for good."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from cioghub.cli.kafka_cluster import admission, client_settings, kafka_faults
from cioghub.errors import EnvironmentFailed
from cioghub.ports.intake import Answer
from cioghub.publishing.door import Waiting
from cioghub.settings import KafkaLogin
from cioghub.vocabulary.reasons import FaultCode
from cioghub.wire.event_batches import Answered
from cioghub.wire.kafka_events import TopicMessage, avro_message
from cioghub.wire.single_object import SingleObjects

THROUGH = Answered(Answer.ACCEPTED, (), ())
NO_RECORD = Answered(Answer.REJECTED, (("/data", FaultCode.WRONG_TYPE.value),), ())
_LINGER_MS = 20
_CLOSING_SECONDS = 2


class TopicDoor:
    """Sends batches to a topic; the producer is idempotent and every copy in sync has each event.

    An event may lie on the topic twice when a batch is sent again after a kill; the hub takes one.
    """

    def __init__(
        self, login: KafkaLogin, topic: str, objects: SingleObjects, give_up_seconds: float
    ) -> None:
        """Take where to, and how long to wait in all for a cluster that does not answer.

        Raises:
            EnvironmentFailed: Kafka cannot be reached, or lets this user not in.
        """
        self._user = login.user
        self._topic = topic
        self._objects = objects
        patience_ms = max(1000, int(give_up_seconds * 1000))
        settings = client_settings(login)
        with kafka_faults(login.user), admission(login.user):
            self._producer = KafkaProducer(
                **settings,
                enable_idempotence=True,
                acks="all",
                linger_ms=_LINGER_MS,
                request_timeout_ms=min(30_000, patience_ms // 2),
                delivery_timeout_ms=patience_ms,
                max_block_ms=patience_ms,
                allow_auto_create_topics=False,
            )

    def __enter__(self) -> TopicDoor:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._producer.close(timeout=_CLOSING_SECONDS)
        except KafkaTimeoutError:
            # After a fault. kafka-python gives its own closing up then, goes on trying, and
            # complains once more when it is forgotten: end it, since all will be sent again.
            self._producer._sender.force_close()
            self._producer._closed = True

    def send(self, bodies: Sequence[bytes], waiting: Waiting) -> tuple[Answered, ...]:
        """Return, for each event, that the topic has it, or that it is of no schema.

        Raises:
            EnvironmentFailed: Kafka did not confirm all in the time allowed, or refused.
        """
        messages = [self._message(body) for body in bodies]
        try:
            with kafka_faults(self._user):
                sent = [
                    self._producer.send(self._topic, one.value, one.key, one.headers)
                    for one in messages
                    if one is not None
                ]
                for future in sent:
                    future.get()
        except EnvironmentFailed as error:
            if isinstance(error.__cause__, KafkaTimeoutError):
                raise EnvironmentFailed(
                    "Kafka does not confirm what is sent.",
                    "What it has confirmed so far is kept.",
                    "Run the same command again: it goes on where this one stopped.",
                ) from error
            raise
        return tuple(NO_RECORD if one is None else THROUGH for one in messages)

    def _message(self, body: bytes) -> TopicMessage | None:
        try:
            return avro_message(orjson.loads(body), self._objects)
        except ValueError:
            return None
