"""What a live hub holds in memory, made again from its log: the set, and the evening."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable

from cioghub.journey import Evening, Journey, Memory, correlator_of
from cioghub.ports.live_log import LiveLog
from cioghub.steps.correlate.correlator import Ticks
from cioghub.vocabulary.contribution import Contribution

EVENING, DAY = "evening", "day"
"""Names under which the log keeps what an evening remembers: at a midnight, and since then."""

Unpack = Callable[[bytes], Memory]


class LiveState:
    """Shared by who takes events in and who ticks; everything here is touched under `lock`.

    `last` is the newest time that anything was accepted or settled at: a clock that is put back
    never brings an event into a day that is settled.
    """

    def __init__(self, journey: Journey, log: LiveLog, unpack: Unpack, label: str | None) -> None:
        self.lock = threading.RLock()
        self.journey = journey
        self._log = log
        self._unpack = unpack
        self._label = label
        self.correlator = correlator_of(journey.bundle)
        self.positions = array("q")
        for standing in log.contributions():
            number = self.put(standing.position, standing.contribution)
            if standing.withdrawn is not None:
                self.correlator.remove(number, standing.withdrawn)
        self.position = log.position()
        span = log.span()
        self.last = max(span[1] if span else 0, log.last_midnight() or 0)
        self.evening: Evening | None = None
        if span:
            self.begin(span[0])

    def begin(self, since: int) -> None:
        """Make the evening of a hub whose first event was accepted at `since`, as it was left."""
        blinded = self.journey.pseudonymiser.reference
        self.evening = Evening(self.journey.bundle, blinded, since, self._label)
        for name in (EVENING, DAY):
            kept = self._log.memory(name)
            if kept is not None:
                self.evening.recall(self._unpack(kept))

    def put(self, position: int, contribution: Contribution) -> int:
        """Put one event of the log into the correlator's set; return its number there."""
        self.positions.append(position)
        return self.correlator.put(contribution)

    def snapshot(self) -> tuple[Ticks, int]:
        """Return what answers ticks on the set as it is now, and the position it reaches to."""
        with self.lock:
            return self.correlator.settled(), self.position
