"""The log of a replay: every line that was read, in columns, and which of them stand.

A line is known by the hash of its canonical form, an event by its blinded reference. Twins are
found at the end, over everything, so that the order of lines never matters.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from cioghub.vocabulary.columns import extend

IntArray = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
"""Numbers of events: a run of two thousand million lines is none for one machine."""


@dataclass(frozen=True, slots=True)
class Control:
    """A correction or a withdrawal: the event that it is, and the reference of its target."""

    event: int
    target: bytes


class Log:
    """Grows by lines and by accepted events; `settle` says what stands."""

    def __init__(self) -> None:
        self.lines = 0
        self._hash = array("Q")
        self.line_of = array("i")
        self.time = array("q")
        self._fraction = array("i")
        self.ended = array("q")
        self.source = array("h")
        self.decision = array("i")
        self.contribution = array("i")
        self.tray = array("h")
        self.incident = array("b")
        self._refs = bytearray()
        self._ids = bytearray()
        self._id_at = array("q", [0])
        self.controls: list[Control] = []
        self.sources: list[str] = []
        self._source_of: dict[str, int] = {}

    def read(self, digests: Sequence[bytes]) -> range:
        """Note lines by the 16 bytes of their hashes; return their numbers."""
        self._hash.frombytes(b"".join(digests))
        self.lines += len(digests)
        return range(self.lines - len(digests), self.lines)

    def accept(
        self,
        *,
        line: Sequence[int],
        ref: Sequence[str],
        source: Sequence[str],
        id: Sequence[str],
        time: Sequence[int],
        fraction: Sequence[int],
        ended: Sequence[int],
        decision: Sequence[int],
        contribution: Sequence[int],
        tray: Sequence[int],
        incident: Sequence[bool],
    ) -> range:
        """Note accepted events, a value of each in every column; return their numbers.

        Times in whole seconds since 1970 UTC, what is left of them in nanoseconds.
        """
        numbers = range(len(self.time), len(self.time) + len(line))
        extend(self.line_of, line)
        extend(self.time, time)
        extend(self._fraction, fraction)
        extend(self.ended, ended)
        known = self._source_of
        extend(self.source, [known.setdefault(one, len(known)) for one in source])
        self.sources.extend(list(known)[len(self.sources) :])
        extend(self.decision, decision)
        extend(self.contribution, contribution)
        extend(self.tray, tray)
        extend(self.incident, incident)
        self._refs += bytes.fromhex("".join(ref))
        self._ids += "".join(id).encode()
        # The form of an id is ASCII: its characters are its bytes.
        extend(self._id_at, list(accumulate(map(len, id), initial=self._id_at.pop())))
        return numbers

    def id_of(self, event: int) -> str:
        """Return the agency's own id of an event."""
        return self._ids[self._id_at[event] : self._id_at[event + 1]].decode()

    def source_of(self, event: int) -> str:
        """Return the feed of an event."""
        return self.sources[self.source[event]]

    def decisions_of(self, events: Numbers) -> Numbers:
        """Return the numbers of the decisions on these events."""
        return np.frombuffer(self.decision, dtype=np.int32)[events]

    def decided_of(self, events: Numbers) -> tuple[list[str], list[int]]:
        """Return the blinded references of these events, and the numbers of their decisions."""
        refs = np.frombuffer(self._refs, dtype=np.uint64).reshape(-1, 2)[events].tobytes().hex()
        decisions = self.decisions_of(events).tolist()
        return [refs[at : at + 32] for at in range(0, len(refs), 32)], decisions

    def heard(self, events: Numbers) -> list[tuple[str, int, bool]]:
        """Return (feed, last time, whether any was an incident) for the feeds of these events."""
        source = np.frombuffer(self.source, dtype=np.int16)[events]
        time = np.frombuffer(self.time, dtype=np.int64)[events]
        incident = np.frombuffer(self.incident, dtype=np.int8)[events]
        return [
            (
                self.sources[number],
                int(time[source == number].max()),
                bool(incident[source == number].any()),
            )
            for number in np.unique(source).tolist()
        ]

    def delays(self, events: Numbers) -> list[tuple[str, list[float]]]:
        """Return (feed, days from end to coming of each event) for the feeds of these events."""
        source = np.frombuffer(self.source, dtype=np.int16)[events]
        time = np.frombuffer(self.time, dtype=np.int64)[events]
        late = (time - np.frombuffer(self.ended, dtype=np.int64)[events]) / 86_400
        return [
            (self.sources[number], late[source == number].tolist())
            for number in np.unique(source).tolist()
        ]

    def settle(self) -> Standing:
        """Return what stands of everything that was noted, and forget what told twins apart."""
        hashes = np.frombuffer(self._hash, dtype=np.uint64).reshape(-1, 2)
        duplicate = np.zeros(self.lines, dtype=bool)
        lines = _perhaps_alike(hashes)
        order = lines[np.lexsort((lines, hashes[lines, 1], hashes[lines, 0]))]
        duplicate[order[1:][_same_as_before(hashes[order])]] = True

        line_of = np.frombuffer(self.line_of, dtype=np.int32)
        alive = ~duplicate[line_of]
        refs = np.frombuffer(self._refs, dtype=">u8").reshape(-1, 2)
        events = _perhaps_alike(refs)
        events = events[alive[events]]
        body = hashes[line_of[events]]
        time = np.frombuffer(self.time, dtype=np.int64)[events]
        part = np.frombuffer(self._fraction, dtype=np.int32)[events]
        keys = (body[:, 1], body[:, 0], part, time, refs[events, 1], refs[events, 0])
        ranked = events[np.lexsort(keys)]
        conflicts = ranked[1:][_same_as_before(refs[ranked])]
        alive[conflicts] = False
        stands = self._in_order(np.flatnonzero(alive)).astype(np.int32)
        standing = Standing(duplicate, conflicts, stands)
        self._judge_controls(standing)
        self._hash, self._fraction = array("Q"), array("i")
        return standing

    def decided(self) -> None:
        """Forget what only decisions and the correlator's set are written from."""
        self._refs = bytearray()
        self.decision, self.contribution = array("i"), array("i")

    def _in_order(self, events: IntArray) -> IntArray:
        """Return events by time, source and id."""
        if not len(events):
            return events
        time = np.frombuffer(self.time, dtype=np.int64)[events]
        part = np.frombuffer(self._fraction, dtype=np.int32)[events]
        names = np.argsort(np.argsort(np.array(self.sources, dtype=object)))
        source = names[np.frombuffer(self.source, dtype=np.int16)[events]]
        order = np.lexsort((source, part, time))
        events, time, part, source = events[order], time[order], part[order], source[order]
        tied = (time[1:] == time[:-1]) & (part[1:] == part[:-1]) & (source[1:] == source[:-1])
        # A run of ties begins where a tie follows none, and ends where none follows a tie.
        edges = np.flatnonzero(np.diff(tied, prepend=False, append=False))
        for start, last in edges.reshape(-1, 2).tolist():
            run = slice(start, last + 1)
            events[run] = sorted(events[run].tolist(), key=self.id_of)
        return events

    def _judge_controls(self, standing: Standing) -> None:
        """Find the target of each correction and withdrawal among what stands before it."""
        if not self.controls:
            return
        rank = np.full(len(self.time), -1, dtype=np.int64)
        rank[standing.order] = np.arange(len(standing.order))
        wanted = {control.target for control in self.controls}
        at = {
            ref: event
            for event in standing.order.data
            if (ref := bytes(self._refs[16 * event : 16 * event + 16])) in wanted
        }
        judged = sorted(
            ((int(rank[c.event]), c) for c in self.controls if rank[c.event] >= 0),
            key=lambda one: one[0],
        )
        for place, control in judged:
            target = at.get(control.target)
            if target is None or rank[target] >= place or target in standing.unknown_targets:
                standing.unknown_targets.add(control.event)
            else:
                standing.withdrawn.append((target, control.event))
        if standing.unknown_targets:
            unknown = np.array(sorted(standing.unknown_targets), dtype=np.int64)
            standing.order = standing.order[~np.isin(standing.order, unknown)]


@dataclass(slots=True)
class Standing:
    """What stands: lines that are duplicates, events that conflict, accepted events in order.

    `withdrawn` pairs the event that is withdrawn with the event that withdraws it.
    """

    duplicate: npt.NDArray[np.bool_]
    conflicts: IntArray
    order: Numbers
    withdrawn: list[tuple[int, int]] = field(default_factory=list)
    unknown_targets: set[int] = field(default_factory=set)


def _perhaps_alike(keys: npt.NDArray[np.uint64]) -> IntArray:
    """Return the rows, ascending, whose first half is another row's too.

    Keys are hashes: these are all the twins, and next to nothing else.
    """
    order = np.argsort(keys[:, 0])
    same = keys[order[1:], 0] == keys[order[:-1], 0]
    alike = np.zeros(len(keys), dtype=bool)
    alike[1:] |= same
    alike[:-1] |= same
    return np.sort(order[alike])


def _same_as_before(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Say of each row but the first whether it equals the one before."""
    same: npt.NDArray[np.bool_] = (keys[1:] == keys[:-1]).all(axis=1)
    return same
