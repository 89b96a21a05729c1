"""A live hub in one process: its intake, its ticker and its dry door, on one durable log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cioghub.journey import MEMORY_TYPES, Journey, Memory
from cioghub.live.dry_door import DryDoor
from cioghub.live.effects import Page
from cioghub.live.judge import Asked
from cioghub.ports.clock import Clock
from cioghub.ports.intake import Consideration, Message, Verdict
from cioghub.ports.live_log import LiveLog
from cioghub.runtimes.embedded.intake import LiveIntake
from cioghub.runtimes.embedded.metrics import Metrics
from cioghub.runtimes.embedded.state import LiveState
from cioghub.runtimes.embedded.ticker import Ticker
from cioghub.vocabulary.keeping import DEFAULT_KEEPING, Keeping
from cioghub.wire.cloud_events import split
from cioghub.wire.memory import pack_memory, unpack_memory


@dataclass(frozen=True, slots=True)
class Parts:
    """What a live hub is made of. `dry` is a journey of its own for whoever only asks.

    `told` is called, from the ticker's thread, after every tick that told somebody something.
    """

    journey: Journey
    dry: Journey
    log: LiveLog
    clock: Clock
    page: Page
    label: str | None = None
    keeping: Keeping = DEFAULT_KEEPING
    told: Callable[[], None] = lambda: None


class LiveHub:
    """Takes events in, answers at once, and tells; `start` it, or use it as a context manager."""

    def __init__(self, parts: Parts) -> None:
        self.metrics = Metrics()
        self._state = LiveState(parts.journey, parts.log, _unpack, parts.label)
        self._ticker = Ticker(
            self._state,
            parts.log,
            parts.clock,
            parts.page,
            _pack,
            self.metrics,
            parts.told,
            parts.keeping,
        )
        self._intake = LiveIntake(
            self._state, parts.log, parts.clock, self.metrics, self._ticker.arrived
        )
        self._dry = DryDoor(parts.dry, parts.clock)

    def __enter__(self) -> LiveHub:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Settle what came due while the hub was down, then take events in and tick.

        Raises:
            LogFull: the disk has no room.
        """
        self._ticker.settle()
        self._ticker.start()
        self._intake.start()

    def stop(self) -> None:
        """Answer what waits, end the tick that is on its way, and leave all of it on disk."""
        self._intake.stop()
        self._ticker.stop()

    def is_ready(self) -> bool:
        """Say whether events are taken in."""
        return self._intake.is_open

    async def publish(self, message: Message, feeds: frozenset[str]) -> tuple[Verdict, ...]:
        """Return a verdict for each event of a message, once all accepted ones are on disk."""
        return await self._intake.publish(message, feeds)

    def consider(self, message: Message, feeds: frozenset[str]) -> Consideration:
        """Return what would become of the one event of a message; nothing is kept."""
        return self._dry.consider(message, feeds)

    def load(self, messages: list[Message], feeds: frozenset[str]) -> list[Verdict]:
        """Take many messages in at once, of a hub that is not started; ticks are left to `settle`.

        Raises:
            LogFull: nothing of them was kept.
        """
        return self._intake.keep(
            [Asked(single, feeds) for message in messages for single in split(message)]
        )

    def settle(self) -> int:
        """Settle every midnight that has come, of a hub that is not started; return how many."""
        return self._ticker.settle()

    def look(self) -> int:
        """Look at the day, of a hub that is not started; return how many changes were told."""
        return self._ticker.look()


def _pack(memory: Memory) -> bytes:
    return pack_memory(memory, MEMORY_TYPES)


def _unpack(content: bytes) -> Memory:
    found: Memory = unpack_memory(content, MEMORY_TYPES)
    return found
