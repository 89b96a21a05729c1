"""Turns what a tick settled into what the log keeps of it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from cioghub.journey import Settled
from cioghub.ports.live_log import Behind, Line, Note, Picture
from cioghub.steps.picture.album import Frozen
from cioghub.vocabulary.readings import Reading
from cioghub.vocabulary.signals import Alert, Notice
from cioghub.wire.lines import alert_line, notice_line, picture_bytes

Page = Callable[[Mapping[str, Any]], str]


def lines_of(readings: Iterable[Reading], zone: ZoneInfo) -> list[Line]:
    """Return the changes told, in their order."""
    return [
        Line(
            audience=one.audience or "",
            alert=one.alert.id,
            change=one.alert.change.value,
            at=one.alert.at,
            provisional=one.alert.provisional,
            line=alert_line(one, zone),
        )
        for one in readings
    ]


def pictures_of(settled: Settled, page: Page) -> list[Picture]:
    """Return the pictures that were frozen, as JSON and as pages."""
    return [_picture(one, settled.at, page) for one in settled.frozen]


def _picture(frozen: Frozen, at: int, page: Page) -> Picture:
    return Picture(
        audience=frozen.audience,
        first=frozen.fortnight.first.isoformat(),
        at=at,
        content=picture_bytes(frozen.content),
        page=page(frozen.content).encode(),
    )


def notes_of(notices: Iterable[Notice], zone: ZoneInfo) -> list[Note]:
    """Return notices with their lines."""
    return [
        Note(one.at, one.code, one.publisher, one.words, notice_line(one, zone)) for one in notices
    ]


def behind_of(alerts: Iterable[Alert], positions: array[int]) -> list[Behind]:
    """Return which events of the log stand behind these changes."""
    return [
        Behind(evidence.publisher, positions[evidence.number], alert.id)
        for alert in alerts
        for evidence in alert.evidence
    ]
