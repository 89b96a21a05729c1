"""How old the last word of each feed is, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from cioghub.ports.reading_room import FeedHealth


class FeedAges(Collector):
    """Asks for every feed anew whenever Prometheus does."""

    def __init__(self, feeds: Callable[[], Iterable[FeedHealth]], now: Callable[[], int]) -> None:
        """`feeds` gives the state of each, `now` the time in seconds since 1970 UTC."""
        self._feeds = feeds
        self._now = now

    def describe(self) -> list[GaugeMetricFamily]:
        """Name nothing beforehand."""
        return []  # or registering would ask the database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield how long ago each feed was heard of, and which are late."""
        age = GaugeMetricFamily(
            "ciog_feed_age_seconds", "Since a feed was last heard of", labels=["source"]
        )
        late = GaugeMetricFamily(
            "ciog_feed_late", "1 where a feed is later than agreed", labels=["source"]
        )
        now = self._now()
        for feed in self._feeds():
            heard = [at for at in (feed.last_event, feed.last_heartbeat) if at is not None]
            if heard:
                age.add_metric([feed.source], now - max(heard))
            late.add_metric([feed.source], float(feed.late))
        yield age
        yield late
