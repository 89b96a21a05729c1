"""The correlator: folds what sharers pass on, and finds at each tick what is more than usual.

Any worker puts events into the set; ticks are the work of the one whose turn it is.

Rules for editors:
1. A midnight is closed first: nothing is accepted before it any more. Then it waits until all that
   was accepted before it has come. Only then it is settled. A message that was lost or cannot be
   read so holds up every midnight, and a metric says since when.
2. What is remembered changes with the transaction that keeps it. Where that fails, or the turn was
   lost, all of it is forgotten and read again.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from cioghub.journey import FINDING, MEMORY_TYPES, Evening, Found, Journey, correlator_of
from cioghub.live.effects import behind_of
from cioghub.ports.clock import Clock
from cioghub.ports.live_log import Tick, linked_at
from cioghub.ports.workers import CORRELATOR, HISTORY, Waiting
from cioghub.runtimes.kafka_workers.messages import (
    Received,
    Report,
    read_passed,
    report_message,
)
from cioghub.runtimes.kafka_workers.setting_aside import set_aside
from cioghub.steps.correlate.correlator import Ticks
from cioghub.stores.sql.correlator_set import SqlCorrelatorSet
from cioghub.stores.sql.turns import SqlTurns
from cioghub.vocabulary.buckets import local_day, midnight
from cioghub.vocabulary.keeping import Keeping
from cioghub.vocabulary.midnights import Midnight, midnights
from cioghub.wire.memory import pack_memory, unpack_memory

FOUND_MEMORY = "found"


class Correlator:
    """Puts messages into the set, from one thread; a `Watch` ticks, from another."""

    def __init__(
        self, events: SqlCorrelatorSet, clock: Clock, count: Callable[[str, int], None]
    ) -> None:
        self._set = events
        self._clock = clock
        self._count = count

    def handle(self, messages: Sequence[Received]) -> list[Waiting]:
        """Put a group into the set; return what is to be sent of what could not be read."""
        passed, unread = [], []
        for message in messages:
            try:
                passed.append(read_passed(message.value))
            except ValueError:
                unread.append(set_aside(message))
        new, waiting = self._set.put(passed, unread, self._clock.now())
        self._count("unreadable", len(unread))
        self._count("new", new)
        self._count("duplicate", len(passed) - new)
        return waiting


class Watch:
    """The ticks of the correlator whose turn it is."""

    def __init__(
        self,
        journey: Journey,
        events: SqlCorrelatorSet,
        turns: SqlTurns,
        clock: Clock,
        keeping: Keeping,
        due_since: Callable[[int], None],
    ) -> None:
        """`due_since` is told the first midnight that is due and not settled yet, 0 for none."""
        self._journey = journey
        self._set = events
        self._turns = turns
        self._clock = clock
        self._keeping = keeping
        self._due_since = due_since
        self._forget()
        self._epoch = -1
        self._history = 0

    def take_turn(self) -> None:
        """Take the turn, unless nobody has taken it since it was ours."""
        if not self._turns.is_held(CORRELATOR, self._epoch):
            self._forget()
            self._epoch = self._turns.take(CORRELATOR)
            self._history = self._turns.epoch(HISTORY)

    def beat(self) -> Iterator[list[Waiting]]:
        """Settle the midnights that are due, else look at the day; yield what is to be sent.

        Raises:
            TurnLost: another worker has taken over; this one has forgotten all it knew.
        """
        try:
            due = self._due()
            self._due_since(due[0].at if due else 0)
            if due:
                yield from self._settle(due)
            else:
                yield from self._look()
        except BaseException:
            self._forget()
            self._epoch = -1
            raise

    def _forget(self) -> None:
        self._correlator = correlator_of(self._journey.bundle)
        self._positions = array("q")
        self._withdrawn: dict[int, int] = {}
        self._whole = 0
        self._looked = 0
        self._guessed = b""
        self._evening: Evening | None = None

    def _due(self) -> list[Midnight]:
        zone = self._journey.zone
        reached = self._turns.reached(CORRELATOR)
        now = self._clock.now()
        # The whole log is asked for its days: not at every beat, but once a day has ended.
        if reached and now < midnight(local_day(reached, zone) + timedelta(days=1), zone):
            return []
        days = sorted({local_day(at, zone).toordinal() for at in self._set.quarters()})
        return [one for one in midnights(days, now, zone) if one.at > reached]

    def _settle(self, due: Sequence[Midnight]) -> Iterator[list[Waiting]]:
        last = due[-1].at
        self._set.close(self._epoch, last)
        if not self._set.is_whole_before(last):
            return
        ticks = self._advance()
        evening = self._evening_of()
        previous = self._turns.reached(CORRELATOR)
        for one in due:
            found = evening.find(one.at, ticks)
            memory = pack_memory(evening.memory(FINDING), MEMORY_TYPES)
            linked = {"signals": ticks.linked.signals, "counts": ticks.linked.counts}
            tick = Tick(self._whole, one.at, True, one.jumped, self._journey.bundle.hash)
            yield self._set.found(
                self._epoch,
                one.at,
                self._clock.now(),
                {
                    FOUND_MEMORY: memory,
                    f"{FOUND_MEMORY}@{one.at}": memory,
                    linked_at(tick): pack_memory({"linkage": linked}, MEMORY_TYPES),
                },
                [report_message(self._report(one, found, previous))],
            )
            previous = one.at
        self._guessed = b""
        before = self._keeping.horizons(last)
        self._correlator.contributions.forget_subjects(before.payloads)

    def _report(self, due: Midnight, found: Found, previous: int) -> Report:
        behind = tuple(behind_of(found.alerts, self._positions))
        history = self._history
        return Report(due.at, self._whole, due.jumped, found, (), behind, previous, history)

    def _look(self) -> Iterator[list[Waiting]]:
        if self._set.whole() == self._looked:
            return
        ticks = self._advance()
        self._looked = self._whole
        span = self._set.span()
        if span is None:
            return
        previous = self._turns.reached(CORRELATOR)
        now = max(self._clock.now(), span[1], previous) + 1
        guessed = tuple(self._evening_of().guess(now, ticks))
        what = pack_memory([(one.id, one.level, one.whole) for one in guessed], MEMORY_TYPES)
        if guessed and what != self._guessed:
            history = self._history
            report = Report(now, self._whole, False, None, guessed, (), previous, history)
            yield self._set.found(self._epoch, now, self._clock.now(), {}, [report_message(report)])
        self._guessed = what

    def _advance(self) -> Ticks:
        """Bring the set up to where it is whole; return what answers ticks on it."""
        whole = self._set.whole()
        for standing in self._set.contributions(self._whole, whole):
            self._correlator.put(standing.contribution)
            self._positions.append(standing.position)
        self._whole = whole
        for position, at in self._set.withdrawals().items():
            if position <= whole and self._withdrawn.get(position) != at:
                self._withdrawn[position] = at
                number = bisect_left(self._positions, position)
                if number < len(self._positions) and self._positions[number] == position:
                    self._correlator.remove(number, at)
        return self._correlator.settled()

    def _evening_of(self) -> Evening:
        if self._evening is None:
            span = self._set.span()
            assert span is not None, "a tick without an event"
            blinded = self._journey.pseudonymiser.reference
            self._evening = Evening(self._journey.bundle, blinded, span[0], None)
            kept = self._set.memory(FOUND_MEMORY)
            if kept is not None:
                self._evening.recall(unpack_memory(kept, MEMORY_TYPES))
        return self._evening
