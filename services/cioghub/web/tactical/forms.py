"""What somebody typed into a form of this door: read, or refused in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import Request

from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.cases import MOST_WORDS, Refusal, Task
from cioghub.web.hub import Hub
from cioghub.web.tactical.lists import LEVELS, PILLARS, responses

ANOTHER = "another"
"""The choice of a response that is in no list."""

REFUSALS: Mapping[Refusal, tuple[str, str]] = {
    Refusal.NOT_NOW: ("move", "This step is not possible in the state the alert is in now."),
    Refusal.NO_CODE: ("code", "Choose one of the reasons."),
    Refusal.NO_WORDS: ("words", "Write in a sentence why."),
    Refusal.TOO_LONG: ("words", f"Write at most {MOST_WORDS} letters."),
    Refusal.OPEN_ACTION: ("move", "End every open action first: done, or not done and why."),
    Refusal.NO_TASK: ("owner", "Say which agency has to do what, and by which day."),
    Refusal.NO_SUCH_ACTION: ("move", "This action has been ended already."),
}
"""Where each refusal of the table is shown, and how it is said."""

NAMES_SOMEBODY = (
    "Leave out what could name a person, such as an address, a number or a date of birth."
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a form: the field, and what to do."""

    field: str
    words: str


class Typed(dict[str, str]):
    """What was typed into a form that is shown again; a field that was not sent is empty."""

    def __missing__(self, field: str) -> str:
        return ""


async def form_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a form as text; a file sent in place of text is left out."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def words_of(form: Mapping[str, str], field: str = "words") -> str | Fault:
    """Return the words of a form, or what is wrong with them."""
    words = " ".join(form.get(field, "").split())
    if find_identifiers(words):
        return Fault(field, NAMES_SOMEBODY)
    if len(words) > MOST_WORDS:
        return Fault(field, f"Write at most {MOST_WORDS} letters.")
    return words


def task_of(hub: Hub, form: Mapping[str, str], words: str, today: date) -> Task | list[Fault]:
    """Return what an action asks, or everything that is wrong with its form."""
    faults = []
    parties = {party.id for party in hub.loaded.bundle.parties.parties}
    owner = form.get("owner", "")
    if owner not in parties:
        faults.append(Fault("owner", "Choose the agency that has to act."))
    chosen = responses(hub).get(form.get("response", ""))
    pillar, level = form.get("pillar", ""), form.get("level", "")
    if chosen is not None:
        pillar, level = chosen.pillar, chosen.level
    elif form.get("response") != ANOTHER:
        faults.append(Fault("response", "Choose a response, or “another response”."))
    else:
        if pillar not in PILLARS:
            faults.append(Fault("pillar", "Choose the pillar of another response."))
        if level not in LEVELS:
            faults.append(Fault("level", "Choose the level of another response."))
        if not words:
            faults.append(Fault("words", "Say what the other response is."))
    due = _day(form)
    if due is None:
        faults.append(Fault("due-day", "Write the day by which it is due, as 27 3 2026."))
    elif due < today:
        faults.append(Fault("due-day", "The day by which it is due has passed already."))
    if faults or due is None:
        return faults
    return Task(owner, chosen.code if chosen else None, pillar, level, words, due)


def _day(form: Mapping[str, str]) -> date | None:
    try:
        parts = [int(form.get(f"due-{part}", "")) for part in ("year", "month", "day")]
        return date(*parts)
    except (ValueError, OverflowError):
        return None
