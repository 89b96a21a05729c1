"""`POST /v1/events` and its dry twin: an agency's machine publishes, or asks whether it may."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from cioghub.ports.intake import Busy, Mode, NotAMessage
from cioghub.web.agencies import answers, documents
from cioghub.web.agencies.message import message_of
from cioghub.web.agencies.referral import with_notes
from cioghub.web.who.asking import feed_sources, hub_of

ROUTER = APIRouter(prefix="/v1/events", tags=["Agencies"])
Feeds = Annotated[frozenset[str], Depends(feed_sources)]


@ROUTER.post("", **documents.PUBLISH)
async def publish(request: Request, feeds: Feeds) -> Response:
    """Publish one event or a batch; what is answered with 202 is on disk.

    The same event sent again gets the same answer, so that after a broken connection or a 429, 500
    or 503 the whole message can simply be sent again. In a batch every event has its own verdict,
    in the order they were sent, and one that is refused stops no other.
    """
    message = await message_of(request)
    if isinstance(message, Response):
        return message
    try:
        hub = hub_of(request)
        verdicts = await hub.intake.publish(message, feeds)
    except NotAMessage as found:
        return answers.no_message(found)
    except Busy as found:
        return answers.busy(found)
    verdicts = with_notes(verdicts, message, hub.loaded.bundle.parties)
    if message.mode is Mode.BATCH:
        return answers.batch_answer(verdicts)
    return answers.one_answer(verdicts[0])


@ROUTER.post("/check", **documents.CHECK)
async def check(request: Request, feeds: Feeds) -> Response:
    """May I send this? Say what would become of one event, and keep nothing of it.

    The answer is yes when the hub would take the event and somebody may receive it; for each
    recipient it says whether it would be shared, in which lane and with which treatment of each
    field, or the reason why not.
    """
    message = await message_of(request)
    if isinstance(message, Response):
        return message
    try:
        hub = hub_of(request)
        found = hub.intake.consider(message, feeds)
    except NotAMessage as fault:
        return answers.no_message(fault)
    except Busy as fault:
        return answers.busy(fault)
    (verdict,) = with_notes([found.verdict], message, hub.loaded.bundle.parties)
    return JSONResponse(answers.consideration_out(replace(found, verdict=verdict)))
