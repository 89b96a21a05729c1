"""Takes events in: what came close together is judged, kept in one transaction, then answered."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cioghub.live.judge import Asked, Judge, Judged
from cioghub.ports.clock import Clock
from cioghub.ports.intake import Busy, Message, Verdict, Why
from cioghub.ports.live_log import LiveLog, LogFull
from cioghub.runtimes.embedded.metrics import Metrics
from cioghub.runtimes.embedded.state import LiveState
from cioghub.vocabulary.buckets import local_day
from cioghub.wire.cloud_events import split

MOST_WAITING = 20_000
"""Events that may wait for a transaction; who comes then is asked to come again."""

MOST_AT_ONCE = 2_000
RETRY_SECONDS = 2
FULL_SECONDS = 30


@dataclass(slots=True)
class _Waiting:
    asked: list[Asked]
    began: float
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[tuple[Verdict, ...]]


class LiveIntake:
    """The intake of a live hub: one thread judges and keeps, in the order of coming."""

    def __init__(
        self,
        state: LiveState,
        log: LiveLog,
        clock: Clock,
        metrics: Metrics,
        arrived: Callable[[], None],
    ) -> None:
        """`arrived` is called after every group that gave the correlator something."""
        self._state = state
        self._log = log
        self._clock = clock
        self._metrics = metrics
        self._arrived = arrived
        self._judge = Judge(state.journey, log, state.correlator.contributions)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._waiting = 0
        self._count = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)

    @property
    def is_open(self) -> bool:
        """Whether events are taken in."""
        return self._thread.is_alive() and not self._closed

    def start(self) -> None:
        """Begin to take events in."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what waits, and take nothing more."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    async def publish(self, message: Message, feeds: frozenset[str]) -> tuple[Verdict, ...]:
        """Return a verdict for each event of a message, once all accepted ones are on disk."""
        asked = [Asked(single, feeds) for single in split(message)]
        if not asked:
            return ()
        with self._count:
            if self._closed or self._waiting + len(asked) > MOST_WAITING:
                raise Busy(RETRY_SECONDS)
            self._waiting += len(asked)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[tuple[Verdict, ...]] = loop.create_future()
        self._queue.put(_Waiting(asked, time.perf_counter(), loop, answer))
        return await answer

    def keep(self, asked: list[Asked]) -> list[Verdict]:
        """Judge and keep events at once, without the thread: for whoever loads many.

        Raises:
            LogFull: nothing was kept.
        """
        with self._state.lock:
            return self._keep(asked).verdicts

    def _run(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            group, events = [first], len(first.asked)
            last = False
            while events < MOST_AT_ONCE:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    last = True
                    break
                group.append(more)
                events += len(more.asked)
            self._answer(group, events)
            if last:
                return

    def _answer(self, group: list[_Waiting], events: int) -> None:
        asked = [one for waiting in group for one in waiting.asked]
        failure: Exception | None = None
        verdicts: list[Verdict] = []
        judged = None
        try:
            with self._state.lock:
                judged = self._keep(asked)
            verdicts = judged.verdicts
        except LogFull:
            failure = Busy(FULL_SECONDS, Why.DISK)
        except Exception as error:
            # Whoever waits must be told; nothing was kept, and the fault is the hub's own.
            self._metrics.failed(error)
            failure = error
        with self._count:
            self._waiting -= events
        at = 0
        for waiting in group:
            mine = tuple(verdicts[at : at + len(waiting.asked)])
            at += len(waiting.asked)
            with contextlib.suppress(RuntimeError):  # whoever asked may be gone, loop and all
                waiting.loop.call_soon_threadsafe(_resolve, waiting.answer, mine, failure)
            self._metrics.answered(time.perf_counter() - waiting.began)
        self._metrics.queue(self._waiting)
        if judged is not None and any(e.contribution for e in judged.group.events):
            self._arrived()

    def _keep(self, asked: list[Asked]) -> Judged:
        state = self._state
        at = max(self._clock.now(), state.last)
        judged = self._judge.judge(asked, at, local_day(at, state.journey.zone).isoformat())
        group = judged.group
        if group.events or group.refusals or group.duplicates:
            positions = self._log.keep(group)
            state.last = at
            self._judge.written(group)
            if group.events and state.evening is None:
                state.begin(at)
            for position, event in zip(positions, group.events, strict=True):
                state.position = position
                if event.contribution is not None:
                    state.put(position, event.contribution)
            for name, when in judged.withdrawn:
                state.correlator.withdraw(name, when)
        self._metrics.judged(judged.verdicts, group)
        return judged


def _resolve(
    answer: asyncio.Future[tuple[Verdict, ...]],
    verdicts: tuple[Verdict, ...],
    failure: Exception | None,
) -> None:
    if answer.done():
        return  # whoever asked has gone; what was kept stays kept
    if failure is not None:
        answer.set_exception(failure)
    else:
        answer.set_result(verdicts)
