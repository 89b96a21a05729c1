"""The queue of each CIOG: newest risk first, with who was silent and what quiet means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cioghub.ports.maps import Mark
from cioghub.vocabulary.cases import DISMISSALS, STATE_WORDS, CaseState
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.shadow import Shadow
from cioghub.vocabulary.signals import LEVELS
from cioghub.web.hub import Hub
from cioghub.web.tactical.feed_board import FeedBoard, names_of
from cioghub.web.tactical.page import page
from cioghub.web.tactical.sight import Seen, Sight, unassessed
from cioghub.web.who.asking import hub_of, person, reader
from cioghub.web.who.permissions import Action, may, require

ROUTER = APIRouter(include_in_schema=False)

SHOWN = {
    "waiting": "Waiting for somebody",
    "new": "Not yet looked at by a person",
    "ended": "Closed or dismissed",
    "all": "All",
}
SORTED = {"risk": "Newest risk", "level": "Level", "category": "Category", "due": "Next action due"}

_SHOWS: dict[str, Callable[[Seen], bool]] = {
    "waiting": lambda one: one.waiting,
    "new": lambda one: one.case.state is CaseState.NEW,
    "ended": lambda one: not one.waiting,
    "all": lambda one: True,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for in its address: filter, order, category and words to search for."""

    show: str = "waiting"
    sort: str = "risk"
    category: str = ""
    q: str = ""


@ROUTER.get("/tactical/")
def home(request: Request, person: Annotated[Person, Depends(person)]) -> HTMLResponse:
    """Show each area with the number of its alerts, or what quiet means there."""
    require(person, Action.READ_ALERTS)
    hub = hub_of(request)
    sight = Sight(hub, person)
    board = FeedBoard(hub, sight.audience)
    alerts = sight.alerts()
    return page(
        request,
        "tactical_home.html.j2",
        person=person,
        areas=board.quiet(sight, alerts),
        new={area.id: _in(area.id, unassessed(alerts)) for area in sight.areas},
        late=board.late_words(),
        works=may(person, Action.REMARK),
        dismissed=hub.cases.dismissed([one.id for one in alerts]),
        reasons=DISMISSALS,
        shadow=hub.shadow,
        shadow_lasts=hub.shadow is not None and in_shadow(hub, hub.shadow),
        sees_shadow=may(person, Action.SEE_SHADOW),
    )


@ROUTER.get("/tactical/areas/{area}")
def queue(
    request: Request,
    area: str,
    person: Annotated[Person, Depends(reader)],
    asked: Annotated[Asked, Depends()],
) -> HTMLResponse:
    """Show the alerts of one area, as filtered, searched and sorted."""
    require(person, Action.READ_ALERTS)
    hub = hub_of(request)
    sight = Sight(hub, person)
    here = sight.area(area)
    every = sight.alerts(here.id)
    alerts = chosen(hub, every, asked)
    board = FeedBoard(hub, sight.audience)
    quiet = next(one for one in board.quiet(sight, every) if one.id == here.id)
    return page(
        request,
        "tactical_queue.html.j2",
        person=person,
        area=here,
        area_names=area_names(hub),
        alerts=alerts,
        every=len(every),
        categories=sorted({one.data["hub_category"] for one in every}),
        asked=asdict(asked),
        shown=SHOWN,
        sorts=SORTED,
        late=board.late_words(),
        quiet=quiet,
        agencies=board.agencies,
        marks=marks_of(alerts),
        state_words=STATE_WORDS,
        exports=may(person, Action.EXPORT),
        works=may(person, Action.REMARK),
    )


def chosen(hub: Hub, alerts: Sequence[Seen], asked: Asked) -> list[Seen]:
    """Return those alerts that were asked for, in the order asked for; unknown words ask nothing.

    A search looks only at what is on the cards: subject, reason, areas, places and agencies.
    """
    wanted = asked.q.strip().casefold()
    names = hub.maps.names if hub.maps else {}
    agencies, areas = names_of(hub), area_names(hub)

    def text(one: Seen) -> str:
        data = one.data
        parts = [one.subject, data["reason"], one.id]
        parts += [areas.get(code, code) for code in one.areas]
        parts += [names.get(code, code) for code in data["places"]]
        parts += [agencies.get(id, id) for id in data["agencies"]]
        return " ".join(parts).casefold()

    shows = _SHOWS.get(asked.show, _SHOWS["waiting"])
    found = [
        one
        for one in alerts
        if shows(one)
        and asked.category in ("", one.data["hub_category"])
        and (not wanted or wanted in text(one))
    ]
    if asked.sort == "level":
        found.sort(key=lambda one: -LEVELS.index(one.data["level"]))
    elif asked.sort == "category":
        found.sort(key=lambda one: one.subject)
    elif asked.sort == "due":
        found.sort(key=lambda one: _due(one) or "9999")
    return found


def marks_of(alerts: Sequence[Seen]) -> list[Mark]:
    """Return the marks of the open alerts of a list, each with its number in it."""
    return [
        Mark(number, one.data["level"], tuple(one.data["places"]))
        for number, one in enumerate(alerts, 1)
        if one.closed is None
    ]


def area_names(hub: Hub) -> dict[str, str]:
    """Return what each area is called."""
    return {ciog.id: ciog.name for ciog in hub.loaded.bundle.areas.ciogs}


def in_shadow(hub: Hub, shadow: Shadow) -> bool:
    """Say whether nobody is told anything yet."""
    return hub.clock.now() < shadow.ends(ZoneInfo(hub.loaded.bundle.areas.timezone))


def _in(area: str, alerts: Sequence[Seen]) -> int:
    return sum(area in one.areas for one in alerts)


def _due(one: Seen) -> str | None:
    waiting = one.case.open_actions
    return waiting[0].task.due.isoformat() if waiting else None
