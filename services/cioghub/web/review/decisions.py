"""What was decided on one event, drawn up for a page: each recipient's outcome, and which rules."""

from __future__ import annotations

from typing import Any

from cioghub.ports.reading_room import DecisionOf

OUTCOME_WORDS = {
    "shared": "shared",
    "no-agreement": "withheld: no agreement covers it",
    "not-started": "withheld: the agreement had not started",
    "ended": "withheld: the agreement had ended",
    "never": "withheld: a rule says never",
    "only-when": "withheld: a condition of the agreement was not met",
    "wall": "withheld: a wall forbids it",
    "excluded": "withheld from everyone: an excluded category",
    "unmapped": "withheld: its code has no category of the hub",
    "control": "withheld: it is about a feed or another event, not an incident",
    "stopped": "withheld: the flow was stopped",
    "error": "withheld: the rules contradict each other",
}


def outcomes_of(decision: DecisionOf) -> list[dict[str, Any]]:
    """Return a row for each recipient, what was shared first."""
    rows = [
        {
            "recipient": one["recipient"],
            "outcome": one["outcome"],
            "rules": list(one["rules"]),
            "place_level": one.get("place_level"),
            "hub_categories": list(one.get("hub_categories", ())),
            "fields": dict(one.get("fields", {})),
        }
        for one in decision.content["outcomes"]
    ]
    return sorted(rows, key=lambda row: (row["outcome"] != "shared", row["recipient"]))
