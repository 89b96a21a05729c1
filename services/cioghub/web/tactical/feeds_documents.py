"""What the OpenAPI document says of alerts, pictures, feeds and receipts, each of them closed."""

from __future__ import annotations

from typing import Any

from cioghub.vocabulary.signals import LEVELS, AlertChange, SignalKind
from cioghub.web.shell.documented import (
    DAY,
    FLAG,
    INSTANT,
    NULLABLE,
    TEXT,
    TEXTS,
    array,
    closed,
    or_null,
)

_COUNT = {
    "type": ["integer", "string", "null"],
    "description": "As released: the number, the nearest 5, `under 8`, or null where none is said.",
}
_MARKED = {
    "marking": {**TEXT, "description": "Goes with whatever is taken from here."},
    "label": {**NULLABLE, "description": "Says so where data are simulated."},
}
_NEXT = {"next": {**NULLABLE, "description": "The address of the next page; null: no more as yet."}}
_AUDIENCE = {"audience": {**TEXT, "description": "Whose reading this is."}}
_ALERT: dict[str, Any] = {
    "signal": {"enum": [one.value for one in SignalKind]},
    "hub_category": TEXT,
    "ciog": {**TEXT, "description": "The area that leads."},
    "also": {**TEXTS, "description": "Other areas that it touches."},
    "csps": TEXTS,
    "places": {**TEXTS, "description": "At the coarsest floor of the events behind it."},
    "window": closed({"from": DAY, "to": DAY}),
    "agencies": {**TEXTS, "description": "Whose events are behind it."},
    "seen": {
        "type": "array",
        "items": closed({"publisher": TEXT, "count": {"type": ["integer", "string"]}}),
        "description": "What each publisher releases to you; one that releases words is not there.",
    },
    "level": {"enum": list(LEVELS)},
    "provisional": {**FLAG, "description": "Told before its midnight; may be taken back."},
    "reason": {**TEXT, "description": "In plain words."},
    "rules": {**TEXT, "description": "The hash of the rules in force."},
    "method": closed({"name": TEXT, "version": TEXT}),
    "follows": {**NULLABLE, "description": "The alert that this one goes on from."},
}
_EXACT: dict[str, Any] = {
    "expected": {"type": "number", "description": "What is usual."},
    "p_value": {"type": "number"},
    "recurrence_days": {"type": "number", "description": "So rarely would chance do this."},
    "evidence": {**TEXTS, "description": "The hub's references of the events added now."},
}
"""Only where every contributor releases exact numbers to the reader."""

SCHEMAS: dict[str, dict[str, Any]] = {
    "Alert": closed(_ALERT, _EXACT, description="One alert as its reader may know it."),
    "AlertEvent": closed(
        {
            "specversion": {"const": "1.0"},
            "id": {**TEXT, "description": "Also the cursor after this event."},
            "source": TEXT,
            "type": {"enum": [one.value for one in AlertChange]},
            "subject": {**TEXT, "description": "The alert's id."},
            "time": INSTANT,
            "datacontenttype": {"const": "application/json"},
            "data": {"$ref": "#/components/schemas/Alert"},
        },
        description="One change of an alert: a CloudEvent 1.0.",
    ),
    "Alerts": closed(
        {
            **_MARKED,
            **_AUDIENCE,
            "alerts": array("AlertEvent"),
            "cursor": {**TEXT, "description": "Where you stand after these."},
            **_NEXT,
        }
    ),
    "Pictures": closed(
        {
            **_MARKED,
            **_AUDIENCE,
            "pictures": {"type": "array", "items": closed({"first": DAY, "href": TEXT})},
            **_NEXT,
        }
    ),
    "Picture": closed(
        {
            "definition": {**TEXT, "description": "Which members there are, and what they mean."},
            "audience": closed({"id": TEXT, "name": TEXT}),
            "fortnight": closed({"from": DAY, "to": DAY}),
            "frozen_at": INSTANT,
            **_MARKED,
            "sentences": {**TEXTS, "description": "At most three, to say aloud."},
            "alerts": array("PictureAlert"),
            "areas": array("PictureArea"),
            "agencies": array("PictureAgency"),
            "late": {"type": "array", "items": closed({"publisher": TEXT, "words": TEXT})},
            "provisional": TEXTS,
            "monthly": or_null("PictureMonth"),
            "rules": TEXT,
        },
        description="The frozen picture of one fortnight: the same bytes for ever.",
    ),
    "PictureAlert": closed(
        {
            "alert": TEXT,
            "state": {**TEXT, "description": "In this fortnight."},
            "raised": DAY,
            "looked_at_by_a_person": FLAG,
            **_ALERT,
        },
        _EXACT,
    ),
    "PictureArea": closed(
        {
            "level": TEXT,
            "code": TEXT,
            "name": TEXT,
            "counts": array("PictureRow"),
            "quiet": or_null("Quiet"),
        }
    ),
    "Quiet": closed({"form": TEXT, "words": TEXT}, description="What no open alert means here."),
    "PictureRow": closed(
        {
            "hub_category": TEXT,
            "name": TEXT,
            "counts": array("PictureCount"),
            "noticed": {
                "type": ["integer", "null"],
                "description": "A rise to so many would have been noticed.",
            },
        }
    ),
    "PictureCount": closed(
        {
            "publisher": TEXT,
            "count": _COUNT,
            "last": _COUNT,
            "season": _COUNT,
            "left_out": {**TEXTS, "description": "Which of the three are held back."},
            "change": NULLABLE,
        }
    ),
    "PictureAgency": closed(
        {
            "publisher": TEXT,
            "kind": TEXT,
            "source": TEXT,
            "last_heard": NULLABLE,
            "late": FLAG,
            "contributed": FLAG,
        }
    ),
    "PictureMonth": closed(
        {
            "month": TEXT,
            "counts": {
                "type": "array",
                "items": closed(
                    {
                        "level": TEXT,
                        "code": TEXT,
                        "name": TEXT,
                        "hub_category": TEXT,
                        "publisher": TEXT,
                        "count": _COUNT,
                    }
                ),
            },
        }
    ),
    "Feeds": closed({**_MARKED, "feeds": array("Feed"), **_NEXT}),
    "Feed": closed(
        {
            "source": TEXT,
            "publisher": TEXT,
            "cadence": TEXT,
            "last_heard": {**NULLABLE, "description": "The local day; null: never."},
            "late": FLAG,
        }
    ),
    "Receipts": closed({**_MARKED, "receipts": array("Receipt"), **_NEXT}),
    "Receipt": closed({"source": TEXT, "id": TEXT, "alert": TEXT}),
}
"""What the answers refer to, by name."""
