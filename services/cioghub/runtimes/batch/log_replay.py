"""Goes through the log of a live hub again: the same events and ticks give the same bytes.

Where payloads were deleted it begins at the oldest midnight from which on all of them are there,
with what the hub remembered then; what was told before that is not told again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from cioghub.errors import AnswerIsNo
from cioghub.journey import MEMORY_TYPES, Evening, Taken, correlator_of
from cioghub.ports.live_log import Entry, LogReader, Tick, linked_at
from cioghub.runtimes.batch.means import SHARED, Counts, Means, by_change, by_recipient
from cioghub.steps.correlate.linkage import LOOKS_BACK_SECONDS, Linked
from cioghub.vocabulary.arrivals import Arrival, arrival_of
from cioghub.vocabulary.event_types import touches_another
from cioghub.vocabulary.midnights import Midnight, jump_notices
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.reasons import WithheldReason
from cioghub.vocabulary.signals import Alert, AlertChange
from cioghub.wire.memory import unpack_memory


class LogReplay:
    """One replay of one log."""

    def __init__(self, means: Means) -> None:
        self._journey, self._outputs, self._ledger = means.journey, means.outputs, means.ledger
        self._page, self._label, self._progress = means.page, means.label, means.progress
        self._correlator = correlator_of(means.journey.bundle)
        self._evening: Evening | None = None
        self._came: list[Arrival] = []
        self._numbers: dict[bytes, int] = {}
        self._behind: dict[str, tuple[str, str]] = {}
        self._receipts: dict[str, set[tuple[str, str, str]]] = {}
        self._kept: Callable[[str], bytes | None] = _nothing
        self._linked_until = 0
        self._changes = dict.fromkeys(AlertChange, 0)

    def run(self, log: LogReader) -> Counts:
        """Go through a log from its snapshot to its last tick; return what was counted.

        Raises:
            AnswerIsNo: an event of the log has another reference under these keys.
        """
        snapshot = log.snapshot()
        since = 0 if snapshot is None else snapshot.at
        ticks = iter([one for one in log.ticks() if one.at > since])
        if snapshot is not None:
            self._kept, self._linked_until = log.memory, since + LOOKS_BACK_SECONDS
            for standing in log.contributions():
                if standing.contribution.accepted < since:
                    number = self._correlator.put(standing.contribution)
                    if standing.withdrawn is not None:
                        self._correlator.remove(number, standing.withdrawn)
        upcoming = next(ticks, None)
        decided: Counter[str] = Counter()
        withheld = _Withheld(log.classes())
        with self._outputs.withheld() as file:
            for n, entry in enumerate(log.entries()):
                if n % 1000 == 0:
                    self._progress("events gone through", n)
                while upcoming is not None and upcoming.position < entry.position:
                    self._tick(upcoming)
                    upcoming = next(ticks, None)
                if self._evening is None:
                    self._begin(entry.accepted, () if snapshot is None else snapshot.evening)
                if entry.accepted >= since:
                    self._take(entry)
                decided[entry.decision] += 1
                self._ledger.append(entry.ref.hex(), entry.decision)
                file.write(withheld.lines(entry))
        while upcoming is not None:
            self._tick(upcoming)
            upcoming = next(ticks, None)
        for content in withheld.contents.values():
            self._ledger.add_class(content)
        rejected = self._reject(log)
        self._outputs.finish()
        self._write_receipts()
        return self._counts(decided, withheld, rejected, log.duplicates())

    def _begin(self, since: int, remembered: tuple[bytes, ...]) -> None:
        blinded = self._journey.pseudonymiser.reference
        self._evening = Evening(self._journey.bundle, blinded, since, self._label)
        for part in remembered:
            self._evening.recall(unpack_memory(part, MEMORY_TYPES))

    def _take(self, entry: Entry) -> None:
        assert entry.payload is not None
        taken = self._journey.take(orjson.loads(entry.payload), entry.accepted)
        if not isinstance(taken, Taken) or bytes.fromhex(taken.ref) != entry.ref:
            raise AnswerIsNo(
                f"Event {entry.position} of the log is not what the log says it was.",
                "It was taken in under other keys, other rules or other areas.",
                "Name those that the hub ran with: --keys, --rules and --areas.",
            )
        valid = taken.valid
        for incident in taken.received:
            if incident.recipient == HUB_RECIPIENT:
                self._numbers[entry.ref] = self._correlator.add(incident)
                self._behind[incident.id] = (valid.source, valid.id)
        self._outputs.share([taken.received], [entry.position])
        areas = self._journey.bundle.areas
        self._came.append(arrival_of(valid, entry.accepted, areas))
        if touches_another(valid.type):
            target = valid.raw.attributes["data"]["id"]
            ref = bytes.fromhex(self._journey.pseudonymiser.reference(valid.source, target))
            if ref in self._numbers:
                self._correlator.remove(self._numbers[ref], entry.accepted)

    def _tick(self, tick: Tick) -> None:
        evening = self._evening
        if evening is None:
            return
        ticks = self._correlator.settled(self._linked(tick))
        if not tick.midnight:
            for reading in evening.glance(tick.at, ticks):
                self._outputs.alert(reading)
            return
        for one in self._came:
            if one.accepted < tick.at:
                evening.came(one)
        self._came = [one for one in self._came if one.accepted >= tick.at]
        settled = evening.tick(tick.at, ticks)
        for reading in settled.readings:
            self._outputs.alert(reading)
        for alert in settled.alerts:
            self._changes[alert.change] += 1
            self._note(alert)
        for frozen in settled.frozen:
            self._outputs.picture(frozen, self._page(frozen.content))
        for notice in (*settled.notices, *jump_notices(Midnight(tick.at, tick.jumped))):
            self._outputs.notice(notice)

    def _linked(self, tick: Tick) -> Linked | None:
        """Return what linkage found at a tick, where pseudonyms that it saw are gone."""
        if tick.at >= self._linked_until:
            return None
        kept = self._kept(linked_at(tick))
        if kept is None:
            return Linked((), {})
        return Linked(**unpack_memory(kept, MEMORY_TYPES)["linkage"])

    def _note(self, alert: Alert) -> None:
        for one in alert.evidence:
            if one.id in self._behind:
                row = (*self._behind[one.id], alert.id)
                self._receipts.setdefault(one.publisher, set()).add(row)

    def _reject(self, log: LogReader) -> int:
        n = 0
        for n, one in enumerate(log.refused(), start=1):
            line = orjson.dumps(
                {"source": one.source, "id": one.name or None, "faults": orjson.loads(one.faults)}
            )
            self._outputs.rejected.add(line, n)
        return n

    def _write_receipts(self) -> None:
        owners = self._journey.bundle.parties.feed_owners().values()
        for publisher in sorted({party.id for party, _ in owners}):
            rows = sorted(self._receipts.get(publisher, ()))
            self._outputs.receipt_rows(publisher, rows)

    def _counts(
        self, decided: Counter[str], withheld: _Withheld, rejected: int, duplicates: int
    ) -> Counts:
        outcomes = (
            (outcome["recipient"], outcome["outcome"], n)
            for name, n in decided.items()
            for outcome in withheld.contents[name]["outcomes"]
        )
        accepted = sum(decided.values())
        return Counts(
            read=accepted + rejected + duplicates,
            accepted=accepted,
            rejected=rejected,
            duplicates=duplicates,
            recipients=by_recipient(self._journey.bundle.recipients, outcomes),
            alerts=by_change(self._changes),
        )


def _nothing(name: str) -> bytes | None:
    return None


class _Withheld:
    """What each decision class withholds, as the lines of `withheld.jsonl`."""

    def __init__(self, classes: Mapping[str, bytes]) -> None:
        self.contents: dict[str, dict[str, Any]] = {
            name: orjson.loads(content) for name, content in classes.items()
        }
        self._tails = {name: list(_tails(one)) for name, one in self.contents.items()}

    def lines(self, entry: Entry) -> bytes:
        head = b'{"ref":"' + entry.ref.hex().encode()
        return b"".join(head + tail for tail in self._tails[entry.decision])


def _tails(content: Mapping[str, Any]) -> Iterator[bytes]:
    for outcome in content["outcomes"]:
        reason = outcome["outcome"]
        if reason not in (SHARED, WithheldReason.NO_AGREEMENT.value):
            row = {"recipient": outcome["recipient"], "reason": reason, "rules": outcome["rules"]}
            yield b'","' + orjson.dumps(row)[2:] + b"\n"
