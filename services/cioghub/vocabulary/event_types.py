"""Event types that the hub itself acts on, beside deciding who may have them."""

from __future__ import annotations

CORRECTION = "event.correction.v1"
WITHDRAWAL = "event.withdrawal.v1"
TOUCHING = (CORRECTION, WITHDRAWAL)
"""What says something of another event of its source."""

HEARTBEAT = "feed.heartbeat.v1"
CONCERN = "schools.concern."
"""How every version of a school's concern begins."""


def touches_another(type_name: str) -> bool:
    """Say whether an event of this type corrects or withdraws another one of its source."""
    return type_name in TOUCHING


def is_concern(type_name: str) -> bool:
    """Say whether an event of this type is a school's concern, in any version."""
    return type_name.startswith(CONCERN)
