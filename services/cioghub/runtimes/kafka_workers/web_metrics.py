"""What operators watch of a web beside workers: its door, the feeds; never content."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from cioghub.live.feed_ages import FeedAges
from cioghub.ports.intake import Verdict, Why
from cioghub.ports.reading_room import FeedHealth

_SECONDS = (0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30)


class WebMetrics:
    """The metrics of one web process, in a registry of its own."""

    def __init__(self, feeds: Callable[[], Iterable[FeedHealth]], now: Callable[[], int]) -> None:
        """`feeds` gives the state of each feed, `now` the time in seconds since 1970 UTC."""
        self.registry = CollectorRegistry()
        self._events = Counter(
            "ciog_web_events", "Events by what was answered", ["outcome"], registry=self.registry
        )
        self._answers = Histogram(
            "ciog_web_answer_seconds",
            "From asking to the verdicts on one message",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._waiting = Gauge(
            "ciog_web_waiting_events", "Events without a verdict yet", registry=self.registry
        )
        self._put_off = Counter(
            "ciog_web_put_off",
            "Messages whose sender was asked to come again",
            ["why"],
            registry=self.registry,
        )
        for why in Why:
            self._put_off.labels(why.value)
        self.registry.register(FeedAges(feeds, now))

    def answered(self, verdicts: Iterable[Verdict], seconds: float) -> None:
        """Note the verdicts on one message, and how long its sender waited for them."""
        for verdict in verdicts:
            self._events.labels(verdict.answer.value).inc()
        self._answers.observe(seconds)

    def waiting(self, events: int) -> None:
        """Note how many events wait for a verdict."""
        self._waiting.set(events)

    def put_off(self, why: Why) -> None:
        """Note that a sender was asked to come again."""
        self._put_off.labels(why.value).inc()

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        return generate_latest(self.registry)
