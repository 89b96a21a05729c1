"""What operators watch of a worker: how far behind it is, and what it does; never content."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from cioghub.runtimes.kafka_workers.messages import Received

_LOG = logging.getLogger("cioghub")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 800)
_FROM_THE_START = ("rejected", "unreadable", "error")
"""Outcomes with an alarm: Prometheus sees no rise of a count that was not there before."""


class WorkerMetrics:
    """The metrics of one worker, in a registry of its own."""

    def __init__(self, worker: str) -> None:
        self.registry = CollectorRegistry()
        self._worker = worker
        self._events = Counter(
            "ciog_worker_events",
            "Events by what became of them",
            ["worker", "outcome"],
            registry=self.registry,
        )
        self._sizes = Histogram(
            "ciog_worker_group_size",
            "Events of a group",
            ["worker"],
            buckets=_SIZES,
            registry=self.registry,
        )
        self._groups = Histogram(
            "ciog_worker_group_seconds",
            "From taking up a group to letting it go",
            ["worker"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._transactions = Histogram(
            "ciog_worker_transaction_seconds",
            "How long a group took to be judged and kept, waits for another one included",
            ["worker"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._lag = Gauge(
            "ciog_worker_lag",
            "Events not let go yet",
            ["worker", "topic", "partition"],
            registry=self.registry,
        )
        self._oldest = Gauge(
            "ciog_worker_oldest_seconds",
            "Age of the oldest event that is not handled, 0 if there is none",
            ["worker"],
            registry=self.registry,
        )
        self._rebalances = Counter(
            "ciog_worker_rebalances",
            "How often partitions were given out",
            ["worker"],
            registry=self.registry,
        )
        self._turn = Gauge(
            "ciog_worker_turn", "1 while ticks are its work", ["worker"], registry=self.registry
        )
        self._lost = Counter(
            "ciog_worker_turns_lost",
            "How often a turn was found lost",
            ["worker"],
            registry=self.registry,
        )
        self._due = Gauge(
            "ciog_worker_midnight_due_timestamp_seconds",
            "The first midnight that is due and not settled yet, 0 if there is none",
            ["worker"],
            registry=self.registry,
        )
        self._signed = Gauge(
            "ciog_worker_signed_timestamp_seconds",
            "When the ledger was last in step with the log, 0 if not since the start",
            ["worker"],
            registry=self.registry,
        )
        self._alive = Gauge(
            "ciog_worker_alive_timestamp_seconds",
            "When it last looked how far it has come",
            ["worker"],
            registry=self.registry,
        )
        for one in (
            self._rebalances,
            self._turn,
            self._oldest,
            self._lost,
            self._due,
            self._signed,
        ):
            one.labels(worker)
        for outcome in _FROM_THE_START:
            self._events.labels(worker, outcome)

    def serve(self, port: int) -> None:
        """Answer Prometheus on a port, from a thread of its own; nothing else is served."""
        start_http_server(port, registry=self.registry)

    def count(self, outcome: str, events: int) -> None:
        """Count events by what became of them."""
        if events:
            self._events.labels(self._worker, outcome).inc(events)

    def handled(self, group: Sequence[Received], seconds: float) -> None:
        """Note a group that was handled, sent and let go."""
        self._sizes.labels(self._worker).observe(len(group))
        self._groups.labels(self._worker).observe(seconds)

    def kept(self, seconds: float) -> None:
        """Note how long a group took to be judged and kept."""
        self._transactions.labels(self._worker).observe(seconds)

    def rebalanced(self) -> None:
        """Note that partitions were given out."""
        self._rebalances.labels(self._worker).inc()
        self._lag.clear()

    def turn(self, mine: bool) -> None:
        """Note whether ticks are the work of this worker."""
        self._turn.labels(self._worker).set(mine)
        if not mine:
            self.due_since(0)

    def due_since(self, at: int) -> None:
        """Note the first midnight (seconds since 1970 UTC) that is due and not settled, or 0."""
        self._due.labels(self._worker).set(at)

    def signed(self) -> None:
        """Note that the ledger is in step with the log."""
        self._signed.labels(self._worker).set(time.time())

    def turn_lost(self) -> None:
        """Note that another worker had taken over unseen."""
        self._lost.labels(self._worker).inc()
        self.turn(False)

    def behind(self, topic: str, partition: int, events: int) -> None:
        """Note how many events of a partition are not let go yet."""
        self._lag.labels(self._worker, topic, str(partition)).set(events)

    def oldest(self, seconds: float) -> None:
        """Note how old the oldest event is that is not handled; and that somebody looked."""
        self._oldest.labels(self._worker).set(seconds)
        self._alive.labels(self._worker).set(time.time())

    def failed(self, error: BaseException) -> None:
        """Log what ends the worker by its kind; its text could hold content."""
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        where = f"{frame.tb_frame.f_code.co_qualname}:{frame.tb_lineno}" if frame else "?"
        _LOG.error("the worker ends: %s in %s", type(error).__name__, where)
