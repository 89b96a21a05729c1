"""The pages of the review door: agreements, the decisions on one event, the ledger.

Only reading happens here. Comparing, trying and signing rules are pages of their own.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cioghub.vocabulary.people import Person
from cioghub.web.hub import Hub
from cioghub.web.review import api, audit
from cioghub.web.review.agreements import agreements_for, record_of, summary_of
from cioghub.web.review.decisions import OUTCOME_WORDS, outcomes_of
from cioghub.web.review.found import (
    agreement_of,
    book_of,
    checkpoint_of,
    decision_of,
    hub_of,
    is_signed,
    seen_by,
    sources_of,
    today_of,
)
from cioghub.web.review.words import (
    REGIME_WORDS,
    RELEASE_WORDS,
    clause_words,
    law_words,
)
from cioghub.web.shell.sharing_words import (
    fields_of,
    level_words,
    recipient_name,
    treatment_words,
)
from cioghub.web.who.asking import person, reader
from cioghub.web.who.csrf import check_form
from cioghub.web.who.permissions import Action, require

ROUTER = APIRouter(prefix="/review", include_in_schema=False)
STATE_WORDS = {"not-started": "Not started", "in-force": "In force", "ended": "Ended"}

Asking = Annotated[Person, Depends(person)]
Reading = Annotated[Person, Depends(reader)]


def install(app: FastAPI, hub: Hub) -> None:
    """Add the review door, and what programs may read at it."""
    app.include_router(ROUTER)
    app.include_router(audit.ROUTER)
    app.include_router(api.ROUTER)


@ROUTER.get("/")
def agreements(request: Request, asking: Asking) -> Response:
    """Show every agreement in a line."""
    require(asking, Action.READ_RULES)
    hub, today = hub_of(request), today_of(request)
    rows = [summary_of(one, hub.loaded, today) for one in agreements_for(asking, hub.loaded)]
    return _page(
        request, "agreements.html.j2", asking, rows=rows, states=STATE_WORDS, draft=hub.loaded.draft
    )


@ROUTER.get("/agreements/{name}")
def agreement(request: Request, asking: Asking, name: str) -> Response:
    """Show one agreement: what becomes of each field, when, by which power, and who is named."""
    require(asking, Action.READ_RULES)
    hub = hub_of(request)
    found = record_of(agreement_of(hub, asking, name), hub.loaded, today_of(request))
    return _page(
        request,
        "agreement.html.j2",
        asking,
        said=found,
        states=STATE_WORDS,
        treatment_words=treatment_words,
        clause_words=lambda clause: clause_words(clause, hub.loaded.bundle.lists),
        law={
            "basis": law_words(found["lawful_basis"]),
            "regime": REGIME_WORDS[found["regime"]],
            "conditions": [law_words(one) for one in found["conditions"]],
        },
        release_words=RELEASE_WORDS,
    )


@ROUTER.get("/decisions")
def ask_decision(request: Request, asking: Asking) -> Response:
    """Ask which event's decision is wanted."""
    require(asking, Action.READ_DECISIONS)
    return _page(
        request,
        "ask_decision.html.j2",
        asking,
        sources=sources_of(hub_of(request), asking),
        fault=None,
    )


@ROUTER.post("/decisions", dependencies=[Depends(check_form)])
def find_decision(
    request: Request,
    asking: Asking,
    source: Annotated[str, Form(max_length=200)] = "",
    id: Annotated[str, Form(max_length=128)] = "",
    ref: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Lead to the decision on an event, by its blinded reference: no address names an event."""
    require(asking, Action.READ_DECISIONS)
    hub, blinded = hub_of(request), ref.strip().lower()
    sources = sources_of(hub, asking)
    known = None
    if blinded:
        known = hub.room.decision_of(blinded)
    elif source in sources:  # another agency's is not even looked for, so that no time tells
        known = hub.room.decision(source, id.strip())
    found = seen_by(hub, asking, known)
    if found is None:
        return _page(
            request,
            "ask_decision.html.j2",
            asking,
            status_code=404,
            sources=sources,
            fault="The hub has accepted no such event. Check feed and id, or the reference.",
        )
    return RedirectResponse(f"/review/decisions/{found.ref}", 303)


@ROUTER.get("/decisions/{ref}")
def decision(request: Request, asking: Reading, ref: str) -> Response:
    """Show the decision on one event: for each recipient the outcome, and which rules said so."""
    require(asking, Action.READ_DECISIONS)
    hub = hub_of(request)
    found = decision_of(hub, asking, ref)
    outcomes = outcomes_of(found)
    return _page(
        request,
        "decision.html.j2",
        asking,
        decision=found,
        outcomes=outcomes,
        fields=fields_of(outcomes),
        outcome_words=OUTCOME_WORDS,
        treatment_words=treatment_words,
        level_words=level_words,
        name_of=lambda id: recipient_name(hub.loaded.bundle.parties, id),
        known={one.name for one in hub.loaded.agreements},
        signed=is_signed(hub, found.position),
    )


@ROUTER.get("/ledger")
def ledger(request: Request, asking: Asking) -> Response:
    """Show the last checkpoint of the ledger, and how to verify what it signs."""
    require(asking, Action.READ_LEDGER)
    hub = hub_of(request)
    checkpoint = checkpoint_of(hub)
    return _page(request, "ledger.html.j2", asking, checkpoint=checkpoint, key=book_of(hub).key())


def _page(
    request: Request, template: str, asking: Person, status_code: int = 200, **context: object
) -> Response:
    answer: Response = request.app.state.pages.page(
        request, template, person=asking, status_code=status_code, **context
    )
    return answer
