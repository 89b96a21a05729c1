"""Every page of the hub, by who opens it. Whoever builds a page adds it here: then it is opened in
a browser with and without scripts, on a small phone and on paper, and asked what hinders people.
"""

from __future__ import annotations

from collections.abc import Mapping

from cioghub.vocabulary.people import Role

ANYBODY = (
    "/",
    "/accessibility",
    "/cookies",
    "/licences",
    "/help",
    "/help/alerts",
    "/help/problems",
    "/help/sending",
    "/help/sharing",
    "/sign-in",
    "/sign-in/first",
    "/nowhere",
)
"""Pages that need nobody to be signed in, one of an error among them."""

PAGES: Mapping[Role, tuple[str, ...]] = {
    Role.CHAIR: (
        "/tactical/",
        "/tactical/areas/east?show=all",
        "/tactical/areas/east/meeting",
        "/tactical/alerts/al-east",
        "/tactical/pictures",
        "/tactical/pictures/2026-09-07",
        "/tactical/feeds",
        "/tactical/areas/north",
    ),
    Role.ANALYST: (
        "/tactical/alerts/al-both",
        "/tactical/pictures/2026-09-07",
        "/tactical/shadow",
        "/reason",
    ),
    Role.AGENCY_CONTACT: ("/agency/receipts", "/agency/receipts/al-east"),
    Role.AUDITOR: ("/review/audit", "/review/audit?kind=reads"),
}
"""Pages of somebody in a role, one of each kind."""
