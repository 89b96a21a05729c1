"""The clock of a demo: held while the past is told, then faster than the world."""

from __future__ import annotations

import threading
import time


class DemoClock:
    """Stands still until it is let run; then a second of the world is `speed` seconds of the hub.

    It never goes back. Any thread may ask.
    """

    def __init__(self, at: int) -> None:
        self._lock = threading.Lock()
        self._base = float(at)
        self._speed = 0.0
        self._since = time.monotonic()

    def now(self) -> int:
        """Return whole seconds since 1970 UTC, in the time of the demo."""
        with self._lock:
            return int(self._now())

    def put_on(self, at: int) -> None:
        """Put it on to a later time; an earlier one changes nothing."""
        with self._lock:
            self._base = max(self._now(), float(at))
            self._since = time.monotonic()

    def run(self, speed: float) -> None:
        """Let it run from now on, `speed` times as fast as the world."""
        with self._lock:
            self._base = self._now()
            self._since = time.monotonic()
            self._speed = speed

    def until(self, at: int) -> float:
        """Return how many seconds of the world pass until a time; it must run."""
        with self._lock:
            return max((at - self._now()) / self._speed, 0.0)

    def _now(self) -> float:
        return self._base + (time.monotonic() - self._since) * self._speed
