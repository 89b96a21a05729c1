"""After a shadow: what the hub would have told, beside what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from cioghub.ports.margins import FINDINGS, MISSED, Author, Happened
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.shadow import Shadow
from cioghub.web.hub import Hub
from cioghub.web.tactical.forms import Fault, Typed, form_of, words_of
from cioghub.web.tactical.page import page
from cioghub.web.tactical.queue import area_names, in_shadow
from cioghub.web.tactical.sight import Seen, Sight
from cioghub.web.who.asking import hub_of, reader
from cioghub.web.who.permissions import Action, require

ROUTER = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Beside:
    """One alert that nobody was told of in time, and what was found since, if anything."""

    seen: Seen
    found: Happened | None


@ROUTER.get("/tactical/shadow")
def shadow(request: Request, person: Annotated[Person, Depends(reader)]) -> HTMLResponse:
    """Show what would have been told, or until when nobody is told anything."""
    require(person, Action.SEE_SHADOW)
    return _show(request, person)


@ROUTER.post("/tactical/shadow")
def find(
    request: Request,
    person: Annotated[Person, Depends(reader)],
    form: Annotated[Mapping[str, str], Depends(form_of)],
) -> Response:
    """Keep what was found of an alert, or what happened without one."""
    require(person, Action.SEE_SHADOW)
    hub = hub_of(request)
    sight = Sight(hub, person)
    alert = form.get("alert") or None
    told = {one.id: one for one in _told(hub, sight, _shadow(hub))}
    if alert is not None and alert not in told:
        raise HTTPException(404)
    words = words_of(form)
    faults = [words] if isinstance(words, Fault) else []
    finding, ciog = form.get("finding", ""), form.get("ciog", "")
    if alert is None:
        finding = MISSED
        if ciog not in {area.id for area in sight.areas}:
            faults.append(Fault("ciog", "Choose the area in which it happened."))
        if not words:
            faults.append(Fault("words", "Write in a sentence what happened, and when."))
    else:
        ciog = told[alert].data["ciog"]
        if finding not in FINDINGS:
            faults.append(Fault("finding", "Choose what was found."))
    if faults or isinstance(words, Fault):
        return _show(request, person, faults, form, 422)
    author = Author(hub.clock.now(), person.id, person.name)
    hub.margins.find(Happened(alert, ciog, finding, words, author))
    return RedirectResponse("/tactical/shadow", 303)


def _shadow(hub: Hub) -> Shadow:
    if hub.shadow is None:
        raise HTTPException(404)
    return hub.shadow


def _zone(hub: Hub) -> ZoneInfo:
    return ZoneInfo(hub.loaded.bundle.areas.timezone)


def _told(hub: Hub, sight: Sight, shadow: Shadow) -> list[Seen]:
    """Return the alerts raised in the shadow, oldest first; none while it lasts."""
    begins, ends = shadow.begins(_zone(hub)), shadow.ends(_zone(hub))
    found = [one for one in sight.alerts() if begins <= one.raised < ends]
    return sorted(found, key=lambda one: (one.raised, one.id))


def _show(
    request: Request,
    person: Person,
    faults: list[Fault] | None = None,
    typed: Mapping[str, str] | None = None,
    status_code: int = 200,
) -> HTMLResponse:
    hub = hub_of(request)
    period = _shadow(hub)
    sight = Sight(hub, person)
    happened = hub.margins.happened()
    by_alert = {one.alert: one for one in happened if one.alert is not None}
    beside = [Beside(seen, by_alert.get(seen.id)) for seen in _told(hub, sight, period)]
    missed = [one for one in happened if one.finding == MISSED]
    counts = {
        words: sum(one.found is not None and one.found.finding == code for one in beside)
        for code, words in FINDINGS.items()
    }
    return page(
        request,
        "tactical_shadow.html.j2",
        person=person,
        status_code=status_code,
        period=period,
        lasts=in_shadow(hub, period),
        beside=beside,
        missed=missed,
        counts=counts,
        open=sum(one.found is None for one in beside),
        findings=FINDINGS,
        areas=sight.areas,
        area_names=area_names(hub),
        faults=faults or [],
        typed=Typed(typed or {}),
    )
