"""Walks through a hub as somebody: from the pages of their role along every link, once a kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import BrowserContext

_ONE_OF_MANY = re.compile(
    r"(?<=/)(?:al-[\w-]+|\d{4}-\d\d-\d\d|[a-z0-9-]+-to-[a-z0-9-]+|\d+|[0-9a-f]{16,})"
)
"""A part of an address that names one alert, picture, agreement or entry."""

MOST_PAGES = 80


@dataclass
class Walk:
    """What was found: the pages, one of each kind, and the links that lead nowhere."""

    pages: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


def kind_of(address: str) -> str:
    """Return an address with what names one of many left out, and without its query."""
    return _ONE_OF_MANY.sub("*", urlsplit(address).path)


def walk(context: BrowserContext, begin: str) -> Walk:
    """Return what a person finds who follows every link that stays in the hub.

    Every link is asked for; of pages of one kind one is opened and searched for further links.
    """
    found = Walk()
    seen: set[str] = set()
    kinds: set[str] = set()
    to_do = [(begin, "")]
    while to_do and len(seen) < 4 * MOST_PAGES:
        address, came_from = to_do.pop(0)
        address = urldefrag(address).url
        if address in seen or urlsplit(address).netloc != urlsplit(begin).netloc:
            continue
        seen.add(address)
        kind = kind_of(address)
        if kind in kinds and len(kinds) > MOST_PAGES:
            continue
        answer = context.request.get(address)
        if answer.status != 200:
            found.broken.append(f"{came_from} -> {address}: {answer.status}")
            continue
        if kind in kinds or "text/html" not in answer.headers.get("content-type", ""):
            continue
        kinds.add(kind)
        text = answer.text()
        found.pages.append(address)
        found.texts[address] = text
        links = re.findall(r'<a\b[^>]*\shref="([^"]+)"', text)
        to_do += [(urljoin(address, link.replace("&amp;", "&")), address) for link in links]
    return found
