"""The rows of the durable log: what of an event goes into which column, and back."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sqlalchemy import Connection, bindparam, insert, text

from cioghub.ports.live_log import Group, NewEvent
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import upsert
from cioghub.vocabulary.contribution import Contribution
from cioghub.vocabulary.event_types import HEARTBEAT
from cioghub.vocabulary.incidents import Notes

KIND = METADATA.tables["contribution_kind"]
FEED_DAY, HEARD = METADATA.tables["feed_day"], METADATA.tables["heard"]


def accepted_row(position: int, event: NewEvent) -> dict[str, Any]:
    """Return the row of an accepted event."""
    return {
        "position": position,
        "ref": event.ref,
        "digest": event.digest,
        "accepted": event.accepted,
        "source": event.source,
        "event_id": event.id,
        "type": event.type,
        "time": event.time,
        "ended": event.ended,
        "incident": event.incident,
        "tray": event.tray,
        "decision": event.decision,
        "payload": event.payload,
    }


def contribution_row(position: int, one: Contribution, kind: int) -> dict[str, Any]:
    """Return the row of a contribution."""
    return {
        "position": position,
        "id": one.id,
        "accepted": one.accepted,
        "day": one.day,
        "monthly": one.monthly,
        "place": " ".join(one.place) if one.place else None,
        "kind": kind,
        "tokens": json.dumps(dict(one.tokens)) if one.tokens else None,
        "former": json.dumps(dict(one.former)) if one.former else None,
        "withdrawn": None,
    }


def kind_number(
    connection: Connection, one: Contribution, kinds: dict[tuple[str, str, Notes], int]
) -> int:
    """Return the number of what many contributions have in common, written when it is new."""
    key = (one.publisher, one.type, one.notes)
    if key not in kinds:
        kinds[key] = max(kinds.values(), default=0) + 1
        row = {"id": kinds[key], "publisher": one.publisher, "type": one.type}
        connection.execute(insert(KIND), [row | {"notes": _notes_text(one.notes)}])
    return kinds[key]


def withdraw(connection: Connection, target: bytes, at: int) -> None:
    """Note that the event of a reference was withdrawn at a time, or earlier."""
    connection.execute(
        text(
            "UPDATE contribution SET withdrawn = :at "
            "WHERE (withdrawn IS NULL OR withdrawn > :at) "
            "AND position = (SELECT position FROM accepted WHERE ref = :ref)"
        ).bindparams(bindparam("at", at), bindparam("ref", target))
    )


def count(connection: Connection, group: Group) -> None:
    """Count a group by feed, local day, outcome and reason, and note what was heard."""
    counts = Counter((event.source, "accepted", "") for event in group.events)
    for refusal in group.refusals:
        counts.update((refusal.source or "", "rejected", code) for code in set(refusal.codes))
    for source, n in group.duplicates.items():
        counts[source, "duplicate", ""] += n
    heard = {(event.source, event.type == HEARTBEAT): event.accepted for event in group.events}
    added = upsert(connection, FEED_DAY)
    _each(
        connection,
        added.on_conflict_do_update(
            index_elements=["source", "day", "outcome", "reason"],
            set_={"events": FEED_DAY.c.events + added.excluded.events},
        ),
        [
            {"source": source, "day": group.day, "outcome": outcome, "reason": reason, "events": n}
            for (source, outcome, reason), n in sorted(counts.items())
        ],
    )
    for field, alive in (("last_event", False), ("last_heartbeat", True)):
        found = upsert(connection, HEARD)
        _each(
            connection,
            found.on_conflict_do_update(
                index_elements=["source"],
                set_={name: found.excluded[name] for name in (field, "bundle")},
            ),
            [
                {"source": source, field: at, "bundle": group.bundle}
                for (source, beats), at in sorted(heard.items())
                if beats == alive
            ],
        )


def _each(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _notes_text(notes: Notes) -> str:
    return json.dumps(notes._asdict())


def notes_of(content: str) -> Notes:
    """Return notes from their text."""
    found = json.loads(content)
    return Notes(
        found["agreement"], tuple(found["categories"]), tuple(found["generated"]), found["floor"]
    )


def pairs_of(content: str | None) -> tuple[tuple[str, str], ...]:
    """Return pseudonyms by field from their text, none once deleted."""
    return tuple(json.loads(content).items()) if content else ()
