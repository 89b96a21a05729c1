"""The lines that go out, as the contract shows them: shared events, alerts, notices, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from cioghub.vocabulary.buckets import rfc3339
from cioghub.vocabulary.incidents import Fault, PseudonymousIncident
from cioghub.vocabulary.readings import Reading
from cioghub.vocabulary.reasons import HINTS
from cioghub.vocabulary.signals import Notice

ALERT_SOURCE = "/hub/correlation"


def shared_line(incident: PseudonymousIncident) -> bytes:
    """Return the CloudEvent that a recipient receives; its id comes first, so that lines sort."""
    _, id, source, type_name, time, data, _, _, _, _ = incident
    event: dict[str, Any] = {
        "id": id,
        "specversion": "1.0",
        "source": source,
        "type": type_name,
        "datacontenttype": "application/json",
        "data": data,
    }
    if time is not None:
        event["time"] = time
    return orjson.dumps(event)


def fault_rows(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Return faults as the contract shows them: where, which, what to do; never a value."""
    return [{"pointer": f.pointer, "code": f.code.value, "hint": HINTS[f.code]} for f in faults]


def rejected_line(source: str | None, id: str, faults: tuple[Fault, ...]) -> bytes:
    """Return the row of a rejected event: where and which, never a value."""
    return orjson.dumps({"source": source, "id": id, "faults": fault_rows(faults)})


def alert_line(reading: Reading, zone: ZoneInfo) -> bytes:
    """Return one change of an alert, as one reader reads it, as a CloudEvent.

    A provisional change has an id of its own, so that it never takes the place of a settled one.
    """
    alert = reading.alert
    number = f"{alert.at}p{reading.number}" if alert.provisional else str(reading.number)
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": f"{alert.id}.{number}",
            "source": ALERT_SOURCE,
            "type": alert.change.value,
            "time": rfc3339(alert.at, zone),
            "subject": alert.id,
            "datacontenttype": "application/json",
            "data": reading.data,
        }
    )


def notice_line(notice: Notice, zone: ZoneInfo) -> bytes:
    """Return one notice as a row."""
    return orjson.dumps(
        {
            "code": notice.code,
            "time": rfc3339(notice.at, zone),
            "publisher": notice.publisher,
            "words": notice.words,
            **dict(notice.facts),
        }
    )


def picture_bytes(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of a frozen picture."""
    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"
