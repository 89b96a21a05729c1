"""What programs read at the review door: the rules, and the ledger with its proofs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cioghub.vocabulary.people import Person
from cioghub.web.review.agreements import agreements_for, record_of, summary_of
from cioghub.web.review.found import (
    agreement_of,
    book_of,
    checkpoint_of,
    decision_of,
    hub_of,
    today_of,
)
from cioghub.web.shell.documented import gives, tells
from cioghub.web.shell.problems import problem
from cioghub.web.who.asking import person, reader
from cioghub.web.who.permissions import Action, require

ROUTER = APIRouter(prefix="/v1", tags=["review"])
JSON_LINES = "application/jsonl"

Asking = Annotated[Person, Depends(person)]
Reading = Annotated[Person, Depends(reader)]


@ROUTER.get(
    "/rules",
    summary="Every agreement in a line",
    **tells("Those that you may read.", "Rules"),
)
def rules(request: Request, asking: Asking) -> Response:
    """Give the agreements that you may read, and the hash of the rules in force."""
    require(asking, Action.READ_RULES)
    hub, today = hub_of(request), today_of(request)
    rows = [summary_of(one, hub.loaded, today) for one in agreements_for(asking, hub.loaded)]
    return JSONResponse({"bundle": hub.loaded.hash, "draft": hub.loaded.draft, "agreements": rows})


@ROUTER.get(
    "/rules/{agreement}",
    summary="One agreement, whole",
    **tells("All that it says.", "Agreement"),
)
def rule(request: Request, asking: Asking, agreement: str) -> Response:
    """Give all that an agreement says, with the treatment of each field."""
    require(asking, Action.READ_RULES)
    hub = hub_of(request)
    found = agreement_of(hub, asking, agreement)
    return JSONResponse(record_of(found, hub.loaded, today_of(request)))


@ROUTER.get(
    "/ledger/checkpoint",
    summary="The last checkpoint of the ledger",
    **tells("As it was signed.", "Checkpoint"),
)
def checkpoint(request: Request, asking: Asking) -> Response:
    """Give the last checkpoint as a line of `checkpoints.jsonl`: keep it outside the hub.

    The header `Verifying-Key` is the key of its signature, 64 hex digits.
    """
    require(asking, Action.READ_LEDGER)
    hub = hub_of(request)
    found = checkpoint_of(hub)
    return JSONResponse(dict(found), headers={"Verifying-Key": book_of(hub).key()})


@ROUTER.get(
    "/ledger/proof/{ref}",
    summary="The proof of one decision",
    **tells("What `ciog ledger verify` checks.", "Proof"),
)
def proof(request: Request, asking: Reading, ref: str) -> Response:
    """Give the proof that the decision on an event is in the ledger, by its blinded reference.

    `ciog ledger verify DIR --proof FILE` checks it, and so does whoever holds the verifying key.
    """
    require(asking, Action.READ_LEDGER)
    hub = hub_of(request)
    book = book_of(hub)
    found = book.proof(decision_of(hub, asking, ref).position - 1)
    if found is None:
        return problem(
            409,
            "not-signed-yet",
            "The decision is not signed yet",
            "Its checkpoint comes after 256 events, at the latest at midnight. Ask again then.",
        )
    headers = {"Content-Disposition": 'attachment; filename="proof.json"'}
    return JSONResponse(dict(found), headers=headers)


@ROUTER.get("/ledger/entries", summary="Entries of the ledger", **gives(JSON_LINES))
def entries(
    request: Request,
    asking: Asking,
    first: Annotated[int, Query(alias="from", ge=0, le=10**15)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Response:
    """Give signed entries as lines of `entries.jsonl`, from a number (from 0) on."""
    require(asking, Action.READ_LEDGER)
    return Response(book_of(hub_of(request)).entries(first, limit), media_type=JSON_LINES)
