"""The agencies of a demo: they send what was simulated, each event when its time has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import orjson

from cioghub.cli.demo_clock import DemoClock
from cioghub.ports.intake import Busy, Intake, Message, Mode

MOST_AT_ONCE = 100
_LONGEST_NAP_SECONDS = 0.5


class Agencies:
    """Hands out simulated lines in their order of arrival, as messages of a hub's intake."""

    def __init__(self, parts: Iterable[bytes], feeds: frozenset[str]) -> None:
        """`parts` are whole lines, several in one; `feeds` the sources they are sent on."""
        self._lines = _timed(parts)
        self.feeds = feeds
        self._next = next(self._lines, None)

    @property
    def next_at(self) -> int | None:
        """When the next line is to be sent, in seconds since 1970 UTC; None after the last."""
        return self._next and self._next[0]

    def due(self, until: int) -> list[Message]:
        """Return everything that is to be sent by a time, as batches; each line once."""
        messages = []
        while self._next and self._next[0] <= until:
            batch: list[bytes] = []
            while self._next and self._next[0] <= until and len(batch) < MOST_AT_ONCE:
                batch.append(self._next[1])
                self._next = next(self._lines, None)
            messages.append(Message(Mode.BATCH, b"[" + b",".join(batch) + b"]"))
        return messages

    def rest(self) -> Iterator[bytes]:
        """Yield, once, the lines that were not handed out."""
        while self._next:
            yield self._next[1] + b"\n"
            self._next = next(self._lines, None)

    async def go_on(self, intake: Intake, clock: DemoClock, ended: Callable[[], bool]) -> None:
        """Send each line when the clock says so, until none is left or the demo has `ended`."""
        while self._next and not ended():
            nap = min(clock.until(self._next[0]), _LONGEST_NAP_SECONDS)
            await asyncio.sleep(nap)
            for message in self.due(clock.now()):
                while not ended():
                    try:
                        await intake.publish(message, self.feeds)
                        break
                    except Busy as busy:
                        await asyncio.sleep(min(busy.retry_after, _LONGEST_NAP_SECONDS))


def _timed(parts: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield each line with the time of the latest one so far: late ones come late again."""
    latest = 0
    for part in parts:
        for line in part.splitlines():
            published = datetime.fromisoformat(orjson.loads(line)["time"])
            latest = max(latest, int(published.timestamp()))
            yield latest, line
