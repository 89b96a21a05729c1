"""The sharer: validates, shares and pseudonymises. It alone reads raw topics.

Rules for editors:
1. A group is one transaction: what was accepted, what became of it, and what is to be sent.
2. Whatever is wrong with an event puts that event into quarantine, and nothing else. What is wrong
   with the database or the broker leaves here, and ends the worker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Protocol

from cioghub.errors import EnvironmentFailed
from cioghub.journey import Journey, correlator_of
from cioghub.live.judge import Asked, AtFault, Judge, Judged
from cioghub.ports.clock import MOST_APART, Clock
from cioghub.ports.intake import Answer
from cioghub.ports.live_log import Group, LiveLog
from cioghub.ports.workers import Answered, LogMoved, Outgoing, Waiting
from cioghub.runtimes.kafka_workers.asking import answer_of, is_at_fault, read_ask, read_at_fault
from cioghub.runtimes.kafka_workers.messages import Received, heartbeat_message, quarantine_message
from cioghub.steps.validate.fault_places import fault_pointers
from cioghub.stores.sql.seal import Unsealing
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.event_types import HEARTBEAT
from cioghub.vocabulary.topics import incident_topic
from cioghub.wire.cloud_events import single
from cioghub.wire.kafka_events import read_avro
from cioghub.wire.single_object import SingleObjects, Unreadable

UNREADABLE, ERROR, DUPLICATE = "unreadable", "error", "duplicate"


class SharingLog(LiveLog, Protocol):
    """The log that several sharers keep."""

    def floor(self) -> int:
        """Return the time before which nothing can be accepted."""
        ...

    def is_to_blame(self, error: Exception) -> bool:
        """Say whether an error is the database's own, whatever it was given."""
        ...

    def take(
        self,
        group: Group,
        at: int,
        beside: Sequence[Outgoing] = (),
        answers: Sequence[Answered] = (),
    ) -> list[Waiting]:
        """Keep a group; return what is to be sent. Raises LogMoved if another came first."""
        ...


class Sharer:
    """Handles groups of raw messages, for several threads: one judges while another one keeps.

    Two groups at once must be of different partitions. What they have in common all the same is
    found when the second is to be kept, and it is judged again.
    """

    def __init__(
        self,
        journey: Journey,
        log: SharingLog,
        clock: Clock,
        objects: SingleObjects,
        count: Callable[[str, int], None],
    ) -> None:
        """`count` is told how many events had which outcome."""
        self._journey = journey
        self._log = log
        self._clock = clock
        self._objects = objects
        self._count = count
        self._judge = Judge(journey, log, correlator_of(journey.bundle).contributions)
        self._judging = Lock()
        self._floor: int | None = None
        self.unsealing = Unsealing(journey.pseudonymiser.unsealing())
        self._pointers = fault_pointers(journey.bundle.schemas.values())
        self._agencies: Mapping[str, tuple[str, frozenset[str]]] = {
            incident_topic(party.id): (party.id, frozenset(feed.source for feed in party.feeds))
            for party in journey.bundle.parties.parties
            if party.feeds
        }

    @property
    def topics(self) -> tuple[str, ...]:
        """The raw topics, one an agency that publishes."""
        return tuple(sorted(self._agencies))

    def handle(self, messages: Sequence[Received]) -> list[Waiting]:
        """Return what is to be sent of a group, once all of it is kept.

        Raises:
            EnvironmentFailed: the clock is more than a minute behind the log.
        """
        try:
            return self._keep(messages)
        except EnvironmentFailed:
            raise
        except Exception as error:
            if self._log.is_to_blame(error):
                raise
            self._log.floor()
            # Whoever fails alone, while the database answers, is at fault alone.
            if len(messages) == 1:
                return self._quarantine(messages[0], error)
            half = len(messages) // 2
            return self.handle(messages[:half]) + self.handle(messages[half:])

    def _keep(self, messages: Sequence[Received]) -> list[Waiting]:
        asked: list[Asked | AtFault] = []
        origins, beside = [], []
        for message in messages:
            agency, feeds = self._agencies[message.topic]
            event = self._read(message, feeds)
            if isinstance(event, Unreadable):
                row = {"reason": event.reason.value}
                beside.append(quarantine_message(agency, message, row))
            else:
                asked.append(event)
                origins.append(message)
        at = self._from(self._known_floor())
        while True:
            with self._judging:
                judged = self._judge.judge(asked, at, self._day(at))
            out = [*beside, *self._refused(judged, origins), *_heartbeats(judged.group)]
            try:
                waiting = self._log.take(judged.group, at, out, _answers(judged, origins))
                break
            except LogMoved as moved:
                at = self._from(moved.floor)
        self._floor = at
        with self._judging:
            self._judge.written(judged.group)
        outcomes = Counter(verdict.answer.value for verdict in judged.verdicts)
        outcomes[UNREADABLE] = len(beside)
        outcomes[DUPLICATE] = sum(judged.group.duplicates.values())
        for outcome, events in outcomes.items():
            self._count(outcome, events)
        return waiting

    def _read(self, message: Received, feeds: frozenset[str]) -> Asked | AtFault | Unreadable:
        if is_at_fault(message.headers):
            return read_at_fault(message.value, feeds, self._pointers, self.unsealing.open)
        event = read_avro(message.headers, message.value, self._objects)
        return event if isinstance(event, Unreadable) else Asked(single(event), feeds)

    def _known_floor(self) -> int:
        """Return the time that the log had come to when last seen: it says so if it moved since."""
        if self._floor is None:
            self._floor = self._log.floor()
        return self._floor

    def _from(self, floor: int) -> int:
        """Return the time from which on a group is accepted."""
        now = self._clock.now()
        if floor - now > MOST_APART:
            raise EnvironmentFailed(
                f"The log has come to {floor - now} seconds after this machine's clock.",
                "One of the machines has a wrong clock, and what it accepts has a wrong time.",
                "Let all take their time from one server, then start the worker again.",
            )
        return max(now, floor)

    def _refused(self, judged: Judged, origins: Sequence[Received]) -> list[Outgoing]:
        found = []
        for verdict, message in zip(judged.verdicts, origins, strict=True):
            if verdict.answer is Answer.ACCEPTED or read_ask(message.headers) is not None:
                continue  # who asks is answered at the door
            row = {
                "reason": verdict.answer.value,
                "source": verdict.source,
                "id": verdict.id,
                "faults": [
                    {"pointer": fault.pointer, "code": fault.code.value} for fault in verdict.faults
                ],
            }
            found.append(quarantine_message(self._agencies[message.topic][0], message, row))
        return found

    def _quarantine(self, message: Received, error: Exception) -> list[Waiting]:
        at = self._from(self._log.floor())
        row = {"reason": ERROR, "kind": type(error).__name__}
        out = quarantine_message(self._agencies[message.topic][0], message, row)
        ask = read_ask(message.headers)
        answers = [] if ask is None else [Answered(*ask, answer_of(None))]
        while True:
            try:
                waiting = self._log.take(self._group(at), at, [out], answers)
                break
            except LogMoved as moved:
                at = self._from(moved.floor)
        self._count(ERROR, 1)
        return waiting

    def _group(self, at: int) -> Group:
        return Group(day=self._day(at), bundle=self._journey.bundle.hash)

    def _day(self, at: int) -> str:
        return local_day(at, self._journey.zone).isoformat()


def _answers(judged: Judged, origins: Sequence[Received]) -> list[Answered]:
    asks = [read_ask(message.headers) for message in origins]
    return [
        Answered(*ask, answer_of(verdict))
        for ask, verdict in zip(asks, judged.verdicts, strict=True)
        if ask is not None
    ]


def _heartbeats(group: Group) -> list[Outgoing]:
    return [
        heartbeat_message(one.source, one.accepted) for one in group.events if one.type == HEARTBEAT
    ]
