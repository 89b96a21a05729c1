"""Reads a folder of results back, as pages need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson

RAISED, UPDATED, CLOSED = "alert.raised.v1", "alert.updated.v1", "alert.closed.v1"
CHANGE_WORDS = {RAISED: "Raised", UPDATED: "New evidence", CLOSED: "Closed"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an alert as one audience was told of it; `day` is the local day it is about."""

    day: date
    type: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReadAlert:
    """One alert as one audience has read it, oldest change first."""

    id: str
    number: int
    changes: tuple[Change, ...]

    @property
    def data(self) -> Mapping[str, Any]:
        """The alert as last read, under its number; a closed one as it was before."""
        last = [one for one in self.changes if one.type != CLOSED] or self.changes
        return {**last[-1].data, "number": self.number}

    @property
    def raised(self) -> date:
        """The day it was first read."""
        return self.changes[0].day

    @property
    def closed(self) -> date | None:
        """The day it was closed, None while it is open."""
        return self.changes[-1].day if self.changes[-1].type == CLOSED else None


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file."""
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def read_alerts(path: Path, since: date) -> list[ReadAlert]:
    """Return the alerts of a file that were open on `since` or later, numbered by age from 1."""
    found: dict[str, list[Change]] = {}
    for event in lines(path):
        # What a midnight tells is about the day that it ends.
        told = date.fromisoformat(event["time"][:10])
        day = told - timedelta(days=1) if event["time"][11:19] == "00:00:00" else told
        found.setdefault(event["subject"], []).append(Change(day, event["type"], event["data"]))
    kept = [
        (id, changes)
        for id, changes in found.items()
        if changes[-1].type != CLOSED or changes[-1].day >= since
    ]
    kept.sort(key=lambda one: (one[1][0].day, one[0]))
    return [ReadAlert(id, n + 1, tuple(changes)) for n, (id, changes) in enumerate(kept)]


def read_pictures(folder: Path, since: date) -> list[dict[str, Any]]:
    """Return the frozen pictures of an audience that end on `since` or later, oldest first."""
    found = [orjson.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]
    return [one for one in found if one["fortnight"]["to"] >= since.isoformat()]


def read_receipts(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return each publisher's receipts: its own events behind each alert."""
    return {path.stem: list(lines(path)) for path in sorted(folder.glob("*.jsonl"))}


def newest_first(alerts: Sequence[ReadAlert]) -> list[ReadAlert]:
    """Return open alerts before closed ones, of each the newest first."""
    return sorted(alerts, key=lambda one: (one.closed is not None, -one.raised.toordinal(), one.id))
