"""What the pages need to take a table: saved mappings, a preview, and what became of it.

The file itself is never kept: at once it becomes events, under a mapping that its agency wrote, and
these wait, a day at most, until somebody of the agency confirms them. Times are whole seconds since
1970 UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

MOST_CONTENT = 16 << 20
"""Bytes of one file."""

MOST_ROWS = 50_000
"""Rows of one file."""

WAIT_SECONDS = 86_400
"""How long the events of a file wait for somebody to confirm them; then they are let go."""


class State(StrEnum):
    """How far an upload is."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


class NotUsable(Exception):
    """A file or a mapping that cannot be used: what is wrong, why it matters, what to do."""

    def __init__(self, what: str, why: str, next_step: str) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """A mapping under its name; `saved` is when its agency saved it, None for a shipped example."""

    name: str
    title: str
    source: str
    text: str = field(repr=False)
    saved: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What became of the rows of a file; `read` = `mapped` + `rejected` + all of `left_out`.

    `faults` count rejected rows by column and code, `notes` what was made coarser by field and
    words, `rows` holds the first rejected rows with their faults, `shown` the first events.
    """

    read: int
    mapped: int
    rejected: int
    unplaced: int
    left_out: Mapping[str, int]
    faults: Sequence[tuple[str, str, int]]
    notes: Sequence[tuple[str, str, int]]
    rows: Sequence[tuple[int, Sequence[tuple[str, str]]]]
    shown: Sequence[Mapping[str, Any]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file of an agency.

    `same_as` is an earlier confirmed upload that held the same events; `outcome` how many events
    got which answer of the hub, None until it is confirmed.
    """

    number: int
    mapping: str
    source: str
    at: int
    state: State
    preview: Preview
    same_as: int | None
    outcome: Mapping[str, int] | None


class Uploads(Protocol):
    """Takes tables of agencies; each sees its own alone."""

    def examples(self) -> Sequence[SavedMapping]:
        """Return the shipped mappings, to copy."""
        ...

    def mappings(self, party: str) -> Sequence[SavedMapping]:
        """Return the mappings for the feeds of an agency, by name: its own, and shipped ones."""
        ...

    def save_mapping(self, party: str, name: str, text: str, person: str, at: int) -> None:
        """Keep a mapping of an agency under a name; one of that name is replaced.

        Raises:
            NotUsable: it is not of the language, or not for a feed of this agency.
        """
        ...

    def preview(self, party: str, mapping: str, content: bytes, person: str, at: int) -> Upload:
        """Return what would become of a file; its events wait to be confirmed.

        Raises:
            NotUsable: the agency has no such mapping, or the file is not what it says.
        """
        ...

    def uploads(self, party: str, limit: int) -> Sequence[Upload]:
        """Return an agency's last uploads, newest first."""
        ...

    def upload(self, party: str, number: int) -> Upload | None:
        """Return one upload of an agency, None where it has none of this number."""
        ...

    def batches(self, party: str, number: int) -> Iterator[bytes]:
        """Yield the bodies of the batches to publish; none of an upload that does not wait."""
        ...

    def confirmed(
        self, party: str, number: int, outcome: Mapping[str, int], person: str, at: int
    ) -> None:
        """Note what the hub answered to the events of an upload, and let go of them."""
        ...

    def discard(self, party: str, number: int, person: str, at: int) -> None:
        """Let go of the events of an upload that waits."""
        ...

    def forget(self, before: int) -> int:
        """Let go of all events that have waited since before a time; return of how many uploads."""
        ...
