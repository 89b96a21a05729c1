"""Says what would become of an event, with nothing kept: a journey of its own, and no log."""

from __future__ import annotations

import threading

from cioghub.journey import Journey
from cioghub.live.judge import is_of_others
from cioghub.ports.clock import Clock
from cioghub.ports.intake import Answer, Consideration, Message, NotAMessage, Passing, Verdict
from cioghub.steps.share.decide import Permit
from cioghub.vocabulary.event_types import is_concern
from cioghub.vocabulary.incidents import Fault, Rejected
from cioghub.vocabulary.reasons import FaultCode
from cioghub.vocabulary.words import NOT_A_REFERRAL
from cioghub.wire.cloud_events import split


class DryDoor:
    """Considers one event at a time."""

    def __init__(self, journey: Journey, clock: Clock) -> None:
        self._journey = journey
        self._clock = clock
        self._lock = threading.Lock()
        self._lanes = {one.name: one.lane for one in journey.bundle.agreements}

    def consider(self, message: Message, feeds: frozenset[str]) -> Consideration:
        """Return what would become of the one event of a message.

        Whether an event of that identity was accepted before is not looked up.
        """
        singles = split(message)
        if len(singles) != 1:
            raise NotAMessage(Fault("", FaultCode.TOO_MANY))
        single, bundle = singles[0], self._journey.bundle.hash
        if is_of_others(single.value, feeds):
            return Consideration(Verdict(Answer.NOT_YOURS, None, None), (), bundle)
        if single.fault is not None:
            verdict = Verdict(Answer.REJECTED, None, None, (single.fault,))
            return Consideration(verdict, (), bundle)
        with self._lock:
            taken = self._journey.take(single.value, self._clock.now())
        if isinstance(taken, Rejected):
            verdict = Verdict(Answer.REJECTED, taken.source, taken.id, taken.faults)
            return Consideration(verdict, (), bundle)
        passing = tuple(
            Passing(
                recipient=outcome.recipient,
                outcome="shared",
                lane=self._lanes.get(outcome.agreement),
                rules=outcome.rules,
                fields={
                    name: t.action if t.level is None else f"{t.action}:{t.level}"
                    for name, t in outcome.treatments
                },
            )
            if isinstance(outcome, Permit)
            else Passing(outcome.recipient, outcome.reason.value, None, outcome.rules, {})
            for outcome in taken.decision.outcomes
        )
        notes = (NOT_A_REFERRAL,) if is_concern(taken.valid.type) else ()
        verdict = Verdict(Answer.ACCEPTED, taken.valid.source, taken.valid.id, notes=notes)
        return Consideration(verdict, passing, bundle)
