"""Writes the still pages of a folder of results: a first page, and one place for each reader.

Rules for editors:
1. A page of an audience is made of that audience's own files and of nothing else, and says so.
2. What only the hub knows (what was planted, notices, what was withheld) stands on pages that say
   that no audience reads them.
3. No script, no inline style, no address outside.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from cioghub.ports.maps import Mark
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.parties import HUB_RECIPIENT, Parties
from cioghub.vocabulary.series import fortnight_series
from cioghub.vocabulary.words import LEVEL_WORDS, MARKING, agency_names
from cioghub.wire.map_svg import Drawing, Drawn
from cioghub.wire.names import place_names
from cioghub.wire.picture_page import TEMPLATES, Drawable, environment, style
from cioghub.wire.site.charts import time_line
from cioghub.wire.site.planted import LEAST_EVENTS, Compared, compare
from cioghub.wire.site.results import (
    CHANGE_WORDS,
    ReadAlert,
    lines,
    newest_first,
    read_alerts,
    read_pictures,
    read_receipts,
)

FIRST_READER = "tactical-group"
"""Whose reading the first page shows, where there is such an audience; else the first of all."""

RELEASE_WORDS = {
    "exact": "exact numbers",
    "rounded": "1 to 7 hidden, others to the nearest 5",
    "level": "words only",
    None: "nothing",
}
WITHHELD_WORDS = {
    "no-agreement": "No agreement for it",
    "not-started": "Agreement not started",
    "ended": "Agreement ended",
    "never": "An agreement says never",
    "only-when": "Outside an agreement's conditions",
    "wall": "A wall that no setting opens",
    "excluded": "A code that nobody may have",
    "unmapped": "A code without a hub category",
    "control": "Signs of life and corrections",
    "stopped": "Sharing was stopped",
    "error": "An error while deciding",
}


SHARED, OTHER_NAME = "shared", "other reasons"
PARTS = {
    "outside an agreement's conditions": ("only-when",),
    "an agreement says never": ("never",),
    "no agreement for it": ("no-agreement", "not-started", "ended"),
}
"""The parts of a recipient's bar after what is shared; the rest are other reasons."""


class Site:
    """The pages of one folder of results."""

    def __init__(
        self,
        *,
        results: Path,
        truth: Path,
        areas: Areas,
        boundaries: Drawable | None,
        parties: Parties,
        releases: Mapping[str, Mapping[str, str | None]],
        first: date,
        last: date,
        label: str,
    ) -> None:
        """`releases` says for each audience and publisher what may be read; days are local."""
        self._results = results
        self._truth = truth
        self._areas = areas
        self._map = Drawing(areas, *boundaries) if boundaries else None
        self._releases = releases
        self._first = first
        self._last = last
        self._groups = {group.id: group for group in parties.groups}
        self._parties = parties
        self._summary = json.loads((results / "summary.json").read_text(encoding="utf-8"))
        self._templates = environment()
        publishers = [party for party in parties.parties if party.feeds]
        legal = {party.id: party.legal_name for party in parties.parties}
        self._agencies = agency_names(((p.id, p.kind) for p in publishers), legal)
        order = [group.id for group in parties.groups]
        self._audiences = sorted(
            self._summary["audiences"],
            key=lambda id: (order.index(id) if id in order else len(order), id),
        )
        words = {
            "ciog_names": {ciog.id: ciog.name for ciog in areas.ciogs},
            "place_names": place_names(areas),
            "agencies": self._agencies,
            "level_words": LEVEL_WORDS,
        }
        self._common = {
            "words": words,
            "marking": MARKING,
            "label": label,
            "first": first.isoformat(),
            "last": last.isoformat(),
            "partnership": areas.partnership,
            "audience_names": {id: self._name(id) for id in self._audiences},
            "release_words": RELEASE_WORDS,
            "bundle": self._summary["bundle"],
        }

    def write(self, folder: Path) -> None:
        """Write every page into a new folder."""
        folder.mkdir(parents=True)
        sheet = style() + (TEMPLATES / "site.css").read_text(encoding="utf-8")
        (folder / "style.css").write_text(sheet, encoding="utf-8")
        receipts = read_receipts(self._results / "receipts")
        notices = [
            one for one in lines(self._results / "notices.jsonl") if one["time"] >= str(self._first)
        ]
        inside = read_alerts(self._results / "alerts.jsonl", self._first)
        compared = compare(lines(self._truth), inside, receipts, notices, self._first)
        readings = {id: self._reading(id) for id in self._audiences}
        reader = FIRST_READER if FIRST_READER in readings else self._audiences[0]
        open_alerts = {
            id: sum(one.closed is None for one in found["alerts"]) for id, found in readings.items()
        }
        self._page(
            folder / "index.html",
            "start.html.j2",
            "",
            **readings[reader],
            readable=open_alerts,
            compared=compared,
            summary=self._summary,
            receipts=receipts,
        )
        for id, reading in readings.items():
            self._audience(folder / "audiences" / id, reading)
        self._inside(folder / "hub.html", compared, notices, readings[reader]["audience"]["id"])
        for publisher, own in receipts.items():
            self._agency(folder / "agencies", publisher, own)

    def _name(self, id: str) -> str:
        if id == HUB_RECIPIENT:
            return "The hub's own correlation"
        if id in self._groups:
            return self._groups[id].name
        party = self._parties.party(id)
        return party.legal_name if party else id

    def _reading(self, id: str) -> dict[str, Any]:
        folder = self._results / "audiences" / id
        alerts = read_alerts(folder / "alerts.jsonl", self._first)
        pictures = read_pictures(folder / "pictures", self._first)
        cells = {
            (area["level"], area["code"]): area["name"]
            for picture in pictures
            for area in picture["areas"]
        }
        anchor = self._areas.calendar.fortnight_anchor
        return {
            "audience": {"id": id, "name": self._name(id)},
            "alerts": newest_first(alerts),
            "pictures": pictures[::-1],
            "map": self._drawn(alerts, {code for _, code in cells}),
            "line": time_line(newest_first(alerts), self._first, self._last, anchor),
            "trends": [
                (name, fortnight_series(pictures, level, code))
                for (level, code), name in cells.items()
            ],
            "release": self._releases.get(id, {}),
        }

    def _drawn(self, alerts: Sequence[ReadAlert], read: set[str]) -> Drawn | None:
        if self._map is None:
            return None
        marks = [
            Mark(one.number, one.data["level"], tuple(one.data["places"]))
            for one in alerts
            if one.closed is None
        ]
        return self._map.draw(marks, read)

    def _audience(self, folder: Path, reading: Mapping[str, Any]) -> None:
        id = reading["audience"]["id"]
        self._page(folder / "index.html", "audience.html.j2", "../../", **reading)
        for alert in reading["alerts"]:
            only = [one for one in reading["alerts"] if one.id == alert.id]
            drawn = self._map and self._map.draw(
                [Mark(alert.number, alert.data["level"], tuple(alert.data["places"]))],
                {ciog.id for ciog in self._areas.ciogs},
            )
            self._page(
                folder / "alerts" / f"{alert.id}.html",
                "alert.html.j2",
                "../../../",
                audience=reading["audience"],
                alert=only[0],
                change_words=CHANGE_WORDS,
                map=drawn,
            )
        results = self._results / "audiences" / id
        shutil.copyfile(results / "alerts.jsonl", folder / "alerts.jsonl")
        (folder / "pictures").mkdir()
        for picture in reading["pictures"]:
            for ending in (".html", ".json"):
                name = picture["fortnight"]["from"] + ending
                shutil.copyfile(results / "pictures" / name, folder / "pictures" / name)

    def _inside(
        self, path: Path, compared: Compared, notices: Sequence[Mapping[str, Any]], reader: str
    ) -> None:
        said = [one for one in notices if one["code"] != "unknown-places"]
        trays: dict[tuple[str, str], int] = {}
        for one in notices:
            if one["code"] == "unknown-places":
                key = (one["tray"], one["publisher"])
                trays[key] = max(trays.get(key, 0), one["events"])
        accepted = self._summary["accepted"]
        recipients = [
            (self._name(id), found["shared"], found["withheld"], _parts(found, accepted))
            for id, found in self._summary["recipients"].items()
        ]
        self._page(
            path,
            "hub.html.j2",
            "",
            compared=compared,
            least=LEAST_EVENTS,
            notices=said,
            trays=sorted(trays.items()),
            recipients=recipients,
            accepted=accepted,
            summary=self._summary,
            withheld_words=WITHHELD_WORDS,
            parts=[SHARED, *PARTS, OTHER_NAME],
            reader=reader,
            readable={
                line["subject"]
                for line in lines(self._results / "audiences" / reader / "alerts.jsonl")
            },
        )

    def _agency(self, folder: Path, publisher: str, own: Sequence[Mapping[str, Any]]) -> None:
        by_alert: dict[str, list[Mapping[str, Any]]] = {}
        for one in own:
            by_alert.setdefault(one["alert"], []).append(one)
        party = self._parties.party(publisher)
        self._page(
            folder / f"{publisher}.html",
            "agency.html.j2",
            "../",
            publisher=publisher,
            name=party.legal_name if party else publisher,
            found=sorted(by_alert.items()),
            feeds=party.feeds if party else (),
        )
        shutil.copyfile(
            self._results / "receipts" / f"{publisher}.jsonl", folder / f"{publisher}.jsonl"
        )

    def _page(self, path: Path, template: str, root: str, **values: Any) -> None:
        """Write one page; `root` leads from it to the first page's folder."""
        path.parent.mkdir(parents=True, exist_ok=True)
        page = self._templates.get_template(template)
        made = page.render(**self._common, root=root, **values)
        path.write_text(made, encoding="utf-8")


def _parts(found: Mapping[str, Any], accepted: int) -> list[tuple[float, float]]:
    """Return where each part of a recipient's bar begins and how long it is, in percent."""
    withheld = found["withheld"]
    named = [sum(withheld.get(reason, 0) for reason in reasons) for reasons in PARTS.values()]
    counts = [found["shared"], *named]
    counts.append(accepted - sum(counts))
    spans, at = [], 0.0
    for count in counts:
        length = count * 100 / accepted if accepted else 0.0
        spans.append((round(at, 2), round(length, 2)))
        at += length
    return spans
