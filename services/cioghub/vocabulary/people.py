"""Who works with the hub, in which role; never about anybody in the data."""

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
