"""What the ledger says of a decision class: each recipient's outcome, and why."""

from __future__ import annotations

from typing import Any

from cioghub.steps.share.decide import Permit
from cioghub.steps.share.table import DecisionClass


def class_content(decision: DecisionClass, bundle_hash: str) -> dict[str, Any]:
    """Return what the ledger says of a decision class under the rules of that hash."""
    outcomes = []
    for outcome in decision.outcomes:
        if isinstance(outcome, Permit):
            outcomes.append(
                {
                    "recipient": outcome.recipient,
                    "outcome": "shared",
                    "rules": list(outcome.rules),
                    "place_level": outcome.place_level,
                    "hub_categories": list(outcome.categories),
                    "fields": {
                        name: t.action if t.level is None else f"{t.action}:{t.level}"
                        for name, t in outcome.treatments
                    },
                }
            )
        else:
            outcomes.append(
                {
                    "recipient": outcome.recipient,
                    "outcome": outcome.reason.value,
                    "rules": list(outcome.rules),
                }
            )
    return {"bundle": bundle_hash, "outcomes": outcomes}
