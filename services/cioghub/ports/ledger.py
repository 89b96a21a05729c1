"""What a runtime needs of a decision ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class DecisionLedger(Protocol):
    """An append-only log of decisions."""

    def add_class(self, content: Mapping[str, Any]) -> str:
        """Keep what a decision class says, once; return its id."""
        ...

    def append(self, ref: str, class_id: str) -> None:
        """Append one event's decision by blinded reference and class."""
        ...
