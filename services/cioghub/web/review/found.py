"""What the review door looks up: what is not there for somebody is a 404, whatever the cause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request

from cioghub.ports.ledger import LedgerBook
from cioghub.ports.reading_room import DecisionOf
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.rules import Agreement
from cioghub.web.hub import Hub
from cioghub.web.review.agreements import agreements_for
from cioghub.web.who.policies import looks_up


def hub_of(request: Request) -> Hub:
    """Return the hub that a request came to."""
    hub: Hub = request.app.state.hub
    return hub


def today_of(request: Request) -> date:
    """Return the local day by the hub's clock."""
    hub = hub_of(request)
    return local_day(hub.clock.now(), ZoneInfo(hub.loaded.bundle.areas.timezone))


def agreement_of(hub: Hub, person: Person, name: str) -> Agreement:
    """Return an agreement that somebody may read."""
    found = next((one for one in agreements_for(person, hub.loaded) if one.name == name), None)
    if found is None:
        raise HTTPException(404)
    return found


def decision_of(hub: Hub, person: Person, ref: str) -> DecisionOf:
    """Return the decision on the event with a blinded reference."""
    found = seen_by(hub, person, hub.room.decision_of(ref))
    if found is None:
        raise HTTPException(404)
    return found


def seen_by(hub: Hub, person: Person, found: DecisionOf | None) -> DecisionOf | None:
    """Return a decision, or None where somebody may not look up that agency's."""
    return found if found is not None and found.source in sources_of(hub, person) else None


def sources_of(hub: Hub, person: Person) -> list[str]:
    """Return the feeds whose decisions somebody may look up."""
    owners = hub.loaded.bundle.parties.feed_owners()
    return sorted(source for source, (party, _) in owners.items() if looks_up(person, party.id))


def book_of(hub: Hub) -> LedgerBook:
    """Return the ledger of a hub that keeps one."""
    if hub.ledger is None:
        raise HTTPException(404)
    return hub.ledger


def checkpoint_of(hub: Hub) -> Mapping[str, Any]:
    """Return the last checkpoint of a hub that has signed one."""
    found = book_of(hub).checkpoint()
    if found is None:
        raise HTTPException(404)
    return found


def is_signed(hub: Hub, position: int) -> bool:
    """Say whether the ledger signs the event at a position of the log."""
    last = None if hub.ledger is None else hub.ledger.checkpoint()
    return last is not None and position <= last["size"]
