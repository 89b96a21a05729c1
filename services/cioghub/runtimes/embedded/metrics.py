"""What operators watch: counts by stage and reason, and times. Codes only, never content."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from cioghub.live.feed_ages import FeedAges
from cioghub.ports.intake import Verdict
from cioghub.ports.live_log import Group
from cioghub.ports.reading_room import FeedHealth

_LOG = logging.getLogger("cioghub")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The metrics of one hub, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter(
            "ciog_events", "Events by what became of them", ["outcome"], registry=self.registry
        )
        self._faults = Counter(
            "ciog_faults", "Faults of rejected events", ["code"], registry=self.registry
        )
        self._answers = Histogram(
            "ciog_answer_seconds",
            "From asking to the answer of one message",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._waiting = Gauge(
            "ciog_waiting_events", "Events that wait to be kept", registry=self.registry
        )
        self._ticks = Histogram(
            "ciog_tick_seconds",
            "How long a tick took",
            ["kind"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._told = Counter(
            "ciog_alert_changes", "Changes of alerts told", ["change"], registry=self.registry
        )
        self._latency = Histogram(
            "ciog_alert_seconds",
            "From keeping an event to telling what it changed, before midnight",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._failures = Counter(
            "ciog_failures", "Faults of the hub itself", ["kind"], registry=self.registry
        )

    def judged(self, verdicts: Iterable[Verdict], group: Group) -> None:
        """Count a group's verdicts."""
        for verdict in verdicts:
            self._events.labels(verdict.answer.value).inc()
        for refusal in group.refusals:
            for code in set(refusal.codes):
                self._faults.labels(code).inc()

    def answered(self, seconds: float) -> None:
        """Note how long one message waited for its answer."""
        self._answers.observe(seconds)

    def queue(self, events: int) -> None:
        """Note how many events wait."""
        self._waiting.set(events)

    def ticked(self, kind: str, seconds: float, changes: Iterable[str]) -> None:
        """Note how long a tick took, and what it told."""
        self._ticks.labels(kind).observe(seconds)
        for change in changes:
            self._told.labels(change).inc()

    def told(self, seconds: float) -> None:
        """Note how long the oldest event of a look waited until its change was told."""
        self._latency.observe(seconds)

    def watch(self, feeds: Callable[[], Iterable[FeedHealth]], now: Callable[[], int]) -> None:
        """Tell with the rest how old the last word of each feed is, in seconds at `now`."""
        self.registry.register(FeedAges(feeds, now))

    def failed(self, error: Exception) -> None:
        """Count and log a fault of the hub by its kind; its text could hold content."""
        self._failures.labels(type(error).__name__).inc()
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        where = f"{frame.tb_frame.f_code.co_qualname}:{frame.tb_lineno}" if frame else "?"
        _LOG.error("a fault of the hub: %s in %s", type(error).__name__, where)

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        return generate_latest(self.registry)
