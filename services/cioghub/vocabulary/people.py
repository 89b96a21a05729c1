"""Who works with the hub, in which role and for which reason; never about anybody in the data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the partnership. Nobody has two at once."""

    AGENCY_CONTACT = "agency-contact"
    CHAIR = "chair"
    ANALYST = "analyst"
    COORDINATOR = "coordinator"
    DPO = "dpo"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Reason(StrEnum):
    """Why somebody reads: said once a session, and kept with every read of more than a count."""

    QUEUE = "working-the-queue"
    MEETING = "ciog-meeting"
    PICTURE = "fortnightly-picture"
    RESPONSE = "planning-a-response"
    FEED = "looking-after-a-feed"
    REVIEW = "data-protection-review"
    AUDIT = "audit"
    SUPPORT = "running-the-hub"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in.

    `audience` is whose reading of alerts and pictures they get, None for nobody's; `ciog` the one
    area of a chair or deputy, None otherwise; `party` the agency of a contact or a DPO.
    """

    id: str
    name: str
    role: Role
    audience: str | None
    ciog: str | None
    party: str | None


def audience_of(role: Role, ciog: str | None) -> str | None:
    """Return the audience in which a role sits, None for a role that reads no alerts.

    A chair sits in the audience of one area, by the name that the sharing rules give its group.
    """
    if role is Role.CHAIR:
        return None if ciog is None else f"ciog-{ciog}"
    if role in (Role.ANALYST, Role.COORDINATOR):
        return "tactical-group"
    return "scrutiny" if role is Role.AUDITOR else None
