"""One sheet of A4 for a CIOG's meeting: what to say aloud, where, how much, and what is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cioghub.vocabulary.areas import Ciog
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.cases import STATE_WORDS
from cioghub.vocabulary.cases import Action as Deed
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.series import Series, fortnight_series
from cioghub.vocabulary.signals import LEVELS
from cioghub.vocabulary.words import LEVEL_WORDS, listed, number_words
from cioghub.web.tactical.alert_page import choices
from cioghub.web.tactical.feed_board import AreaQuiet, FeedBoard
from cioghub.web.tactical.page import page
from cioghub.web.tactical.queue import area_names, marks_of
from cioghub.web.tactical.sight import Seen, Sight, unassessed
from cioghub.web.who.asking import hub_of, reader
from cioghub.web.who.permissions import Action, require

ROUTER = APIRouter(include_in_schema=False)

MOST_ALERTS, MOST_ACTIONS, FORTNIGHTS = 5, 6, 8
"""What fits on one sheet; the rest is counted, and stands in the queue."""


@ROUTER.get("/tactical/areas/{area}/meeting")
def sheet(request: Request, area: str, person: Annotated[Person, Depends(reader)]) -> HTMLResponse:
    """Show the sheet of one area."""
    require(person, Action.READ_ALERTS)
    hub = hub_of(request)
    sight = Sight(hub, person)
    here = sight.area(area)
    alerts = sight.alerts(here.id)
    waiting = [one for one in alerts if one.waiting]
    board = FeedBoard(hub, sight.audience)
    quiet = next(one for one in board.quiet(sight, alerts) if one.id == here.id)
    today = local_day(hub.clock.now(), ZoneInfo(hub.loaded.bundle.areas.timezone))
    due = actions_due(waiting)
    return page(
        request,
        "tactical_meeting.html.j2",
        person=person,
        area=here,
        at=hub.clock.now(),
        said=sentences(here, waiting, quiet, board.late_words(), due, today, area_names(hub)),
        alerts=waiting[:MOST_ALERTS],
        more=len(waiting[MOST_ALERTS:]),
        marks=marks_of(waiting[:MOST_ALERTS]),
        series=series_of(sight, here),
        due=due[:MOST_ACTIONS],
        more_due=len(due[MOST_ACTIONS:]),
        today=today,
        agencies=board.agencies,
        area_names=area_names(hub),
        state_words=STATE_WORDS,
        **choices(hub),
    )


def sentences(
    area: Ciog,
    waiting: Sequence[Seen],
    quiet: AreaQuiet,
    late: Sequence[str],
    due: Sequence[tuple[Seen, Deed]],
    today: date,
    names: dict[str, str],
) -> list[str]:
    """Return at most three sentences to say aloud: how it stands, where to look, what is owed."""
    said = []
    if waiting:
        new = len(unassessed(waiting))
        first = f"In {area.name} {_count(len(waiting), 'alert')} {_waits(len(waiting))} for us"
        said.append(
            f"{first}, {number_words(new)} not yet looked at by anybody." if new else f"{first}."
        )
        one = min(waiting, key=lambda seen: (-LEVELS.index(seen.data["level"]), -seen.risen))
        where = listed([names.get(code, code) for code in one.areas])
        level = LEVEL_WORDS[one.data["level"]]
        said.append(f"Look first at {where}: {one.subject.lower()}, {level}.")
    else:
        words = quiet.words or "What was open has been dealt with."
        said.append(f"In {area.name} no alert waits for us. {words}")
    if late:
        said.append(" ".join(late[:2]))
    elif due:
        over = sum(action.task.due < today for _, action in due)
        some = f", {number_words(over)} of them overdue" if over else ""
        overdue = " and overdue" if over == len(due) else some
        said.append(f"{_count(len(due), 'action').capitalize()} {_is(len(due))} open{overdue}.")
    return said[:3]


def actions_due(alerts: Sequence[Seen]) -> list[tuple[Seen, Deed]]:
    """Return the open actions of these alerts, the one due first in front."""
    found = [(seen, action) for seen in alerts for action in seen.case.open_actions]
    return sorted(found, key=lambda one: (one[1].task.due, one[0].id, one[1].number))


def series_of(sight: Sight, area: Ciog) -> tuple[Series, ...]:
    """Return the largest series of an area, of the last frozen pictures that the reader has."""
    pictures = [orjson.loads(one.content) for one in sight.pictures(FORTNIGHTS)]
    return fortnight_series(pictures, "ciog", area.id)


def _count(n: int, word: str) -> str:
    return f"{number_words(n)} {word}{'' if n == 1 else 's'}"


def _waits(n: int) -> str:
    return "waits" if n == 1 else "wait"


def _is(n: int) -> str:
    return "is" if n == 1 else "are"
