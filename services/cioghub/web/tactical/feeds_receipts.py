"""Receipts: a publisher's own events behind alerts, page by page, for that publisher alone."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Sequence

from cioghub.ports.reading_room import ReadingRoom, Receipt
from cioghub.vocabulary.parties import Parties

Place = tuple[str, str, str]
"""Source, id and alert: the order of receipts."""


def receipts_of(
    room: ReadingRoom, parties: Parties, sources: Collection[str], alert: str | None
) -> list[Receipt]:
    """Return the receipts for the events of some feeds, in order."""
    owners = parties.feed_owners()
    publishers = {owners[source][0].id for source in sources if source in owners}
    return sorted(
        (
            one
            for publisher in publishers
            for one in room.receipts(publisher, alert)
            if one.source in sources
        ),
        key=place_of_receipt,
    )


def page_of(receipts: Sequence[Receipt], after: Place | None, limit: int) -> Sequence[Receipt]:
    """Return at most `limit` receipts after a place."""
    found = receipts if after is None else [r for r in receipts if place_of_receipt(r) > after]
    return found[:limit]


def place_of_receipt(receipt: Receipt) -> Place:
    """Return where a receipt stands."""
    return receipt.source, receipt.id, receipt.alert


def written(place: Place) -> str:
    """Return a place as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def read_place(cursor: str) -> Place | None:
    """Return the place of a cursor, None where it is none."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if isinstance(place, list) and len(place) == 3 and all(isinstance(p, str) for p in place):
        return place[0], place[1], place[2]
    return None
