"""Minutes, the action log and the queue as CSV, of what the person sees and nothing else.

Rules for editors:
1. No cell can be taken for a formula by a spreadsheet: every file goes out by `csv_file`.
2. Every row carries the marking: a row that is copied out of a file keeps it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from cioghub.vocabulary.cases import ENDINGS, MOVE_WORDS, STATE_WORDS
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.words import CATEGORY_WORDS, LEVEL_WORDS, MARKING
from cioghub.web.hub import Hub
from cioghub.web.shell.csv_file import Row, csv_file
from cioghub.web.tactical.alert_page import CODE_WORDS, choices
from cioghub.web.tactical.queue import Asked, area_names, chosen
from cioghub.web.tactical.sight import Seen, Sight, steps_of
from cioghub.web.who.asking import hub_of, reader
from cioghub.web.who.permissions import Action, require

ROUTER = APIRouter(include_in_schema=False)

_SHORT = MARKING.split(".")[0]


@ROUTER.get("/tactical/areas/{area}/minutes.csv")
def minutes(request: Request, area: str, person: Annotated[Person, Depends(reader)]) -> Response:
    """Return every step on the area's alerts, in order of time."""
    hub, alerts = _asked(request, person, area)
    rows = (
        (
            _time(hub, one.step.at),
            one.step.name,
            MOVE_WORDS[one.step.move],
            CODE_WORDS.get(one.step.code or "", ""),
            one.step.words,
            one.step.action,
            STATE_WORDS[one.step.state],
            *_about(hub, one.seen),
        )
        for one in steps_of(alerts)
    )
    head = ("time", "by", "step", "reason", "words", "action", "state after", *_ABOUT)
    return csv_file(f"minutes-{area}", head, rows)


@ROUTER.get("/tactical/areas/{area}/actions.csv")
def actions(request: Request, area: str, person: Annotated[Person, Depends(reader)]) -> Response:
    """Return every action on the area's alerts, open ones first."""
    hub, alerts = _asked(request, person, area)
    lists = choices(hub)
    rows = []
    for seen in alerts:
        for action in seen.case.actions:
            task = action.task
            response = lists["responses"].get(task.response)
            rows.append(
                (
                    task.due.isoformat(),
                    lists["owners"].get(task.owner, task.owner),
                    response.label if response else task.response,
                    lists["pillars"].get(task.pillar, task.pillar),
                    task.level,
                    task.words,
                    ENDINGS.get(action.ending or "", "Open"),
                    action.ended_words,
                    _time(hub, action.ended_at) if action.ended_at else None,
                    action.name,
                    _time(hub, action.at),
                    action.number,
                    *_about(hub, seen),
                )
            )
    rows.sort(key=lambda row: (row[6] != "Open", str(row[0])))
    head = (
        *("due", "owner", "response", "pillar", "level", "words", "state", "how it ended"),
        *("ended", "added by", "added", "number", *_ABOUT),
    )
    return csv_file(f"actions-{area}", head, rows)


@ROUTER.get("/tactical/areas/{area}/alerts.csv")
def alerts(
    request: Request,
    area: str,
    person: Annotated[Person, Depends(reader)],
    asked: Annotated[Asked, Depends()],
) -> Response:
    """Return the queue as it is filtered, searched and sorted."""
    hub, every = _asked(request, person, area)
    rows = (
        (
            _time(hub, one.raised),
            CATEGORY_WORDS.get(one.data["hub_category"], one.data["hub_category"]),
            LEVEL_WORDS[one.data["level"]],
            STATE_WORDS[one.case.state],
            one.data["window"]["from"],
            one.data["window"]["to"],
            " ".join(one.data["agencies"]),
            "; ".join(f"{seen['publisher']} {seen['count']}" for seen in one.data["seen"]),
            str(one.data.get("expected", "")),
            " ".join(one.data["places"]),
            one.data["reason"],
            *_about(hub, one),
        )
        for one in chosen(hub, every, asked)
    )
    head = (
        *("raised", "category", "how far", "state", "from", "to", "agencies", "seen"),
        *("usual", "places", "reason", *_ABOUT),
    )
    return csv_file(f"alerts-{area}", head, rows)


_ABOUT = ("alert", "about", "areas", "marking")


def _about(hub: Hub, seen: Seen) -> Row:
    names = area_names(hub)
    return (seen.id, seen.subject, " ".join(names.get(c, c) for c in seen.areas), _SHORT)


def _asked(request: Request, person: Person, area: str) -> tuple[Hub, list[Seen]]:
    require(person, Action.READ_ALERTS)
    hub = hub_of(request)
    sight = Sight(hub, person)
    here = sight.area(area)
    require(person, Action.EXPORT)
    return hub, sight.alerts(here.id)


def _time(hub: Hub, at: int) -> str:
    zone = ZoneInfo(hub.loaded.bundle.areas.timezone)
    return f"{datetime.fromtimestamp(at, UTC).astimezone(zone):%Y-%m-%d %H:%M}"
