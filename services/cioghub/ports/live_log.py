"""What a live hub needs of its durable log: every effect of a group or a tick at once, or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from cioghub.vocabulary.arrivals import Arrival
from cioghub.vocabulary.contribution import Contribution
from cioghub.vocabulary.keeping import Horizons


class LogFull(Exception):
    """The log could not be written; nothing of what was given was kept."""


class NewEvent(NamedTuple):
    """One accepted event, with all that became of it.

    `ref` is its blinded reference and `digest` the hash of its body, 16 bytes each; times are whole
    seconds since 1970 UTC. `shared` pairs recipients with their lines; `withdraws` is the reference
    of the event that it takes back.
    """

    ref: bytes
    digest: bytes
    accepted: int
    source: str
    id: str
    type: str
    time: int
    ended: int
    incident: bool
    tray: str | None
    decision: str
    payload: bytes
    shared: tuple[tuple[str, bytes], ...]
    contribution: Contribution | None
    withdraws: bytes | None

    def __repr__(self) -> str:
        return f"NewEvent({self.type}, content hidden)"


class NewRefusal(NamedTuple):
    """One rejected event: `faults` as JSON, `codes` their codes; never a value."""

    at: int
    source: str | None
    name: str
    faults: str
    codes: tuple[str, ...]


@dataclass(slots=True)
class Group:
    """What is kept in one transaction: events that came close together.

    `classes` are decision classes not written yet, by id; `duplicates` count twins by source.
    """

    day: str
    bundle: str
    events: list[NewEvent] = field(default_factory=list)
    refusals: list[NewRefusal] = field(default_factory=list)
    classes: dict[str, bytes] = field(default_factory=dict)
    duplicates: dict[str, int] = field(default_factory=dict)


class Standing(NamedTuple):
    """A contribution of the log, its position, and when it was withdrawn if it was."""

    position: int
    contribution: Contribution
    withdrawn: int | None


class Line(NamedTuple):
    """One change of an alert for one audience (empty: inside the hub), as its bytes."""

    audience: str
    alert: str
    change: str
    at: int
    provisional: bool
    line: bytes


class Picture(NamedTuple):
    """One frozen picture, as JSON and as a page."""

    audience: str
    first: str
    at: int
    content: bytes
    page: bytes


class Note(NamedTuple):
    """One notice and its line."""

    at: int
    code: str
    publisher: str | None
    words: str
    line: bytes


class Behind(NamedTuple):
    """The event at a position, which belongs to a publisher, stands behind an alert."""

    publisher: str
    position: int
    alert: str


class Tick(NamedTuple):
    """A time at which everything up to a position was looked at."""

    position: int
    at: int
    midnight: bool
    jumped: bool
    bundle: str


def linked_at(tick: Tick) -> str:
    """Return the name under which is kept what linkage found at a tick."""
    return f"linkage:{tick.position}@{tick.at}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one tick brought, kept in one transaction; `memory` by name."""

    tick: Tick
    lines: Sequence[Line] = ()
    pictures: Sequence[Picture] = ()
    notices: Sequence[Note] = ()
    behind: Sequence[Behind] = ()
    memory: Mapping[str, bytes] = field(default_factory=dict)


class LiveLog(Protocol):
    """The durable log of one hub."""

    def digests(self, refs: Iterable[bytes]) -> Mapping[bytes, bytes]:
        """Return the digests of those of these events that were accepted."""
        ...

    def keep(self, group: Group) -> Sequence[int]:
        """Keep a group; return the positions of its events.

        Raises:
            LogFull: nothing was kept.
        """
        ...

    def settle(self, effect: Effect) -> None:
        """Keep what a tick brought.

        Raises:
            LogFull: nothing was kept.
        """
        ...

    def contributions(self) -> Iterator[Standing]:
        """Yield the correlator's set in order of position."""
        ...

    def targets(self, refs: Iterable[bytes]) -> Mapping[bytes, str | None]:
        """Return, of those of these events that were accepted, the correlator's id, if any."""
        ...

    def arrivals(self, after: int, before: int) -> Sequence[Arrival]:
        """Return what was accepted from `after` on and before `before` (seconds), in order."""
        ...

    def quarters(self) -> Sequence[int]:
        """Return the quarters of an hour (their first seconds) in which anything was accepted."""
        ...

    def span(self) -> tuple[int, int] | None:
        """Return when the first and the last event were accepted, None where none was."""
        ...

    def last_midnight(self) -> int | None:
        """Return the time of the last midnight that was settled."""
        ...

    def position(self) -> int:
        """Return the last position, 0 for none."""
        ...

    def memory(self, name: str) -> bytes | None:
        """Return what was kept under a name."""
        ...

    def forget(self, before: Horizons) -> int:
        """Delete what is old: payloads, with agencies' ids, shared lines and tokens, and the rest.

        Returns how many events lost their payload; when this returns, the bytes of what was deleted
        are in no file of the log.
        """
        ...


class Entry(NamedTuple):
    """One accepted event of the log; `payload` is None once deleted."""

    position: int
    ref: bytes
    accepted: int
    decision: str
    payload: bytes | None

    def __repr__(self) -> str:
        return f"Entry({self.position}, content hidden)"


class Snapshot(NamedTuple):
    """What a replay of a log begins with: all that was settled at the midnight `at`.

    `evening` is what was remembered then, in one part or in several.
    """

    at: int
    evening: tuple[bytes, ...]


class LogReader(Protocol):
    """Reads a whole log as it is at one moment, to go through it again."""

    def snapshot(self) -> Snapshot | None:
        """Return the oldest midnight from which on every payload is there; None: from the first."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Yield every accepted event in order of position."""
        ...

    def ticks(self) -> Sequence[Tick]:
        """Return every tick in order."""
        ...

    def memory(self, name: str) -> bytes | None:
        """Return what was kept under a name."""
        ...

    def refused(self) -> Iterator[NewRefusal]:
        """Yield every rejected event in the order of coming."""
        ...

    def classes(self) -> Mapping[str, bytes]:
        """Return what each decision class says, as JSON, by id."""
        ...

    def contributions(self) -> Iterator[Standing]:
        """Yield the correlator's set in order of position."""
        ...

    def duplicates(self) -> int:
        """Return how many twins came of events that had been accepted."""
        ...
