"""An intake that keeps its verdicts in memory, with the real journey behind it."""

from __future__ import annotations

import hashlib

from cioghub.bootstrap import journey_of
from cioghub.journey import Taken
from cioghub.ports.intake import (
    Answer,
    Busy,
    Consideration,
    Message,
    NotAMessage,
    Passing,
    Verdict,
)
from cioghub.steps.share.decide import Permit
from cioghub.steps.share.table import Bundle
from cioghub.vocabulary.incidents import Fault
from cioghub.vocabulary.keys import KeyRing, KeyRoot, Secret
from cioghub.vocabulary.reasons import FaultCode
from cioghub.vocabulary.words import NOT_A_REFERRAL
from cioghub.wire.cloud_events import Single, split


class MemoryIntake:
    """Takes events as the hub does, and forgets them with the test."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._lanes = {one.name: one.lane for one in bundle.agreements}
        self._journey = journey_of(bundle, KeyRing((KeyRoot("t", None, Secret(b"k" * 32)),)))
        self.kept: dict[tuple[str, str], bytes] = {}
        self.busy: Busy | None = None

    async def publish(self, message: Message, feeds: frozenset[str]) -> tuple[Verdict, ...]:
        if self.busy:
            raise self.busy
        return tuple([self._judge(one, feeds, keep=True)[0] for one in split(message)])

    def consider(self, message: Message, feeds: frozenset[str]) -> Consideration:
        if self.busy:
            raise self.busy
        events = split(message)
        if len(events) != 1:
            raise NotAMessage(Fault("", FaultCode.WRONG_TYPE))
        verdict, taken = self._judge(events[0], feeds, keep=False)
        return Consideration(verdict, self._passing(taken) if taken else (), self._bundle.hash)

    def _judge(
        self, one: Single, feeds: frozenset[str], keep: bool
    ) -> tuple[Verdict, Taken | None]:
        blinded = hashlib.blake2b(one.body, digest_size=16, key=b"k").hexdigest()
        if one.fault:
            return Verdict(Answer.REJECTED, None, blinded, (one.fault,)), None
        source = one.value.get("source") if isinstance(one.value, dict) else None
        if isinstance(source, str) and source not in feeds:
            return Verdict(Answer.NOT_YOURS, None, None), None
        taken = self._journey.take(one.value)
        if not isinstance(taken, Taken):
            name = taken.id if taken.source and taken.id else blinded
            return Verdict(Answer.REJECTED, taken.source, name, taken.faults), None
        valid = taken.valid
        notes = (NOT_A_REFERRAL,) if valid.type.startswith("schools.concern.") else ()
        before = self.kept.get((valid.source, valid.id), one.body)
        if before != one.body:
            fault = Fault("/id", FaultCode.CONFLICT)
            return Verdict(Answer.CONFLICT, valid.source, valid.id, (fault,), notes), None
        if keep:
            self.kept[valid.source, valid.id] = one.body
        return Verdict(Answer.ACCEPTED, valid.source, valid.id, (), notes), taken

    def _passing(self, taken: Taken) -> tuple[Passing, ...]:
        found = []
        for outcome in taken.decision.outcomes:
            if isinstance(outcome, Permit):
                fields = {
                    name: treatment.level or treatment.action
                    for name, treatment in outcome.treatments
                }
                lane = self._lanes[outcome.agreement]
                found.append(Passing(outcome.recipient, "shared", lane, outcome.rules, fields))
            else:
                reason = outcome.reason.value
                found.append(Passing(outcome.recipient, reason, None, outcome.rules, {}))
        return tuple(found)
