"""The topics that carry the journey where it runs on more than one machine, and who may do what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

PICTURES = "picture.tactical"
HEARTBEATS = "feed.heartbeat"
FOUND = "found.hub"
"""Where the correlator tells the reporter what it found, tick by tick: one partition, in order."""

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


class Topic(NamedTuple):
    """A topic as it is, or should be; `settings` are Kafka's own, by name."""

    name: str
    partitions: int
    replication: int
    settings: Mapping[str, str]


class Right(NamedTuple):
    """What a principal may do: `READ` or `WRITE`, on a `TOPIC` or a `GROUP`.

    `prefixed` means every one whose name begins so; `host` is where it must ask from, `*` anywhere.
    """

    principal: str
    operation: str
    kind: str
    name: str
    prefixed: bool = False
    host: str = "*"

    def __str__(self) -> str:
        """Say it in a line."""
        what = f"{self.kind.lower()} {self.name}{'*' if self.prefixed else ''}"
        where = "" if self.host == "*" else f" from {self.host}"
        return f"{self.principal} may {self.operation.lower()} {what}{where}"


class Cluster(NamedTuple):
    """What a cluster has, or should have: topics by name, rights, and who has a password."""

    topics: Mapping[str, Topic]
    rights: frozenset[Right]
    users: frozenset[str]
