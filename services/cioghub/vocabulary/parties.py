"""Who takes part: parties with their feeds, groups that read, and the hub itself."""

from __future__ import annotations

from dataclasses import dataclass

HUB_RECIPIENT = "hub-correlation"
"""The one recipient inside the hub: the correlator."""

FUNCTIONS = (
    "policing",
    "fire-rescue",
    "health",
    "social-care",
    "education",
    "community-safety",
    "youth-justice",
    "probation",
)
"""The functions that information can be held for (`held_for`)."""

WALLED_FUNCTIONS = frozenset({"health", "social-care"})
"""Functions whose information travels in the anonymised lane and to the correlator only."""

TOKEN_FUNCTIONS = frozenset({"policing", "probation", "youth-justice", "education"})
"""Functions whose tokens may travel, as pseudonyms; education only where an agreement says so."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What an agency sends under one `source`, and how often it is due."""

    source: str
    types: tuple[str, ...]
    held_for: tuple[str, ...]
    cadence: str
    due_hours: int


@dataclass(frozen=True, slots=True)
class Party:
    """A legal person that publishes, receives or both."""

    id: str
    legal_name: str
    kind: str
    status: str
    functions: tuple[str, ...]
    controller: str
    owner: str | None
    dpo: str | None
    caldicott: str | None
    contact: str | None
    feeds: tuple[Feed, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A recipient or audience that is not a legal person; `areas` limits what it reads."""

    id: str
    name: str
    members: tuple[str, ...]
    areas: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Parties:
    """Everybody a bundle knows."""

    parties: tuple[Party, ...]
    groups: tuple[Group, ...]
    hub_operator: str | None
    hub_role: str | None

    def party(self, party_id: str) -> Party | None:
        """Return the party of this id, or None."""
        return next((party for party in self.parties if party.id == party_id), None)

    def police(self) -> frozenset[str]:
        """Return the ids of the police parties: with the hub, whom education may write to."""
        return frozenset(party.id for party in self.parties if party.kind == "police")

    def feed_owners(self) -> dict[str, tuple[Party, Feed]]:
        """Return, for each declared `source`, the party that owns it and the feed."""
        return {feed.source: (party, feed) for party in self.parties for feed in party.feeds}
