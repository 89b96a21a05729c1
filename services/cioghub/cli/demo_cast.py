"""The people of a demo: one for each role, each area and each agency that sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cioghub.stores.sql.people_list import PeopleList
from cioghub.stores.sql.sessions import SqlSessions
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.parties import Parties
from cioghub.vocabulary.people import Role
from cioghub.web.demo.cast import Actor

if TYPE_CHECKING:
    from cioghub.stores.sql.database import Database

_BY = "demo"
_ALWAYS = 100 * 365 * 86_400

_CONTACT = "What was taken and what was not; “May I send this?”; your records behind an alert."
_ANALYST = "Looks first: assess the newest alert, then it goes to the chair of its area."
_CHAIR = "Acknowledge an alert, add an action, print the sheet for the meeting."
_COORDINATOR = "All areas at once, and every fortnightly picture."
_DPO = "What an agreement shares, field by field; one event; the proof of what happened."
_AUDITOR = "The same, and who read and changed what."
_OPERATOR = "Which feed is late."

_Part = tuple[str, str, Role, str | None, str | None, str]


def cast_of(people: PeopleList, areas: Areas, parties: Parties, at: int) -> tuple[Actor, ...]:
    """Add everybody to a new hub and return them with what to look at."""
    looks = {}
    for sign_in, name, role, ciog, party, look in _parts(areas, parties):
        person_id, _ = people.add(sign_in, name, role, ciog, party, _BY, at)
        looks[person_id] = look
    found = {entry.person.id: entry.person for entry in people.list()}
    return tuple(Actor(found[person_id], look) for person_id, look in looks.items())


def _parts(areas: Areas, parties: Parties) -> Iterator[_Part]:
    publishers = [party for party in parties.parties if party.feeds]
    kinds = [party.kind for party in publishers]
    for party in publishers:
        name = f"{party.kind.capitalize()} contact"
        if kinds.count(party.kind) > 1:
            name = f"{name}, {party.legal_name}"
        yield (f"contact.{party.id}", name, Role.AGENCY_CONTACT, None, party.id, _CONTACT)
    yield ("analyst", "Tactical analyst", Role.ANALYST, None, None, _ANALYST)
    for ciog in areas.ciogs:
        yield (f"chair.{ciog.id}", f"Chair of {ciog.name}", Role.CHAIR, ciog.id, None, _CHAIR)
    yield ("coordinator", "Coordinator", Role.COORDINATOR, None, None, _COORDINATOR)
    yield ("dpo", "Data protection officer", Role.DPO, None, publishers[0].id, _DPO)
    yield ("auditor", "Auditor", Role.AUDITOR, None, None, _AUDITOR)
    yield ("operator", "Operator", Role.OPERATOR, None, None, _OPERATOR)


def sessions_of(engine: Database) -> SqlSessions:
    """Return sessions that last as long as the demo: its clock runs through hours in a second."""
    return SqlSessions(engine, _ALWAYS, _ALWAYS)
