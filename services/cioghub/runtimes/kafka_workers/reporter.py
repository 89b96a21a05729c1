"""The reporter: discloses what the correlator found to each audience, and freezes pictures.

One worker at a time reports, in the order of ticks; each midnight is reported once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from cioghub.errors import EnvironmentFailed
from cioghub.journey import FINDING, MEMORY_TYPES, PROVISIONAL, Evening, Journey, correlator_of
from cioghub.live.effects import Page, lines_of, notes_of, pictures_of
from cioghub.ports.clock import Clock
from cioghub.ports.live_log import Effect, Tick
from cioghub.ports.workers import HISTORY, REPORTER, Waiting
from cioghub.runtimes.kafka_workers.messages import Received, Report, read_report, told_messages
from cioghub.runtimes.kafka_workers.setting_aside import set_aside
from cioghub.steps.correlate.correlator import Ticks
from cioghub.stores.sql.report_log import SqlReportLog
from cioghub.stores.sql.turns import SqlTurns
from cioghub.vocabulary.keeping import Keeping
from cioghub.vocabulary.midnights import Midnight, jump_notices
from cioghub.vocabulary.tallies import Tally
from cioghub.wire.memory import pack_memory, unpack_memory

TOLD_MEMORY, DAY_MEMORY = "told", "day"


class Reporter:
    """Handles the correlator's reports in their order; used by one thread."""

    def __init__(
        self,
        journey: Journey,
        log: SqlReportLog,
        turns: SqlTurns,
        clock: Clock,
        page: Page,
        keeping: Keeping,
        count: Callable[[str, int], None],
    ) -> None:
        self._journey = journey
        self._log = log
        self._turns = turns
        self._clock = clock
        self._page = page
        self._keeping = keeping
        self._count = count
        self._epoch = -1
        self._history = 0
        self._evening: Evening | None = None
        self._ticks: Ticks | None = None

    def take_turn(self) -> None:
        """Take the turn, unless nobody has taken it since it was ours."""
        if not self._turns.is_held(REPORTER, self._epoch):
            self._evening = None
            self._epoch = self._turns.take(REPORTER)
            self._history = self._turns.epoch(HISTORY)

    def handle(self, messages: Sequence[Received]) -> list[Waiting]:
        """Report what is new; return what is to be sent of it.

        Raises:
            TurnLost: another worker has taken over.
            EnvironmentFailed: the report of a midnight has not come, and a later one has.
        """
        waiting: list[Waiting] = []
        for message in messages:
            try:
                report = read_report(message.value)
            except ValueError:
                aside = [set_aside(message)]
                waiting += self._log.set_aside(self._epoch, aside, self._clock.now())
                self._count("unreadable", 1)
                continue
            if (stale := self._stale(report)) is not None:
                self._count(stale, 1)
                continue
            waiting += self._look(report) if report.found is None else self._settle(report)
            self._count("midnight" if report.found else "day", 1)
        return waiting

    def _stale(self, report: Report) -> str | None:
        """Return why a report is not to be told, None for one that is."""
        if report.history < self._history:
            return "outdated"  # it is settled once more on the state that was made again
        reached = self._turns.reached(REPORTER)
        if report.at <= reached:
            return "duplicate"
        if report.previous is not None and report.previous != reached:
            missing = datetime.fromtimestamp(report.previous, self._journey.zone)
            raise EnvironmentFailed(
                f"The report of the midnight of {missing:%Y-%m-%d} has not come on found.hub.",
                "Pictures and notices build on every midnight, so none after it is told.",
                "Stop correlator and reporter, and make the state again with `ciog kafka rebuild` "
                "from a snapshot of before (docs/operations.md).",
            )
        if report.found is None and report.position <= self._log.looked_after(reached):
            return "duplicate"
        return None

    def _settle(self, report: Report) -> list[Waiting]:
        assert report.found is not None
        evening, zone = self._evening_of(), self._journey.zone
        for one in self._log.arrivals(self._turns.reached(REPORTER), report.at):
            evening.came(one)
        self._ticks = None
        settled = evening.report(report.found, self._tally)
        self._ticks = None
        notices = [*settled.notices, *jump_notices(Midnight(report.at, report.jumped))]
        memory = pack_memory(
            {part: one for part, one in evening.memory().items() if part not in FINDING},
            MEMORY_TYPES,
        )
        effect = Effect(
            tick=self._tick(report, midnight=True),
            lines=lines_of(settled.readings, zone),
            pictures=pictures_of(settled, self._page),
            notices=notes_of(notices, zone),
            behind=report.behind,
            memory={
                TOLD_MEMORY: memory,
                f"{TOLD_MEMORY}@{report.at}": memory,
                DAY_MEMORY: pack_memory(evening.memory(PROVISIONAL), MEMORY_TYPES),
            },
        )
        found = self._keep(effect)
        self._log.forget(self._keeping.horizons(report.at))
        return found

    def _look(self, report: Report) -> list[Waiting]:
        evening = self._evening_of()
        readings = evening.tell(report.guessed)
        if not readings:
            return []
        return self._keep(
            Effect(
                tick=self._tick(report, midnight=False),
                lines=lines_of(readings, self._journey.zone),
                memory={DAY_MEMORY: pack_memory(evening.memory(PROVISIONAL), MEMORY_TYPES)},
            )
        )

    def _keep(self, effect: Effect) -> list[Waiting]:
        messages = told_messages(effect.lines, effect.pictures)
        try:
            return self._log.report(self._epoch, effect, messages, self._clock.now())
        except BaseException:
            self._evening = None  # what was not kept was not told
            raise

    def _tick(self, report: Report, midnight: bool) -> Tick:
        bundle = self._journey.bundle.hash
        return Tick(report.position, report.at, midnight, report.jumped, bundle)

    def _tally(self, known_at: int, first: date, last: date, monthly: bool) -> Tally:
        """Count on the whole set, read when the first picture of a midnight asks."""
        if self._ticks is None:
            correlator = correlator_of(self._journey.bundle)
            for standing in self._log.contributions():
                number = correlator.put(standing.contribution)
                if standing.withdrawn is not None:
                    correlator.remove(number, standing.withdrawn)
            self._ticks = correlator.settled()
        return self._ticks.tally(known_at, first, last, monthly)

    def _evening_of(self) -> Evening:
        if self._evening is None:
            span = self._log.span()
            assert span is not None, "a report without an event"
            blinded = self._journey.pseudonymiser.reference
            self._evening = Evening(self._journey.bundle, blinded, span[0], None)
            for name in (TOLD_MEMORY, DAY_MEMORY):
                kept = self._log.memory(name)
                if kept is not None:
                    self._evening.recall(unpack_memory(kept, MEMORY_TYPES))
        return self._evening
