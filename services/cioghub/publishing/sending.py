"""Sends what may leave, batch by batch; a batch is behind us only when the hub has answered it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cioghub.ports.intake import Answer
from cioghub.publishing.outgoing import HeldBack, LeftOut, Outcome, Ready
from cioghub.stores.send_journal import Progress, SendJournal
from cioghub.wire.event_batches import BYTES_AT_ONCE, EVENTS_AT_ONCE, Answered

Send = Callable[[Sequence[bytes]], Sequence[Answered]]


def send_all(
    outcomes: Iterable[Outcome],
    journal: SendJournal,
    send: Send,
    sent: Callable[[int], None],
) -> frozenset[str]:
    """Send every event behind the journal's mark; return what the hub noted on any of them.

    `journal.progress` holds the counts, of former runs too. `sent` is told the number of the last
    event dealt with. Outcomes up to the mark are passed over, so they must be the same again.
    """
    begun = journal.progress.position
    batch = _Batch(journal, send)
    for one in outcomes:
        if one.number <= begun:
            continue
        batch.add(one)
        if batch.full:
            batch.close()
            sent(journal.progress.position)
    batch.close(complete=True)
    return frozenset(batch.notes)


def count(outcomes: Iterable[Outcome]) -> tuple[Progress, int]:
    """Return what a dry run finds: the held back and left out, and how many events would go."""
    progress = Progress()
    ready = 0
    for one in outcomes:
        if isinstance(one, Ready):
            ready += 1
        else:
            _note(progress, one)
    return progress, ready


class _Batch:
    """The events since the last mark, in the order of the file."""

    def __init__(self, journal: SendJournal, send: Send) -> None:
        self.notes: set[str] = set()
        self._journal = journal
        self._send = send
        self._outcomes: list[Outcome] = []
        self._ready: list[Ready] = []
        self._bytes = 0

    @property
    def full(self) -> bool:
        """Say whether it is time to send: by number, by bytes, or by what was held back."""
        return len(self._outcomes) >= EVENTS_AT_ONCE or self._bytes >= BYTES_AT_ONCE

    def add(self, one: Outcome) -> None:
        self._outcomes.append(one)
        if isinstance(one, Ready):
            self._ready.append(one)
            self._bytes += len(one.body)

    def close(self, complete: bool = False) -> None:
        """Send the events, then mark all as behind us."""
        bodies = [one.body for one in self._ready]
        answers = iter(self._send(bodies) if bodies else ())
        progress = self._journal.progress
        rows: list[dict[str, Any]] = []
        for one in self._outcomes:
            if isinstance(one, Ready):
                rows += self._answered(progress, one.number, next(answers))
            else:
                _note(progress, one)
                if isinstance(one, HeldBack):
                    rows.append({"number": one.number, "by": "here", "faults": one.faults})
            progress.position = one.number
        progress.complete = complete
        self._journal.mark(rows)
        self._outcomes, self._ready, self._bytes = [], [], 0

    def _answered(self, progress: Progress, number: int, said: Answered) -> list[dict[str, Any]]:
        self.notes.update(said.notes)
        if said.answer is Answer.ACCEPTED:
            progress.accepted += 1
            return []
        progress.events_refused += 1
        for code in {code for _, code in said.faults} or {said.answer.value}:
            progress.refused[code] = progress.refused.get(code, 0) + 1
        faults = [{"pointer": pointer, "code": code} for pointer, code in said.faults]
        return [{"number": number, "by": "hub", "answer": said.answer.value, "faults": faults}]


def _note(progress: Progress, one: HeldBack | LeftOut) -> None:
    if isinstance(one, LeftOut):
        progress.left_out += one.rows
        return
    progress.events_held += 1
    for code in {fault["code"] for fault in one.faults}:
        progress.held[code] = progress.held.get(code, 0) + 1
