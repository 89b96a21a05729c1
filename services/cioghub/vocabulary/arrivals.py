"""What a day is judged by as a whole: who sent what, how late, and what lies in no known place."""

from __future__ import annotations

from typing import NamedTuple

from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.coding import FIXED
from cioghub.vocabulary.incidents import ValidIncident

_AREA = FIXED.index("area")


class Arrival(NamedTuple):
    """An accepted event as a day is judged by: who sent it, when, when it ended, where it lies.

    Times are whole seconds since 1970 UTC; `tray` is None for what lies in a known place.
    """

    source: str
    accepted: int
    ended: int
    incident: bool
    tray: str | None


def area_of(valid: ValidIncident) -> tuple[str, str] | None:
    """Return the (edition, code) that an incident names, None where it names none."""
    area: tuple[str, str] | None = valid.coded[_AREA]
    return area


def tray_of(valid: ValidIncident, areas: Areas) -> str | None:
    """Return the tray of an event, `outside:<name>` or `unknown`; None in a known place.

    What is no incident lies in no tray.
    """
    return tray_at(area_of(valid), areas) if valid.coded else None


def tray_at(area: tuple[str, str] | None, areas: Areas) -> str | None:
    """Return the tray of what lies in an area, given as (edition, code), None where none is named.

    It is None in a known place.
    """
    if area is not None and areas.place(*area) is not None:
        return None
    return areas.tray(area[1] if area else None)


def arrival_of(valid: ValidIncident, accepted: int, areas: Areas) -> Arrival:
    """Return an event accepted at `accepted` (whole seconds since 1970 UTC) as it came in."""
    return Arrival(
        valid.source, accepted, ended_of(valid), bool(valid.coded), tray_of(valid, areas)
    )


def ended_of(valid: ValidIncident) -> int:
    """Return when what an event tells of had ended; what tells of nothing ends as it is sent."""
    return valid.time if valid.occurred_to is None else valid.occurred_to
