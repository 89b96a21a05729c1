"""Ticks: settles every local midnight, and between two of them tells what the day brings.

Rules for editors:
1. A midnight is settled on all that was accepted before it and nothing else, however late it is.
2. What a tick brings is kept in one transaction; where that fails, the evening remembers what the
   log last kept, and the tick is tried again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from cioghub.journey import PROVISIONAL, Evening, Memory
from cioghub.live.effects import Page, behind_of, lines_of, notes_of, pictures_of
from cioghub.ports.clock import Clock
from cioghub.ports.live_log import Effect, LiveLog, Tick, linked_at
from cioghub.runtimes.embedded.metrics import Metrics
from cioghub.runtimes.embedded.state import DAY, EVENING, LiveState
from cioghub.steps.correlate.correlator import Ticks
from cioghub.vocabulary.buckets import local_day, midnight
from cioghub.vocabulary.keeping import Keeping
from cioghub.vocabulary.midnights import Midnight, jump_notices, midnights

SHORTEST_SECONDS = 0.3
"""Between two looks at a day: about three a second at most."""

REST = 2.0
"""After a look the ticker rests so many times as long as it took: taking events in comes first."""

LONGEST_REST_SECONDS = 1.0
"""So long at most: a slow machine must not keep a chair waiting."""

LOOK_SECONDS = 1.0
TRY_AGAIN_SECONDS = 5.0

Pack = Callable[[Memory], bytes]


class Ticker:
    """Ticks in a thread of its own, or when told to."""

    def __init__(
        self,
        state: LiveState,
        log: LiveLog,
        clock: Clock,
        page: Page,
        pack: Pack,
        metrics: Metrics,
        told: Callable[[], None],
        keeping: Keeping,
    ) -> None:
        """`told` is called after every tick that told somebody something."""
        self._state = state
        self._log = log
        self._clock = clock
        self._page = page
        self._pack = pack
        self._metrics = metrics
        self._told = told
        self._keeping = keeping
        self._arrived = threading.Event()
        self._stopping = threading.Event()
        self._looked = 0
        self._upcoming = 0
        self._since = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin to tick."""
        self._thread.start()

    def stop(self) -> None:
        """End after the tick that is on its way."""
        self._stopping.set()
        self._arrived.set()
        self._thread.join()

    def arrived(self) -> None:
        """Say that the day has brought something."""
        if not self._arrived.is_set():
            self._since = time.monotonic()
        self._arrived.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            came = self._arrived.wait(LOOK_SECONDS)
            self._arrived.clear()
            if self._stopping.is_set():
                return
            began = time.monotonic()
            rest = 0.0
            try:
                self.settle()
                if came:
                    self.look()
                    took = time.monotonic() - began
                    rest = min(LONGEST_REST_SECONDS, max(SHORTEST_SECONDS, REST * took))
            except Exception as error:
                self._metrics.failed(error)
                self._arrived.set()
                rest = TRY_AGAIN_SECONDS
            self._stopping.wait(rest)

    @contextmanager
    def _kept_or_not_done(self) -> Iterator[None]:
        """Let the evening remember what the log last kept, if a tick fails: it was no tick."""
        try:
            yield
        except Exception:
            self._upcoming = self._looked = 0
            with self._state.lock:
                span = self._log.span()
                if span:
                    self._state.begin(span[0])
            raise

    def settle(self) -> int:
        """Settle every midnight that has come; return how many.

        Raises:
            LogFull: what one brought could not be kept; those before it are settled.
        """
        with self._kept_or_not_done():
            return self._settle_due()

    def _settle_due(self) -> int:
        done = 0
        ticks: Ticks | None = None
        position = 0
        for due in self._due():
            with self._state.lock:
                self._state.last = max(self._state.last, due.at)
                if ticks is None:
                    ticks, position = self._state.snapshot()
                evening = self._state.evening
            assert evening is not None
            self._settle(due, evening, ticks, position)
            done += 1
        if done:
            self._forget()
            self._told()
        return done

    def _forget(self) -> None:
        before = self._keeping.horizons(self._state.last)
        self._log.forget(before)
        with self._state.lock:
            self._state.correlator.contributions.forget_subjects(before.payloads)

    def _linked(self, ticks: Ticks, tick: Tick) -> dict[str, bytes]:
        """Return what linkage found, to keep: it is not found again once pseudonyms are gone."""
        found = ticks.linked
        memory = {"signals": found.signals, "counts": found.counts}
        return {linked_at(tick): self._pack({"linkage": memory})}

    def _due(self) -> list[Midnight]:
        state = self._state
        now = max(self._clock.now(), state.last)
        if state.evening is None:
            return []
        zone = state.journey.zone
        if now < self._upcoming:
            return []  # the log need not be asked every second
        last = self._log.last_midnight() or 0
        self._upcoming = midnight(local_day(now, zone) + timedelta(days=1), zone)
        days = sorted({local_day(at, zone).toordinal() for at in self._log.quarters()})
        return [one for one in midnights(days, now, zone) if one.at > last]

    def _settle(self, due: Midnight, evening: Evening, ticks: Ticks, position: int) -> None:
        began = time.monotonic()
        zone = self._state.journey.zone
        before = self._log.last_midnight() or 0
        for one in self._log.arrivals(before, due.at):
            evening.came(one)
        settled = evening.tick(due.at, ticks)
        notices = [*settled.notices, *jump_notices(due)]
        tick = Tick(position, due.at, True, due.jumped, self._state.journey.bundle.hash)
        lines = lines_of(settled.readings, zone)
        self._log.settle(
            Effect(
                tick=tick,
                lines=lines,
                pictures=pictures_of(settled, self._page),
                notices=notes_of(notices, zone),
                behind=behind_of(settled.alerts, self._state.positions),
                memory={
                    EVENING: (whole := self._pack(evening.memory())),
                    f"{EVENING}@{due.at}": whole,
                    DAY: self._pack(evening.memory(PROVISIONAL)),
                    **self._linked(ticks, tick),
                },
            )
        )
        self._metrics.ticked(
            "midnight", time.monotonic() - began, [one.change for one in lines if not one.audience]
        )

    def look(self) -> int:
        """Tell what the day has brought since the last look; return how many changes were told.

        Raises:
            LogFull: it could not be kept, and nobody was told.
        """
        with self._kept_or_not_done():
            return self._look()

    def _look(self) -> int:
        began, since = time.monotonic(), self._since
        with self._state.lock:
            evening = self._state.evening
            if evening is None or self._state.position == self._looked:
                return 0
            ticks, position = self._state.snapshot()
            now = max(self._clock.now(), self._state.last) + 1
            self._state.last = now - 1
        readings = evening.glance(now, ticks)
        self._looked = position
        if readings:
            lines = lines_of(readings, self._state.journey.zone)
            tick = Tick(position, now, False, False, self._state.journey.bundle.hash)
            memory = {DAY: self._pack(evening.memory(PROVISIONAL)), **self._linked(ticks, tick)}
            self._log.settle(Effect(tick=tick, lines=lines, memory=memory))
            self._told()
            told = [one.change for one in lines if not one.audience]
            self._metrics.ticked("day", time.monotonic() - began, told)
            self._metrics.told(time.monotonic() - since)
        return len(readings)
