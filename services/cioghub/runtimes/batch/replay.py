"""Replays files of events through the whole journey into a folder of results.

It reads once, in any order of lines, some hundreds together; then it goes through the log in order
of time, a tick at each local midnight. Simple and obvious on purpose: the other runtimes are
compared with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from cioghub.journey import Evening, Settled, Taken, correlator_of
from cioghub.runtimes.batch.log import Control, Log, Numbers, Standing
from cioghub.runtimes.batch.means import SHARED, Counts, Means, by_change, by_recipient
from cioghub.runtimes.batch.outputs import withheld_tails
from cioghub.runtimes.batch.receipts import Receipts
from cioghub.runtimes.batch.trays import IN_PLACE, Trays
from cioghub.runtimes.batch.twins import LatelyAccepted
from cioghub.steps.share.class_words import class_content
from cioghub.steps.share.decide import Permit
from cioghub.steps.validate.forms import nanoseconds
from cioghub.vocabulary.arrivals import ended_of
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.event_types import touches_another
from cioghub.vocabulary.incidents import Fault, PseudonymousIncident, Rejected, build
from cioghub.vocabulary.midnights import jump_notices, midnights
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.reasons import FaultCode
from cioghub.vocabulary.signals import AlertChange, Notice
from cioghub.wire.json_lines import (
    Oversized,
    check_keys,
    digest_of,
    parse_unchecked,
    parts,
    too_deep,
)
from cioghub.wire.lines import rejected_line

NONE = -1

TOGETHER = 1024
"""How many decisions are written at once: what their lines are made of still fits a cache."""


class Parsed(NamedTuple):
    """A line: the hash it is known by, and its text and value, or why it has none."""

    digest: bytes
    line: bytes
    published: Any
    refused: Rejected | None = None


class Replay:
    """One replay: `read` every line, then `finish`; it uses the journey of its means up."""

    def __init__(self, means: Means) -> None:
        self._journey, self._outputs, self._ledger = means.journey, means.outputs, means.ledger
        self._page, self._label, self._progress = means.page, means.label, means.progress
        self._log = Log()
        self._lately = LatelyAccepted()
        self._correlator = correlator_of(means.journey.bundle)
        self._trays = Trays(means.journey.bundle.areas)
        self._rejected: list[int] = []
        self.types: set[str] = set()
        self._changes = dict.fromkeys(AlertChange, 0)

    def read(self, lines: Iterable[bytes | Oversized]) -> None:
        """Take every line through the first four stages, but what came a short while ago."""
        done = 0
        for part in parts(lines):
            self._progress("events read", done)
            self._take(part)
            done += len(part)

    def _take(self, lines: list[bytes | Oversized]) -> None:
        """Take some lines through, stage by stage."""
        parsed = self._set_twins_aside([_parsed(line) for line in lines])
        published = [one.published for one in parsed if one.refused is None]
        taken = iter(self._journey.take_all(published))
        outcomes = [one.refused or next(taken) for one in parsed]
        for at, outcome in enumerate(outcomes):
            if isinstance(outcome, Rejected):
                parsed[at] = one = _looked_into(parsed[at])
                outcomes[at] = one.refused or outcome
        numbers = self._log.read([one.digest for one in parsed])
        accepted, events, digests = [], [], []
        for number, one, outcome in zip(numbers, parsed, outcomes, strict=True):
            if isinstance(outcome, Rejected):
                self._reject(number, outcome, one.digest)
            else:
                accepted.append(number)
                events.append(outcome)
                digests.append(one.digest)
        # Of what is refused none: of two lines that say the same, one may be written as none may.
        self._lately.note(digests)
        if events:
            self._outputs.share([event.received for event in events], accepted)
            self._accept(accepted, events, self._contribute(events))

    def _set_twins_aside(self, parsed: list[Parsed]) -> list[Parsed]:
        """Note the lines whose event was accepted a short while ago, and return the others.

        The same value would be accepted again, and left out at the end: of twins the line with the
        smallest number stands, and that has been taken through already.
        """
        others = [one for one in parsed if one.digest not in self._lately]
        if len(others) < len(parsed):
            self._log.read([one.digest for one in parsed if one.digest in self._lately])
        return others

    def _reject(self, number: int, rejected: Rejected, digest: bytes) -> None:
        whole = rejected.source is not None and rejected.id is not None
        name = rejected.id if whole and rejected.id else self._blinded(digest)
        line = rejected_line(rejected.source, name, rejected.faults)
        self._outputs.rejected.add(line, number)
        self._rejected.append(number)

    def _blinded(self, digest: bytes) -> str:
        return self._journey.pseudonymiser.reference("line", digest.hex())

    def _contribute(self, events: list[Taken]) -> list[int]:
        """Put what the correlator receives into its set; return the number there of each event."""
        own: list[PseudonymousIncident] = []
        places: list[int] = []
        for event in events:
            place = NONE
            for incident in event.received:
                if incident.recipient == HUB_RECIPIENT:
                    place = len(own)
                    own.append(incident)
            places.append(place)
        numbers = self._correlator.add_all(own)
        return [NONE if place == NONE else numbers[place] for place in places]

    def _accept(self, lines: list[int], events: list[Taken], contributions: list[int]) -> None:
        valid, refs, decisions, _ = zip(*events, strict=True)
        raw, types, sources, ids, _, coded, times, *_ = zip(*valid, strict=True)
        met = frozenset(types)
        self.types |= met
        written = [one.attributes["time"] for one in raw]
        numbers = self._log.accept(
            line=lines,
            ref=refs,
            source=sources,
            id=ids,
            time=times,
            fraction=[nanoseconds(one) if one[19] == "." else 0 for one in written],
            ended=[ended_of(one) for one in valid],
            decision=[decision.id for decision in decisions],
            contribution=contributions,
            tray=self._trays.numbers(valid),
            incident=[bool(one) for one in coded],
        )
        if not any(map(touches_another, met)):
            return
        for number, one in zip(numbers, valid, strict=True):
            if touches_another(one.type):
                target = one.raw.attributes["data"]["id"]
                ref = self._journey.pseudonymiser.reference(one.source, target)
                self._log.controls.append(Control(number, bytes.fromhex(ref)))

    def finish(self, until: int | None) -> Counts:
        """Settle what stands, go through the days, and write everything; return the counts."""
        log = self._log
        self._outputs.set_aside()
        standing = log.settle()
        for event in standing.conflicts.tolist():
            self._reject_late(event, Fault("/id", FaultCode.CONFLICT))
        for event in sorted(standing.unknown_targets):
            self._reject_late(event, Fault("/data/id", FaultCode.UNKNOWN_TARGET))
        self._leave_out(standing)
        for target, by in standing.withdrawn:
            if log.contribution[target] != NONE:
                # By its number: a twin that was left out has the same id.
                self._correlator.remove(log.contribution[target], log.time[by])
        receipts = Receipts(log, standing.order)
        self._write_decisions(standing)
        recipients = self._recipients(standing)
        # The midnights need the most memory: what is done with is let go of before them.
        log.decided()
        self._journey.close()
        self._go_through(standing, until, receipts)
        unshared = standing.duplicate.copy()
        unshared[np.frombuffer(log.line_of, dtype=np.int32)[standing.conflicts]] = True
        self._outputs.finish(standing.duplicate.tobytes(), unshared.tobytes())
        owners = self._journey.bundle.parties.feed_owners().values()
        self._outputs.receipts(receipts, (party.id for party, _ in owners))
        return self._counts(standing, recipients)

    def _reject_late(self, event: int, fault: Fault) -> None:
        line = rejected_line(self._log.source_of(event), self._log.id_of(event), (fault,))
        number = self._log.line_of[event]
        self._outputs.rejected.add(line, number)
        self._rejected.append(number)

    def _leave_out(self, standing: Standing) -> None:
        """Take the twins out of the correlator's set, as if they had never come."""
        stands = np.zeros(len(self._log.time), dtype=bool)
        stands[standing.order] = True
        for event in np.flatnonzero(~stands).tolist():
            if self._log.contribution[event] != NONE:
                self._correlator.discard(self._log.contribution[event])

    def _go_through(self, standing: Standing, until: int | None, receipts: Receipts) -> None:
        log, order, zone = self._log, standing.order, self._journey.zone
        if not len(order):
            return
        time = np.frombuffer(log.time, dtype=np.int64)[order]
        end = int(time[-1]) if until is None else until
        bundle = self._journey.bundle
        ticks = self._correlator.settled_for_good()
        blinded = self._journey.pseudonymiser.reference
        evening = Evening(bundle, blinded, int(time[0]), self._label)
        days = sorted({local_day(int(t), zone).toordinal() for t in np.unique(time // 900) * 900})
        ends = list(midnights(days, end, zone))
        ranks = np.searchsorted(time, np.array([one.at for one in ends], dtype=np.int64)).tolist()
        del time
        done = 0
        for passed, (midnight, upto) in enumerate(zip(ends, ranks, strict=True)):
            today = order[done:upto]
            self._tell(evening, today)
            settled = evening.tick(midnight.at, ticks)
            self._keep(settled, jump_notices(midnight), receipts)
            done = upto
            self._progress("days settled", passed)

    def _tell(self, evening: Evening, today: Numbers) -> None:
        """Tell an evening what came since the last midnight."""
        log, owners = self._log, self._journey.bundle.parties.feed_owners()
        for source, at, incident in log.heard(today):
            evening.feeds.heard(source, at, incident)
        for source, late in log.delays(today):
            evening.backlogs.came(source, late)
        trays = np.frombuffer(log.tray, dtype=np.int16)[today]
        for event in today[trays != IN_PLACE].tolist():
            evening.outside.came(
                self._trays.names[log.tray[event]],
                owners[log.source_of(event)][0].id,
                local_day(log.ended[event], self._journey.zone),
            )

    def _keep(self, settled: Settled, notices: list[Notice], receipts: Receipts) -> None:
        for reading in settled.readings:
            self._outputs.alert(reading)
        for alert in settled.alerts:
            self._changes[alert.change] += 1
            receipts.note(alert)
        for frozen in settled.frozen:
            self._outputs.picture(frozen, self._page(frozen.content))
        for notice in (*settled.notices, *notices):
            self._outputs.notice(notice)

    def _write_decisions(self, standing: Standing) -> None:
        """Write the ledger and what was withheld, in the order of the log."""
        bundle = self._journey.bundle
        names: dict[int, str] = {}
        tails: dict[int, tuple[str, ...]] = {}
        classes = self._journey.table.classes()
        # What was decided on an event that does not stand is told nowhere.
        for number in np.unique(self._log.decisions_of(standing.order)).tolist():
            names[number] = self._ledger.add_class(class_content(classes[number], bundle.hash))
            tails[number] = withheld_tails(classes[number])
        with self._outputs.withheld() as withheld:
            for done in range(0, len(standing.order), TOGETHER):
                self._progress("decisions written", done)
                refs, decisions = self._log.decided_of(standing.order[done : done + TOGETHER])
                self._ledger.extend(refs, [names[number] for number in decisions])
                lines = [
                    ('{"ref":"' + ref).join(tails[number])
                    for ref, number in zip(refs, decisions, strict=True)
                ]
                withheld.write("".join(lines).encode())

    def _recipients(self, standing: Standing) -> dict[str, dict[str, Any]]:
        """Return, for each recipient, how many events were shared, and withheld by reason."""
        decisions = self._log.decisions_of(standing.order)
        classes = self._journey.table.classes()
        times = np.bincount(decisions, minlength=len(classes)).tolist()
        outcomes = (
            (
                outcome.recipient,
                SHARED if isinstance(outcome, Permit) else outcome.reason.value,
                n,
            )
            for decision, n in zip(classes, times, strict=True)
            if n
            for outcome in decision.outcomes
        )
        return by_recipient(self._journey.bundle.recipients, outcomes)

    def _counts(self, standing: Standing, recipients: dict[str, dict[str, Any]]) -> Counts:
        return Counts(
            read=self._log.lines,
            accepted=len(standing.order),
            rejected=sum(not standing.duplicate[number] for number in self._rejected),
            duplicates=int(standing.duplicate.sum()),
            recipients=recipients,
            alerts=by_change(self._changes),
        )


def _parsed(line: bytes | Oversized) -> Parsed:
    """Return the value of one line, or why there is none.

    A line as long as the one form of its value need not be looked into where its event is accepted:
    that is not deep, and no number of it can be written longer than it was, so nothing was lost.
    Any other is looked into before any stage sees it.
    """
    if isinstance(line, Oversized):
        return _refused(line.digest, FaultCode.TOO_LARGE)
    try:
        published, canonical = parse_unchecked(line)
    except (ValueError, TypeError):
        code = FaultCode.TOO_DEEP if too_deep(line) else FaultCode.NOT_JSON
        return _refused(digest_of(line), code)
    one = build(Parsed, (digest_of(canonical), line, published, None))
    return one if len(canonical) == len(line) else _looked_into(one)


def _looked_into(one: Parsed) -> Parsed:
    """Return the same, refused where the line nests too deep or a key of it stands twice."""
    if one.refused is not None:
        return one
    if too_deep(one.line):
        return _refused(digest_of(one.line), FaultCode.TOO_DEEP)
    try:
        check_keys(one.line, one.published)
    except ValueError:
        return _refused(digest_of(one.line), FaultCode.NOT_JSON)
    return one


def _refused(digest: bytes, code: FaultCode) -> Parsed:
    return Parsed(digest, b"", None, Rejected((Fault("", code),), None, None))
