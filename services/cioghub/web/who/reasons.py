"""What somebody reads for: a code once a session, and words where a code is too little.

Words are needed to look behind an alert. They are kept with that read, and so must not name
anybody: the identifier screen reads them first.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.people import Reason, Role
from cioghub.web.who.asking import note_read

REASON_WORDS: Mapping[Reason, str] = {
    Reason.QUEUE: "Working through the alerts of my area",
    Reason.MEETING: "Preparing or holding a meeting of a CIOG",
    Reason.PICTURE: "Preparing or reading the fortnightly picture",
    Reason.RESPONSE: "Planning or following up a response",
    Reason.FEED: "Looking after the feeds of my agency",
    Reason.REVIEW: "Data protection review",
    Reason.AUDIT: "Audit or scrutiny",
    Reason.SUPPORT: "Running the hub",
}
_IN_THE_GROUP = (Reason.QUEUE, Reason.MEETING, Reason.PICTURE, Reason.RESPONSE)
REASONS: Mapping[Role, tuple[Reason, ...]] = {
    Role.AGENCY_CONTACT: (Reason.FEED, Reason.RESPONSE),
    Role.CHAIR: _IN_THE_GROUP,
    Role.ANALYST: _IN_THE_GROUP,
    Role.COORDINATOR: _IN_THE_GROUP,
    Role.DPO: (Reason.REVIEW, Reason.FEED),
    Role.AUDITOR: (Reason.AUDIT,),
    Role.OPERATOR: (Reason.SUPPORT, Reason.FEED),
}
"""What somebody in a role may read for."""

LEAST_LETTERS = 10
MOST_LETTERS = 500


def fault_of(words: str) -> str | None:
    """Return what is wrong with a typed reason, as a sentence; None when it will do."""
    written = words.strip()
    if not LEAST_LETTERS <= len(written) <= MOST_LETTERS:
        return f"Write {LEAST_LETTERS} to {MOST_LETTERS} letters on why you need to see this."
    if find_identifiers(written):
        return (
            "Leave out what could name a person, such as an address, a number or a date of birth."
        )
    return None


def note_typed(request: Request, words: str) -> None:
    """Keep a note of a read for which words were needed: look at `fault_of` first.

    Raises:
        ValueError: the words will not do; nothing may be shown.
        HTTPException: nobody is signed in, or no reason was given: off to the page that asks.
    """
    if fault_of(words) is not None:
        raise ValueError("this reason will not do")
    note_read(request, words.strip())
