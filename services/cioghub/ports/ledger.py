"""What runtimes and doors need of a decision ledger, and what a live ledger needs of the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol


class DecisionLedger(Protocol):
    """An append-only log of decisions."""

    def add_class(self, content: Mapping[str, Any]) -> str:
        """Keep what a decision class says, once; return its id."""
        ...

    def append(self, ref: str, class_id: str) -> None:
        """Append one event's decision by blinded reference and class."""
        ...

    def extend(self, refs: Sequence[str], class_ids: Sequence[str]) -> None:
        """Append several events' decisions; ValueError unless each reference has one class."""
        ...


class Decided(NamedTuple):
    """One decided event: its place in the log from 1, blinded reference and class, both in hex."""

    position: int
    ref: str
    class_id: str


class DecisionLog(Protocol):
    """The durable log that a live ledger follows; what it once said it says forever."""

    def decided(self, after: int, limit: int) -> Sequence[Decided]:
        """Return the decided events after a position, in order, none left out."""
        ...

    def contents(self, class_ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return what decision classes say, by id."""
        ...

    def midnights(self, after: int) -> Sequence[int]:
        """Return the positions, past one, at which a local midnight was settled, in order."""
        ...


class LedgerBook(Protocol):
    """A ledger to look into while it grows; only what is signed can be seen."""

    def key(self) -> str:
        """Return the verifying key as 64 hex digits."""
        ...

    def checkpoint(self) -> Mapping[str, Any] | None:
        """Return the last checkpoint, with its signature; None while nothing is signed."""
        ...

    def entries(self, first: int, limit: int) -> bytes:
        """Return the lines of at most `limit` signed entries from the number `first` (from 0)."""
        ...

    def proof(self, number: int) -> Mapping[str, Any] | None:
        """Return the proof that an entry (from 0) is in the ledger; None while it is not signed."""
        ...
