"""The pages of an agency's contact: how its feeds are, its own events behind alerts, may I send."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from cioghub.ports.intake import MOST_BYTES, Busy, Message, Mode, NotAMessage
from cioghub.ports.uploads import Uploads
from cioghub.vocabulary.parties import Party
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.reasons import HINTS
from cioghub.vocabulary.words import NOT_A_REFERRAL
from cioghub.web.agencies import answers
from cioghub.web.agencies.outcome_words import OUTCOME_WORDS
from cioghub.web.agencies.referral import sends_concerns
from cioghub.web.hub import Hub
from cioghub.web.shell.sharing_words import (
    fields_of,
    level_words,
    recipient_name,
    treatment_words,
)
from cioghub.web.who.asking import hub_of, person, reader
from cioghub.web.who.permissions import Action, require

ROUTER = APIRouter(prefix="/agency", include_in_schema=False)
SignedIn = Annotated[Person, Depends(person)]
Reading = Annotated[Person, Depends(reader)]


def party_of(hub: Hub, who: Person) -> Party | None:
    """Return the agency that somebody speaks for, or None."""
    return None if who.party is None else hub.loaded.bundle.parties.party(who.party)


def sources_of(hub: Hub, who: Person) -> frozenset[str]:
    """Return the feeds of the agency that somebody speaks for."""
    party = party_of(hub, who)
    return frozenset(feed.source for feed in party.feeds) if party else frozenset()


def uploads_of(request: Request) -> Uploads:
    """Return who takes files; a hub that takes none has no such pages."""
    uploads = hub_of(request).uploads
    if uploads is None:
        raise HTTPException(404)
    return uploads


def uploading_party(request: Request, who: Person) -> str:
    """Return the agency that somebody may upload for.

    Raises:
        Forbidden: their role may not.
        HTTPException: 404, they speak for no agency.
    """
    require(who, Action.UPLOAD_FILE)
    party = party_of(hub_of(request), who)
    if party is None:
        raise HTTPException(404)
    return party.id


def referral_note(hub: Hub, who: Person) -> str | None:
    """Return what must be said beside a feed of concerns, None where the agency has none."""
    party = party_of(hub, who)
    return NOT_A_REFERRAL if party and sends_concerns(party) else None


@ROUTER.get("/")
def feeds(request: Request, who: SignedIn) -> HTMLResponse:
    """Show what each feed of the agency has sent, and what became of it."""
    require(who, Action.SEE_OWN_FEEDS)
    hub = hub_of(request)
    own = sources_of(hub, who)
    return agency_page(
        request,
        "agency_feeds.html.j2",
        who,
        feeds=[feed for feed in hub.room.feeds() if feed.source in own],
        hints={code.value: hint for code, hint in HINTS.items()},
    )


@ROUTER.get("/receipts")
def receipts(request: Request, who: Reading) -> HTMLResponse:
    """Show every alert behind which the agency has events, with their number."""
    require(who, Action.SEE_RECEIPTS)
    own = hub_of(request).room.receipts(who.party) if who.party else ()
    counts = Counter(receipt.alert for receipt in own)
    by_number = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return agency_page(request, "agency_receipts.html.j2", who, counts=by_number)


@ROUTER.get("/receipts/{alert}")
def receipt(request: Request, alert: str, who: Reading) -> HTMLResponse:
    """Show the agency's own events behind one alert, and nobody else's.

    An alert in which the agency has none, and one that does not exist, look alike.
    """
    require(who, Action.SEE_RECEIPTS)
    own = hub_of(request).room.receipts(who.party, alert) if who.party else ()
    if not own:
        raise HTTPException(404)
    return agency_page(request, "agency_receipt.html.j2", who, alert=alert, own=own)


@ROUTER.get("/check")
def ask(request: Request, who: SignedIn) -> HTMLResponse:
    """Show the form on which one event is tried."""
    require(who, Action.TRY_EVENT)
    return agency_page(request, "agency_check.html.j2", who, found=None, fault=None)


@ROUTER.post("/check")
def check(
    request: Request, who: SignedIn, event: Annotated[str, Form(max_length=MOST_BYTES)] = ""
) -> HTMLResponse:
    """Show what would become of one event; nothing of it is kept, nor shown again."""
    require(who, Action.TRY_EVENT)
    hub = hub_of(request)
    found, fault, status = None, None, 200
    try:
        message = Message(Mode.STRUCTURED, event.strip().encode(errors="replace"))
        found = answers.consideration_out(hub.intake.consider(message, sources_of(hub, who)))
    except NotAMessage as refused:
        fault, status = answers.message_hint(refused), 422
    except Busy:
        fault, status = "The hub cannot look just now. Try again in a moment.", 503
    return agency_page(
        request,
        "agency_check.html.j2",
        who,
        status,
        found=found,
        fault=fault,
        fields=fields_of(found["recipients"]) if found else [],
        treatment_words=treatment_words,
        level_words=level_words,
        name_of=lambda id: recipient_name(hub.loaded.bundle.parties, id),
    )


def agency_page(
    request: Request, template: str, who: Person, status: int = 200, **context: object
) -> HTMLResponse:
    """Return a page of this door, with what an agency must be told about concerns."""
    page: HTMLResponse = request.app.state.pages.page(
        request,
        template,
        person=who,
        status_code=status,
        referral_note=referral_note(hub_of(request), who),
        outcome_words=OUTCOME_WORDS,
        **context,
    )
    return page
