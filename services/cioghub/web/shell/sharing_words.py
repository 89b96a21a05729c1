"""What is shared, to whom and how coarse, as every door says it to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cioghub.vocabulary.parties import HUB_RECIPIENT, Parties
from cioghub.vocabulary.rules import DROP, GENERALISE, PSEUDONYMISE

TREATMENT_WORDS = {
    "keep": "as sent",
    DROP: "left out",
    PSEUDONYMISE: "replaced by a pseudonym for this recipient, purpose and quarter",
}
LEVEL_WORDS = {
    "3-hours": "three hours",
    "lsoa": "the LSOA",
    "msoa": "the MSOA",
    "csp": "the community safety partnership",
    "ciog": "the area of its CIOG",
    "wide": "wide age bands",
    "adult-or-child": "adult or child",
}


def level_words(level: str) -> str:
    """Return how coarse a time, a place or an age is, as `the MSOA`."""
    return LEVEL_WORDS.get(level, f"the {level}")


def treatment_words(treatment: str) -> str:
    """Return what becomes of a field in words, from its code as `generalise:hour`."""
    action, _, level = treatment.partition(":")
    if action != GENERALISE:
        return TREATMENT_WORDS.get(action, action)
    if level == "hub":
        return "made coarser: only the hub's own categories"
    return f"made coarser: to {level_words(level)}"


def recipient_name(parties: Parties, id: str) -> str:
    """Return what a party, a group or the hub's correlation is called."""
    if id == HUB_RECIPIENT:
        return "The hub's correlation"
    party = parties.party(id)
    group = next((one for one in parties.groups if one.id == id), None)
    return party.legal_name if party else group.name if group else id


def fields_of(outcomes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of the fields that are treated for any recipient, in order."""
    return list(dict.fromkeys(name for one in outcomes for name in one["fields"]))
