"""What the OpenAPI document says of the events door: its bodies, answers and headers."""

from __future__ import annotations

from typing import Any

from cioghub.ports.intake import MOST_BYTES, MOST_EVENTS, Answer
from cioghub.vocabulary.reasons import FaultCode
from cioghub.web.agencies.message import BATCH, JSON, STRUCTURED
from cioghub.web.shell.documented import NULLABLE, TEXT, TEXTS, record, ref, said
from cioghub.web.shell.problems import MEDIA_TYPE


def problem_said(description: str, wait: bool = False) -> dict[str, Any]:
    """Return what the document says of an error; `wait` that it tells when to come again."""
    error: dict[str, Any] = {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
    }
    if wait:
        seconds = {"type": "integer", "minimum": 0}
        described = "Seconds to wait before the message is sent again."
        error["headers"] = {"Retry-After": {"description": described, "schema": seconds}}
    return error


_COMMON: dict[int | str, dict[str, Any]] = {
    400: problem_said(
        "The body is no message of CloudEvents: not JSON, a key twice, a broken gzip."
    ),
    401: problem_said("There is no token, or it opens nothing."),
    413: problem_said(
        f"Too large: an event of more than 64 KiB, a batch of more than {MOST_EVENTS} events, or a "
        f"body of more than {MOST_BYTES:,} bytes."
    ),
    415: problem_said("Not one of the media types of a message, or packed with other than gzip."),
    429: problem_said("More comes in than can be kept; nothing of this was.", wait=True),
    503: problem_said(
        "The hub has no room, or comes to no verdict. Send the same again: an event that was "
        "accepted counts once.",
        wait=True,
    ),
}

_HEADERS = ("specversion", "id", "source", "type", "time")
_PARAMETERS = [
    {
        "name": f"ce-{name}",
        "in": "header",
        "required": False,
        "schema": TEXT,
        "description": f"Binary mode only: the event's `{name}`, percent-encoded.",
    }
    for name in _HEADERS
] + [
    {
        "name": "Content-Encoding",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "enum": ["gzip", "identity"]},
        "description": "How the body is packed.",
    }
]


def _body(*modes: str) -> dict[str, Any]:
    schemas = {
        STRUCTURED: ref("Event"),
        BATCH: {"type": "array", "items": ref("Event"), "maxItems": MOST_EVENTS},
        JSON: ref("Data"),
    }
    content = {mode: {"schema": schemas[mode]} for mode in modes}
    return {
        "parameters": _PARAMETERS,
        "requestBody": {
            "required": True,
            "description": "One event (structured mode), several (batch mode), or the `data` of "
            "one, with its attributes in `ce-` headers (binary mode).",
            "content": content,
        },
    }


PUBLISH: dict[str, Any] = {
    "operation_id": "publish",
    "summary": "Publish events",
    "status_code": 202,
    "responses": {
        200: said("A batch: a verdict for each event, in the order they were sent.", "Verdicts"),
        202: said("The one event is taken and on disk.", "Accepted"),
        403: problem_said("The event is of a feed that this token does not publish on."),
        409: problem_said("Another body was sent under this identity before; that one stands."),
        422: problem_said("The event is not taken; every fault is named."),
        **_COMMON,
    },
    "openapi_extra": _body(STRUCTURED, BATCH, JSON),
}

CHECK: dict[str, Any] = {
    "operation_id": "check",
    "summary": "May I send this?",
    "responses": {
        200: said("What would become of the event. Nothing of it was kept.", "Consideration"),
        **_COMMON,
    },
    "openapi_extra": _body(STRUCTURED, JSON),
}

_FAULT = record(
    {
        "pointer": {
            "type": "string",
            "description": "A JSON pointer into the event; `*` for a name the hub does not know.",
        },
        "code": {"type": "string", "enum": [code.value for code in FaultCode]},
        "hint": {"type": "string", "description": "What to do about it."},
    }
)
_NOTES = {**TEXTS, "description": "What the publisher must be told, in words."}
_ANSWER = {"type": "string", "enum": [answer.value for answer in Answer]}
_NAMED = {
    "source": {**NULLABLE, "description": "The event's own; null where it is at fault."},
    "id": {**NULLABLE, "description": "The event's own, or a blinded reference if it is at fault"},
}
_JUDGED = {
    "answer": _ANSWER,
    **_NAMED,
    "faults": {"type": "array", "items": ref("Fault")},
    "notes": _NOTES,
}

SCHEMAS: dict[str, dict[str, Any]] = {
    "Fault": _FAULT,
    "Accepted": record({"answer": {"const": "accepted"}, **_NAMED, "notes": _NOTES}),
    "Verdict": record(
        {
            "status": {"type": "integer", "description": "What it would get if sent alone."},
            **_JUDGED,
        }
    ),
    "Verdicts": record({"verdicts": {"type": "array", "items": ref("Verdict")}}),
    "Passing": record(
        {
            "recipient": TEXT,
            "outcome": {
                "type": "string",
                "description": "`shared`, or the reason that withholds it, as `no-agreement`.",
            },
            "lane": {**NULLABLE, "description": "`anonymised` or `pseudonymised`."},
            "rules": {**TEXTS, "description": "The agreements that said so."},
            "fields": {
                "type": "object",
                "additionalProperties": TEXT,
                "description": "The treatment of each field.",
            },
        }
    ),
    "Consideration": record(
        {
            "may_send": {
                "type": "boolean",
                "description": "The hub would take it, and somebody may receive it.",
            },
            **_JUDGED,
            "recipients": {"type": "array", "items": ref("Passing")},
            "bundle": {"type": "string", "description": "The hash of the rules that decide."},
        }
    ),
    "Problem": {
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "properties": {
            "type": {"type": "string", "description": "The address of a page that explains it."},
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What is wrong, why, and what next."},
            **_JUDGED,
        },
        "required": ["type", "title", "status", "detail"],
    },
}
"""What the answers refer to, by name."""
