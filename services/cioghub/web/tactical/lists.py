"""The partnership's own lists that people choose from: responses, and where to turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cioghub.web.hub import Hub

RESPONSES, SIGNPOSTS = "response_menu", "signposts"
"""Names of the code lists."""

PILLARS: Mapping[str, str] = {"prevent": "Prevent", "respond": "Respond", "long-term": "Long term"}
LEVELS: Mapping[str, str] = {
    "primary": "Primary: for everybody",
    "secondary": "Secondary: for those at risk",
    "tertiary": "Tertiary: for those involved",
}


@dataclass(frozen=True, slots=True)
class Response:
    """One response of the prevention strategy, with its pillar and level."""

    code: str
    label: str
    pillar: str
    level: str


@dataclass(frozen=True, slots=True)
class Signpost:
    """Where to turn: a name, a telephone number and a site, either of them perhaps empty."""

    label: str
    phone: str
    site: str


def responses(hub: Hub) -> dict[str, Response]:
    """Return the responses to choose from, by code."""
    found = hub.loaded.bundle.lists.get(RESPONSES)
    rows = found.rows() if found else []
    return {
        row.code: Response(row.code, row.label, row.more["prevention_pillar"], row.more["level"])
        for row in rows
        if row.more.get("prevention_pillar") in PILLARS and row.more.get("level") in LEVELS
    }


def signposts(hub: Hub, hub_category: str) -> list[Signpost]:
    """Return where to turn for a category: what is for it first, then what is for every one."""
    found = hub.loaded.bundle.lists.get(SIGNPOSTS)
    rows = found.rows() if found else []
    own = [row for row in rows if row.hub_category == hub_category]
    every = [row for row in rows if row.hub_category is None]
    return [
        Signpost(row.label, row.more.get("phone", ""), row.more.get("site", ""))
        for row in (*own, *every)
    ]
