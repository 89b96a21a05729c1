"""The names of the topics that carry the journey where it runs on more than one machine."""

from __future__ import annotations

PICTURES = "picture.tactical"
HEARTBEATS = "feed.heartbeat"
HUB_QUARANTINE = "quarantine.hub"
"""Where the hub's own workers put what no other worker of the hub could have written."""


def incident_topic(agency: str) -> str:
    """Return where an agency publishes: its events, corrections, withdrawals and heartbeats."""
    return f"incident.{agency}"


def shared_topic(recipient: str) -> str:
    """Return where a recipient receives what the rules share with it."""
    return f"shared.{recipient}"


def alert_topic(audience: str) -> str:
    """Return where an audience is told of alerts."""
    return f"alert.{audience}"


def quarantine_topic(agency: str) -> str:
    """Return where messages of an agency lie that nobody could read, each with its reason."""
    return f"quarantine.{agency}"
