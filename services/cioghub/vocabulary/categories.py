"""The hub categories: what an incident is about, in the partnership's words.

The crosswalk columns of the code lists map every agency's own codes to these.
"""

from __future__ import annotations

CONTEXT_ONLY = "context-only"
"""Shown beside an issue, never counted; an event has it only when it has no other category."""

EXCLUDED = "excluded"
"""Accepted, then withheld from everyone; it wins over every other category."""

COUNTED = (
    "homicide",
    "knife",
    "firearm",
    "corrosive",
    "other-weapon",
    "violence-injury",
    "violence-no-injury",
    "robbery",
    "sexual",
    "domestic-abuse",
    "county-lines",
    "exploitation",
    "group-violence",
    "online-conflict",
    "school-weapon",
    "school-violence",
    "drugs",
    "arson-threat",
    "disorder-nte",
    "asb",
    "missing",
)
"""The categories that signals and pictures count, in the order that pictures list them."""

HUB_CATEGORIES = (*COUNTED, CONTEXT_ONLY, EXCLUDED)

WALLED = frozenset({"domestic-abuse", "sexual"})
"""Categories whose floor (district) binds every recipient, the correlator included."""
