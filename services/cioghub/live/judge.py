"""What becomes of the events of one group: verdicts, and what the log is to keep of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from cioghub.journey import Journey, Taken
from cioghub.ledger.entries import class_id_of
from cioghub.ports.intake import Answer, Verdict
from cioghub.ports.live_log import Group, LiveLog, NewEvent, NewRefusal
from cioghub.steps.correlate.contributions import Contributions
from cioghub.steps.share.class_words import class_content
from cioghub.steps.share.table import DecisionClass
from cioghub.vocabulary.arrivals import ended_of, tray_of
from cioghub.vocabulary.event_types import is_concern, touches_another
from cioghub.vocabulary.incidents import Fault, Rejected, ValidIncident
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.reasons import FaultCode
from cioghub.vocabulary.words import NOT_A_REFERRAL
from cioghub.wire.cloud_events import Single
from cioghub.wire.json_lines import digest_of
from cioghub.wire.lines import fault_rows, shared_line


@dataclass(frozen=True, slots=True)
class Asked:
    """One event that somebody waits for the answer to, and the feeds that they may publish on."""

    single: Single
    feeds: frozenset[str]


@dataclass(frozen=True, slots=True)
class AtFault:
    """One event that was found at fault elsewhere, of which nothing but this is known here.

    `digest` is the hash of its canonical body (16 bytes).
    """

    rejected: Rejected
    digest: bytes


@dataclass(slots=True)
class Judged:
    """The verdicts of a group in order, what the log is to keep, and who is withdrawn when."""

    group: Group
    verdicts: list[Verdict] = field(default_factory=list)
    withdrawn: list[tuple[str, int]] = field(default_factory=list)


class Judge:
    """Judges events by the journey, and twins and targets by the log."""

    def __init__(self, journey: Journey, log: LiveLog, contributions: Contributions) -> None:
        self._journey = journey
        self._log = log
        self._contributions = contributions
        self._classes: dict[int, tuple[str, bytes]] = {}
        self._written: set[str] = set()

    def judge(self, asked: Iterable[Asked | AtFault], at: int, day: str) -> Judged:
        """Return what becomes of events accepted at `at` (seconds), the local day `day`."""
        found = Judged(Group(day=day, bundle=self._journey.bundle.hash))
        taken = self._take(list(asked), at)
        good = [one for _, one in taken if isinstance(one, Taken)]
        known = dict(self._log.digests(bytes.fromhex(one.ref) for one in good))
        targets = [target for one in good if (target := self._target(one)) is not None]
        before = dict(self._log.targets(targets)) if targets else {}
        for one, what in taken:
            if isinstance(what, Verdict):
                found.verdicts.append(what)
                continue
            digest = one.digest if isinstance(one, AtFault) else digest_of(one.single.body)
            if isinstance(what, Rejected):
                found.verdicts.append(self._refuse(found.group, what, digest, at))
            else:
                assert isinstance(one, Asked)
                found.verdicts.append(
                    self._accept(found, one.single.body, digest, what, at, known, before)
                )
        return found

    def written(self, group: Group) -> None:
        """Note that a group is kept: its decision classes need not be written again."""
        self._written |= group.classes.keys()

    def _take(
        self, asked: Sequence[Asked | AtFault], at: int
    ) -> list[tuple[Asked | AtFault, Verdict | Taken | Rejected]]:
        known = [_known(one) for one in asked]
        fresh = [
            one.single.value
            for one, what in zip(asked, known, strict=True)
            if what is None and isinstance(one, Asked)
        ]
        taken = iter(self._journey.take_all(fresh, at))
        return [
            (one, next(taken) if what is None else what)
            for one, what in zip(asked, known, strict=True)
        ]

    def _target(self, taken: Taken) -> bytes | None:
        if not touches_another(taken.valid.type):
            return None
        target = taken.valid.raw.attributes["data"]["id"]
        return bytes.fromhex(self._journey.pseudonymiser.reference(taken.valid.source, target))

    def _refuse(self, group: Group, rejected: Rejected, digest: bytes, at: int) -> Verdict:
        whole = rejected.source is not None and rejected.id is not None
        name = rejected.id if whole and rejected.id else self._blinded(digest)
        faults = orjson.dumps(fault_rows(rejected.faults)).decode()
        codes = tuple(fault.code.value for fault in rejected.faults)
        group.refusals.append(NewRefusal(at, rejected.source, name, faults, codes))
        return Verdict(Answer.REJECTED, rejected.source, name, rejected.faults)

    def _blinded(self, digest: bytes) -> str:
        return self._journey.pseudonymiser.reference("line", digest.hex())

    def _accept(
        self,
        found: Judged,
        body: bytes,
        digest: bytes,
        taken: Taken,
        at: int,
        known: dict[bytes, bytes],
        before: dict[bytes, str | None],
    ) -> Verdict:
        valid, group = taken.valid, found.group
        ref = bytes.fromhex(taken.ref)
        if ref in known:
            if known[ref] != digest:
                fault = Fault("/id", FaultCode.CONFLICT)
                row = orjson.dumps(fault_rows((fault,))).decode()
                codes = (fault.code.value,)
                group.refusals.append(NewRefusal(at, valid.source, valid.id, row, codes))
                return Verdict(Answer.CONFLICT, valid.source, valid.id, (fault,))
            group.duplicates[valid.source] = group.duplicates.get(valid.source, 0) + 1
            return _accepted(valid)
        target = self._target(taken)
        if target is not None and target not in before:
            fault = Fault("/data/id", FaultCode.UNKNOWN_TARGET)
            return self._refuse(group, Rejected((fault,), valid.source, valid.id), digest, at)
        event = self._event(taken, body, digest, at, target)
        known[ref] = digest
        before[ref] = event.contribution.id if event.contribution else None
        if target is not None and (name := before[target]) is not None:
            found.withdrawn.append((name, at))
        name, content = self._class(taken.decision)
        if name not in self._written:
            group.classes[name] = content
        group.events.append(event)
        return _accepted(valid)

    def _event(
        self, taken: Taken, body: bytes, digest: bytes, at: int, target: bytes | None
    ) -> NewEvent:
        valid = taken.valid
        contribution = None
        shared = []
        for incident in taken.received:
            if incident.recipient == HUB_RECIPIENT:
                contribution = self._contributions.of(incident)
            else:
                shared.append((incident.recipient, shared_line(incident)))
        return NewEvent(
            ref=bytes.fromhex(taken.ref),
            digest=digest,
            accepted=at,
            source=valid.source,
            id=valid.id,
            type=valid.type,
            time=valid.time,
            ended=ended_of(valid),
            incident=bool(valid.coded),
            tray=tray_of(valid, self._journey.bundle.areas),
            decision=self._class(taken.decision)[0],
            payload=body,
            shared=tuple(shared),
            contribution=contribution,
            withdraws=target,
        )

    def _class(self, decision: DecisionClass) -> tuple[str, bytes]:
        found = self._classes.get(decision.id)
        if found is None:
            content: Mapping[str, Any] = class_content(decision, self._journey.bundle.hash)
            found = self._classes[decision.id] = (class_id_of(content), orjson.dumps(content))
        return found


def _known(one: Asked | AtFault) -> Verdict | Rejected | None:
    """Return what becomes of an event that the journey need not be asked about."""
    if isinstance(one, AtFault):
        return one.rejected
    if is_of_others(one.single.value, one.feeds):
        return Verdict(Answer.NOT_YOURS, None, None)
    if one.single.fault is not None:
        return Rejected((one.single.fault,), None, None)
    return None


def is_of_others(value: Any, feeds: frozenset[str]) -> bool:
    """Say whether an event, as parsed from JSON, names a source that is none of these feeds."""
    source = value.get("source") if isinstance(value, dict) else None
    return isinstance(source, str) and source not in feeds


def _accepted(valid: ValidIncident) -> Verdict:
    notes = (NOT_A_REFERRAL,) if is_concern(valid.type) else ()
    return Verdict(Answer.ACCEPTED, valid.source, valid.id, notes=notes)
