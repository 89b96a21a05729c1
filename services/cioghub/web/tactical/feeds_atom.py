"""Alerts as an Atom feed (RFC 4287): one entry an alert, as it was last told to this audience."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from cioghub.ports.reading_room import Told
from cioghub.vocabulary.words import LEVEL_WORDS, MARKING, subject_words

MEDIA_TYPE = "application/atom+xml"
MOST_ENTRIES = 100
STATES = {
    "alert.raised.v1": "raised",
    "alert.updated.v1": "updated",
    "alert.closed.v1": "closed",
}

_NAMESPACE = "http://www.w3.org/2005/Atom"
_SCHEME = "urn:ciog"


def atom_feed(audience: str, name: str, standing: Sequence[Told], label: str | None) -> bytes:
    """Return the feed of an audience called `name`, from the last change of each of its alerts.

    `standing` comes newest first; `label` marks simulated data.
    """
    Xml.register_namespace("", _NAMESPACE)
    feed = Xml.Element(_tag("feed"))
    _add(feed, "id", f"{_SCHEME}:{audience}:alerts")
    _add(feed, "title", f"Alerts for {name}")
    _add(feed, "subtitle", f"{label} {MARKING}" if label else MARKING)
    _add(feed, "updated", _time(standing[0].at if standing else 0))
    _add(_add(feed, "author"), "name", "CIOG Hub")
    _add(feed, "rights", MARKING)
    _add(feed, "link", rel="self", type=MEDIA_TYPE, href="/v1/alerts.atom")
    for change in standing[:MOST_ENTRIES]:
        _entry(feed, audience, change)
    content: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def _entry(feed: Xml.Element, audience: str, change: Told) -> None:
    data = change.event["data"]
    category = data["hub_category"]
    subject = subject_words(data["signal"], category)
    state = STATES.get(change.change, change.change)
    entry = _add(feed, "entry")
    _add(entry, "id", f"{_SCHEME}:{audience}:alert:{change.alert}")
    level = LEVEL_WORDS.get(data["level"], data["level"])
    _add(entry, "title", f"{subject}: {level} ({state})")
    _add(entry, "updated", _time(change.at))
    _add(entry, "category", term=category)
    _add(entry, "category", term=data["ciog"])
    _add(entry, "link", rel="alternate", type="text/html", href=f"/tactical/alerts/{change.alert}")
    _add(entry, "summary", f"{data['reason']} {MARKING}")


def _add(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> Xml.Element:
    child = Xml.SubElement(parent, _tag(name), attributes)
    child.text = text
    return child


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _time(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
