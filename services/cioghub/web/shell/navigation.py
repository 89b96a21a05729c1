"""Which pages each role finds in the line at the top. What somebody may see is decided elsewhere:
a link here opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cioghub.vocabulary.people import Person, Role

_ALERTS = ("/tactical/", "Alerts")
_PICTURES = ("/tactical/pictures", "Pictures")
_FEEDS = ("/tactical/feeds", "Feeds")
_RECEIPTS = ("/agency/receipts", "Behind alerts")
_RULES = ("/review/", "Sharing rules")
_LEDGER = ("/review/ledger", "Ledger")
_AUDIT = ("/review/audit", "Audit")
_HELP = ("/help", "Help")

LINKS: Mapping[Role, tuple[tuple[str, str], ...]] = {
    Role.AGENCY_CONTACT: (("/agency/", "Your feeds"), _RECEIPTS, _HELP),
    Role.CHAIR: (_ALERTS, _PICTURES, _FEEDS, _HELP),
    Role.ANALYST: (_ALERTS, _PICTURES, _FEEDS, _HELP),
    Role.COORDINATOR: (_ALERTS, _PICTURES, _FEEDS, _HELP),
    Role.DPO: (_RULES, _LEDGER, _AUDIT, _HELP),
    Role.AUDITOR: (_ALERTS, _PICTURES, _RULES, _LEDGER, _AUDIT, _HELP),
    Role.OPERATOR: (_FEEDS, _HELP),
}
"""Address and words, by role, in the order shown."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link; `current` says that it leads to the page shown, or to the part it stands in."""

    address: str
    words: str
    current: bool


def links_of(person: Person | None, path: str) -> tuple[Link, ...]:
    """Return the links for somebody on a page; for one who is not signed in, only the help."""
    found = LINKS[person.role] if person else (_HELP,)
    within = [address for address, _ in found if path.startswith(address)]
    nearest = max(within, key=len, default=None)
    return tuple(Link(address, words, address == nearest) for address, words in found)
