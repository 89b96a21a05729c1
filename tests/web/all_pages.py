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

PAGES: Mapping[Role, tuple[str, ...]] = {}
"""Pages of somebody in a role, one of each kind."""
