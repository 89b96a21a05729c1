"""May somebody in this role do that at all? Whether the thing allows it is for `policies.py`.

Each question has twins: `may` answers, so that a page can hide a button; `require` raises, so that
the deed is refused. Both read the one table below; docs/people.md shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from starlette.exceptions import HTTPException

from cioghub.vocabulary.people import Person, Role


class Action(StrEnum):
    """Everything that somebody may or may not do at one of the three doors."""

    UPLOAD_FILE = "upload a file for their own agency"
    TRY_EVENT = "ask whether an event may be sent"
    SEE_OWN_FEEDS = "see their own agency's feeds"
    SEE_RECEIPTS = "open their own agency's records behind an alert"
    READ_ALERTS = "read alerts"
    READ_PICTURES = "read fortnightly pictures"
    SEE_FEED_BOARD = "see the health of all feeds"
    ASSESS = "look first at an alert, and assess it"
    ACKNOWLEDGE = "acknowledge an alert"
    ADD_ACTION = "add an action to an alert"
    END_ACTION = "end an action"
    ESCALATE = "escalate an alert"
    REMARK = "remark on an alert"
    CLOSE = "close an alert with its outcome"
    DISMISS = "dismiss an alert with a reason"
    REOPEN = "open an ended alert again"
    DRILL_DOWN = "look behind an alert, for a typed reason"
    EXPORT = "export a queue, minutes and action logs"
    NOTE_ERRATUM = "put an erratum beside a picture"
    SEE_SHADOW = "see what would have been told in shadow mode"
    READ_RULES = "read sharing agreements"
    READ_DECISIONS = "read the decisions on one event"
    READ_LEDGER = "read checkpoints and proofs of the ledger"
    READ_AUDIT = "read who changed and who read what"
    MANAGE_PEOPLE = "add and disable people"
    MANAGE_TOKENS = "make and revoke tokens"


_TACTICAL = frozenset({Role.CHAIR, Role.ANALYST, Role.COORDINATOR})
_READERS = _TACTICAL | {Role.AUDITOR}
_REVIEWERS = frozenset({Role.DPO, Role.AUDITOR})

PERMISSIONS: Mapping[Action, frozenset[Role]] = {
    Action.UPLOAD_FILE: frozenset({Role.AGENCY_CONTACT}),
    Action.TRY_EVENT: frozenset({Role.AGENCY_CONTACT, Role.DPO}),
    Action.SEE_OWN_FEEDS: frozenset({Role.AGENCY_CONTACT, Role.DPO}),
    Action.SEE_RECEIPTS: frozenset({Role.AGENCY_CONTACT}),
    Action.READ_ALERTS: _READERS,
    Action.READ_PICTURES: _READERS,
    Action.SEE_FEED_BOARD: _READERS | {Role.OPERATOR},
    Action.ASSESS: frozenset({Role.ANALYST}),
    Action.ACKNOWLEDGE: frozenset({Role.CHAIR}),
    Action.ADD_ACTION: frozenset({Role.CHAIR, Role.COORDINATOR}),
    Action.END_ACTION: frozenset({Role.CHAIR, Role.COORDINATOR}),
    Action.ESCALATE: frozenset({Role.CHAIR, Role.COORDINATOR}),
    Action.REMARK: _TACTICAL,
    Action.CLOSE: frozenset({Role.CHAIR}),
    Action.DISMISS: frozenset({Role.CHAIR, Role.ANALYST}),
    Action.REOPEN: frozenset({Role.CHAIR}),
    Action.DRILL_DOWN: frozenset({Role.CHAIR, Role.ANALYST}),
    Action.EXPORT: _TACTICAL,
    Action.NOTE_ERRATUM: frozenset({Role.ANALYST}),
    Action.SEE_SHADOW: frozenset({Role.ANALYST, Role.COORDINATOR}),
    Action.READ_RULES: _REVIEWERS | {Role.AGENCY_CONTACT, Role.OPERATOR},
    Action.READ_DECISIONS: _REVIEWERS,
    Action.READ_LEDGER: _REVIEWERS | {Role.OPERATOR},
    Action.READ_AUDIT: _REVIEWERS,
    Action.MANAGE_PEOPLE: frozenset({Role.OPERATOR}),
    Action.MANAGE_TOKENS: frozenset({Role.OPERATOR}),
}
"""Who may do what. What is not here nobody may."""


class Forbidden(HTTPException):
    """Somebody asked for what their role may not do: 403."""

    def __init__(self, action: Action) -> None:
        super().__init__(403)
        self.action = action


def may(person: Person, action: Action) -> bool:
    """Return whether somebody's role may do this at all."""
    return person.role in PERMISSIONS.get(action, frozenset())


def require(person: Person, action: Action) -> None:
    """Refuse what somebody's role may not do.

    Raises:
        Forbidden: their role may not.
    """
    if not may(person, action):
        raise Forbidden(action)
