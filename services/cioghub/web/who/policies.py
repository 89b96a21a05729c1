"""Does this thing allow it to this person now: by its area, its owner and its state?

Whether their role may do such a thing at all is for `permissions.py`; a door asks both. What
somebody does not see is answered as what is not there: 404, so that an error tells nothing of
another area.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from starlette.exceptions import HTTPException

from cioghub.vocabulary.cases import Case, CaseState, Move, moves_from
from cioghub.vocabulary.people import Person, Role
from cioghub.web.who.permissions import Action, may

MOVE_ACTIONS: Mapping[Move, Action] = {
    Move.ASSESS: Action.ASSESS,
    Move.ACKNOWLEDGE: Action.ACKNOWLEDGE,
    Move.ACT: Action.ADD_ACTION,
    Move.END_ACTION: Action.END_ACTION,
    Move.ESCALATE: Action.ESCALATE,
    Move.REMARK: Action.REMARK,
    Move.CLOSE: Action.CLOSE,
    Move.DISMISS: Action.DISMISS,
    Move.REOPEN: Action.REOPEN,
}
"""The permission that each move on an alert takes."""

_ALL_AREAS = frozenset({Role.ANALYST, Role.COORDINATOR, Role.AUDITOR})
_DISMISSERS = {
    CaseState.NEW: frozenset({Role.ANALYST}),
    CaseState.ASSESSED: frozenset({Role.ANALYST, Role.CHAIR}),
}
"""Who dismisses before a chair takes an alert on: an analyst looks first. After it, the chair."""


class NotThere(HTTPException):
    """The thing is not there for this person, whether it exists or not: 404."""

    def __init__(self) -> None:
        super().__init__(404)


class NotNow(HTTPException):
    """The thing's state does not allow it, now or to this person: 409."""

    def __init__(self) -> None:
        super().__init__(409)


def sees(person: Person, areas: Collection[str]) -> bool:
    """Return whether somebody sees what concerns these areas (ids of CIOGs), one of them theirs."""
    if person.role is Role.CHAIR:
        return person.ciog is not None and person.ciog in areas
    return person.role in _ALL_AREAS


def owns(person: Person, party: str) -> bool:
    """Return whether somebody works for the agency whose records or feeds these are."""
    return person.party is not None and person.party == party


def reviews(person: Person, sides: Collection[str]) -> bool:
    """Return whether somebody reads the agreement between these sides, groups with their members.

    An agency's contact reads those of the agency; who reviews reads every one.
    """
    return person.role is not Role.AGENCY_CONTACT or person.party in sides


def looks_up(person: Person, party: str) -> bool:
    """Return whether somebody looks up what was decided on this agency's events.

    A data protection officer does for their own agency, others whose role allows it for every one.
    """
    return person.role is not Role.DPO or owns(person, party)


def audited_agency(person: Person) -> str | None:
    """Return the one agency whose people's records somebody reads, None where it is every one's.

    What people of no agency and machines did is read by all who read records at all.

    Raises:
        NotThere: they are of no agency and no auditor.
    """
    if person.role is Role.AUDITOR:
        return None
    if person.party is None:
        raise NotThere
    return person.party


def moves_for(person: Person, case: Case, areas: Collection[str]) -> tuple[Move, ...]:
    """Return what somebody may do with an alert now, in the order of its table of moves."""
    if not sees(person, areas):
        return ()
    return tuple(
        move
        for move in moves_from(case)
        if may(person, MOVE_ACTIONS[move]) and _state_allows(person, case, move)
    )


def _state_allows(person: Person, case: Case, move: Move) -> bool:
    if move is not Move.DISMISS:
        return True
    return person.role in _DISMISSERS.get(case.state, frozenset({Role.CHAIR}))
