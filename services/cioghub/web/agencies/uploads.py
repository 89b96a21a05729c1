"""The pages on which a contact uploads a table: choose a mapping, look at the rows, confirm."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from cioghub.ports.intake import Busy, Message, Mode
from cioghub.ports.uploads import MOST_CONTENT, NotUsable, State, Upload
from cioghub.vocabulary.people import Person
from cioghub.web.agencies.pages import (
    SignedIn,
    agency_page,
    sources_of,
    uploading_party,
    uploads_of,
)
from cioghub.web.who.asking import hub_of

ROUTER = APIRouter(prefix="/agency/uploads", include_in_schema=False)
MOST_LISTED = 50
ANSWER_WORDS = {
    "accepted": "Accepted (one that was sent before is counted once)",
    "rejected": "Rejected",
    "conflict": "Sent before with another content: the first one stands, send a correction",
    "not-yours": "Not of a feed of your agency",
}
"""What the hub answered to the events of an upload, by answer."""


@ROUTER.get("")
def uploads(request: Request, who: SignedIn) -> Response:
    """Show the form for a file, and the agency's last uploads."""
    return _form(request, who)


@ROUTER.post("")
async def upload(
    request: Request,
    who: SignedIn,
    mapping: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take a file through a mapping, and lead to its preview; nothing is published yet."""
    party = uploading_party(request, who)
    content = b"" if file is None else await file.read(MOST_CONTENT + 1)
    hub = hub_of(request)
    try:
        if not content:
            raise NotUsable("There is no file", "", "Choose a file that is not empty.")
        if len(content) > MOST_CONTENT:
            most = MOST_CONTENT >> 20
            raise NotUsable(f"The file is larger than {most} MiB", "", "Send it in several files.")
        made = await run_in_threadpool(
            lambda: uploads_of(request).preview(party, mapping, content, who.id, hub.clock.now())
        )
    except NotUsable as fault:
        return _form(request, who, fault, mapping)
    return _to(made.number)


@ROUTER.get("/{number}")
def preview(request: Request, who: SignedIn, number: int) -> Response:
    """Show what became of the rows of one upload, and what the hub answered once confirmed."""
    found = _own(request, who, number)
    return _preview(request, who, found)


@ROUTER.post("/{number}/confirm")
async def confirm(request: Request, who: SignedIn, number: int) -> Response:
    """Publish the events of an upload. Broken off, it can be confirmed again: none counts twice."""
    found = await run_in_threadpool(_own, request, who, number)
    party, hub = uploading_party(request, who), hub_of(request)
    if found.state is State.WAITING:
        outcome: Counter[str] = Counter()
        bodies = await run_in_threadpool(lambda: list(uploads_of(request).batches(party, number)))
        try:
            for body in bodies:
                message = Message(Mode.BATCH, body)
                for verdict in await hub.intake.publish(message, sources_of(hub, who)):
                    outcome[verdict.answer.value] += 1
        except Busy as busy:
            return _preview(request, who, found, busy)
        await run_in_threadpool(
            lambda: uploads_of(request).confirmed(party, number, outcome, who.id, hub.clock.now())
        )
    return _to(number)


@ROUTER.post("/{number}/discard")
def discard(request: Request, who: SignedIn, number: int) -> Response:
    """Let go of the events of an upload that waits."""
    _own(request, who, number)
    hub = hub_of(request)
    uploads_of(request).discard(uploading_party(request, who), number, who.id, hub.clock.now())
    return _to(number)


def _own(request: Request, who: Person, number: int) -> Upload:
    party = uploading_party(request, who)
    found = uploads_of(request).upload(party, number) if number < 1 << 62 else None
    if found is None:
        raise HTTPException(404)
    return found


def _to(number: int) -> Response:
    return RedirectResponse(f"/agency/uploads/{number}", 303)


def _form(
    request: Request, who: Person, fault: NotUsable | None = None, chosen: str = ""
) -> Response:
    party = uploading_party(request, who)
    return agency_page(
        request,
        "agency_uploads.html.j2",
        who,
        422 if fault else 200,
        mappings=uploads_of(request).mappings(party),
        uploads=uploads_of(request).uploads(party, MOST_LISTED),
        fault=fault,
        chosen=chosen,
    )


def _preview(request: Request, who: Person, found: Upload, busy: Busy | None = None) -> Response:
    page = agency_page(
        request,
        "agency_upload.html.j2",
        who,
        503 if busy else 200,
        upload=found,
        busy=busy,
        answer_words=ANSWER_WORDS,
    )
    if busy:
        page.headers["Retry-After"] = str(busy.retry_after)
    return page
