"""What a replay works with, and what it counts: the same for files of events and for a log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cioghub.journey import Journey
from cioghub.ports.ledger import DecisionLedger
from cioghub.runtimes.batch.outputs import Outputs

Progress = Callable[[str, int], None]
"""(what is being done, how many done)"""


@dataclass(frozen=True, slots=True)
class Means:
    """What a replay works with; `page` draws a picture, `label` marks what is simulated."""

    journey: Journey
    outputs: Outputs
    ledger: DecisionLedger
    page: Callable[[Any], str]
    label: str | None
    progress: Progress


@dataclass(frozen=True, slots=True)
class Counts:
    """What a replay counted, for its summary."""

    read: int
    accepted: int
    rejected: int
    duplicates: int
    recipients: dict[str, dict[str, Any]]
    alerts: dict[str, int]
