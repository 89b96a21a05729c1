"""Where a reader of alerts stands: after the last event that it has, named by that event's own id.

The numbers by which the hub orders changes would tell a reader how much others were told, so they
never leave it; the id of an event is something that its reader has anyway.
"""

from __future__ import annotations

from cioghub.ports.reading_room import INSIDE, ReadingRoom, Told

START = "0"
"""The cursor before the first change."""


def cursor_of(change: Told) -> str:
    """Return the cursor after a change."""
    return str(change.event["id"])


def place_of(room: ReadingRoom, audience: str, cursor: str) -> int | None:
    """Return where a cursor stands in the reading room, None where this audience has no such one.

    An id that another audience was told of is one that this audience has not.
    """
    if cursor == START:
        return 0
    alert = cursor.rpartition(".")[0]
    told = room.history(audience, alert) if alert and audience != INSIDE else ()
    return next((one.cursor for one in reversed(told) if cursor_of(one) == cursor), None)


def last_of(room: ReadingRoom, audience: str) -> tuple[int, str]:
    """Return where the last change told to an audience stands, and the cursor after it."""
    at = room.last_cursor(audience)
    last = room.since(audience, at - 1, 1) if at else ()
    return (last[0].cursor, cursor_of(last[0])) if last else (0, START)
