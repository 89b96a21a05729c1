"""What a replay works with, and what it counts: the same for files of events and for a log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cioghub.journey import Journey
from cioghub.ports.ledger import DecisionLedger
from cioghub.runtimes.batch.outputs import Outputs
from cioghub.vocabulary.signals import AlertChange

SHARED = "shared"
"""The outcome of what passes; every other outcome is the reason that withholds."""

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


def by_recipient(
    recipients: Iterable[str], outcomes: Iterable[tuple[str, str, int]]
) -> dict[str, dict[str, Any]]:
    """Return, for each recipient, how many events were shared, and withheld by reason.

    `outcomes` are (recipient, outcome, how many events had it).
    """
    found: dict[str, dict[str, Any]] = {name: {"shared": 0, "withheld": {}} for name in recipients}
    for recipient, outcome, n in outcomes:
        counts = found.setdefault(recipient, {"shared": 0, "withheld": {}})
        if outcome == SHARED:
            counts["shared"] += n
        else:
            counts["withheld"][outcome] = counts["withheld"].get(outcome, 0) + n
    for counts in found.values():
        counts["withheld"] = dict(sorted(counts["withheld"].items()))
    return found


def by_change(changes: Mapping[AlertChange, int]) -> dict[str, int]:
    """Return how many alerts were raised, updated and closed."""
    return {
        "raised": changes[AlertChange.RAISED],
        "updated": changes[AlertChange.UPDATED],
        "closed": changes[AlertChange.CLOSED],
    }
