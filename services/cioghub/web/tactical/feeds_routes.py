"""What machines read at the tactical door: alerts, pictures, receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, FastAPI, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cioghub.ports.reading_room import INSIDE, FeedHealth
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.words import MARKING
from cioghub.web.hub import Hub
from cioghub.web.shell.documented import gives, tells
from cioghub.web.shell.problems import problem
from cioghub.web.tactical import feeds_receipts as receipts
from cioghub.web.tactical.feeds_atom import MEDIA_TYPE, atom_feed
from cioghub.web.tactical.feeds_bytes import known_bytes
from cioghub.web.tactical.feeds_cursor import START, cursor_of, place_of
from cioghub.web.tactical.feeds_listening import Listening
from cioghub.web.tactical.feeds_pictures import picture_answer
from cioghub.web.tactical.feeds_stream import AlertStream
from cioghub.web.who.asking import feed_sources, reader_audience

ROUTER = APIRouter(prefix="/v1", tags=["reading"])


def own_audience(audience: Annotated[str, Depends(reader_audience)]) -> str:
    """Return the audience of who asks; the inside of the hub is nobody's."""
    if audience == INSIDE:
        raise HTTPException(403)
    return audience


Audience = Annotated[str, Depends(own_audience)]
Sources = Annotated[frozenset[str], Depends(feed_sources)]
Limit = Annotated[int, Query(ge=1, le=500, description="Most rows in one answer.")]
Cursor = Annotated[
    str | None, Query(max_length=200, description="Where to go on: the cursor of an answer before.")
]


def install(app: FastAPI, hub: Hub) -> None:
    """Add the feeds; `app.state.listening` is closed by whoever stops the hub."""
    app.state.listening = Listening(hub.room)
    app.include_router(ROUTER)


@ROUTER.get(
    "/alerts",
    summary="Changes of alerts, oldest first",
    **tells("What you were told after the cursor.", "Alerts"),
)
def alerts(
    request: Request, audience: Audience, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """Give what your audience was told after a cursor.

    `cursor` in the answer is where you stand then, `next` the address of more, null where there is
    none yet. Ask again with the same cursor later, or listen to `/v1/alerts/stream`.
    """
    hub = _hub(request)
    at = place_of(hub.room, audience, cursor or START)
    if at is None:
        return _unknown_cursor()
    found = hub.room.since(audience, at, limit + 1)
    told = found[:limit]
    after = cursor_of(told[-1]) if told else cursor or START
    rows = [one.event for one in told]
    more = {"cursor": after, "limit": limit} if len(found) > limit else None
    return _listed(request, hub, audience=audience, alerts=rows, cursor=after, more=more)


@ROUTER.get(
    "/alerts/stream", summary="Changes of alerts, as they are told", **gives("text/event-stream")
)
def alert_stream(request: Request, audience: Audience, cursor: Cursor = None) -> Response:
    """Give server-sent events: the id of each is a cursor, the data the CloudEvent.

    `Last-Event-ID`, or else `cursor`, says where to go on; without either it begins now. `0` stands
    before the first. Comments keep a quiet stream alive; it ends by itself after a quarter of an
    hour, and a reader that comes back misses nothing.
    """
    after = request.headers.get("last-event-id") or cursor
    return AlertStream(request.app.state.listening, _hub(request).room, audience, after)


@ROUTER.get("/alerts.atom", summary="Alerts as an Atom feed", **gives("application/atom+xml"))
def alerts_atom(request: Request, audience: Audience) -> Response:
    """Give the alerts of your audience, one entry each, the newest change first."""
    hub = _hub(request)
    names = {group.id: group.name for group in hub.loaded.bundle.parties.groups}
    standing = hub.room.standing(audience)
    content = atom_feed(audience, names.get(audience, audience), standing, hub.label)
    return known_bytes(request, content, MEDIA_TYPE)


@ROUTER.get(
    "/pictures",
    summary="Frozen pictures, newest first",
    **tells("The first day of each.", "Pictures"),
)
def pictures(request: Request, audience: Audience) -> Response:
    """Give the first day of each fortnight whose picture was frozen for your audience."""
    hub = _hub(request)
    rows = [
        {"first": first, "href": f"/v1/pictures/{first}"} for first in hub.room.pictures(audience)
    ]
    return _listed(request, hub, audience=audience, pictures=rows)


@ROUTER.get(
    "/pictures/{first}", summary="One frozen picture", **gives("text/html", schema="Picture")
)
def picture(request: Request, audience: Audience, first: str) -> Response:
    """Give a picture by the first day of its fortnight, as JSON or, by `Accept`, as its page.

    Its bytes are those of the day it was frozen, forever, and so is its ETag.
    """
    found = _hub(request).room.picture(audience, first)
    if found is None:
        raise HTTPException(404)
    return picture_answer(request, found)


@ROUTER.get(
    "/feeds",
    summary="Whether each feed is heard of as agreed",
    **tells("Every declared feed.", "Feeds"),
)
def feed_healths(request: Request, audience: Audience) -> Response:
    """Give every declared feed: the local day it was last heard of, and whether it is late.

    How much it sent is not said: a reader may not be given exact numbers of every publisher.
    """
    hub = _hub(request)
    rows = [feed_row(one, ZoneInfo(hub.loaded.bundle.areas.timezone)) for one in hub.room.feeds()]
    return _listed(request, hub, feeds=rows)


@ROUTER.get(
    "/receipts",
    summary="Your own events behind alerts",
    **tells("Your own events alone.", "Receipts"),
)
def own_receipts(
    request: Request,
    sources: Sources,
    alert: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Give the events of your own feeds that stand behind alerts, or behind one."""
    hub = _hub(request)
    after = None if cursor is None else receipts.read_place(cursor)
    if cursor is not None and after is None:
        return _unknown_cursor()
    every = receipts.receipts_of(hub.room, hub.loaded.bundle.parties, sources, alert)
    found = receipts.page_of(every, after, limit + 1)
    rows = [{"source": r.source, "id": r.id, "alert": r.alert} for r in found[:limit]]
    more: dict[str, Any] | None = None
    if len(found) > limit:
        place = receipts.place_of_receipt(found[limit - 1])
        more = {"cursor": receipts.written(place), "limit": limit}
        more |= {} if alert is None else {"alert": alert}
    return _listed(request, hub, receipts=rows, more=more)


def feed_row(health: FeedHealth, zone: ZoneInfo) -> dict[str, Any]:
    """Return a feed as any reader may see it."""
    times = [at for at in (health.last_event, health.last_heartbeat) if at is not None]
    return {
        "source": health.source,
        "publisher": health.publisher,
        "cadence": health.cadence,
        "last_heard": local_day(max(times), zone).isoformat() if times else None,
        "late": health.late,
    }


def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


def _listed(
    request: Request, hub: Hub, more: dict[str, Any] | None = None, **rows: str | Sequence[Any]
) -> JSONResponse:
    """Return a list under the marking line, with the way to its next page."""
    following = None if more is None else f"{request.url.path}?{urlencode(more)}"
    content = {"marking": MARKING, "label": hub.label, **rows, "next": following}
    links = {"Link": f'<{following}>; rel="next"'} if following else None
    return JSONResponse(content, headers=links)


def _unknown_cursor() -> Response:
    return problem(
        400,
        "unknown-cursor",
        "The cursor is not one of yours",
        "It was not given to you by this hub, or the hub was restored to an earlier day. "
        f"Begin again from cursor {START}: events carry ids, so none need count twice.",
    )
