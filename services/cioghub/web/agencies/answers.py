"""The answers of the events door: what a verdict looks like in JSON, and with which status."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from cioghub.ports.intake import MOST_EVENTS, Answer, Busy, Consideration, NotAMessage, Verdict, Why
from cioghub.vocabulary.incidents import Fault
from cioghub.vocabulary.reasons import HINTS, FaultCode, WithheldReason
from cioghub.web.shell.problems import problem

STATUS = {
    Answer.ACCEPTED: 202,
    Answer.REJECTED: 422,
    Answer.CONFLICT: 409,
    Answer.NOT_YOURS: 403,
}
"""The status of each answer: of the response, or within a batch beside its verdict."""

_TOLD = {
    Answer.REJECTED: (
        "event-rejected",
        "The event was not taken",
        "Each fault is named by place and code. Mend it at its source, and send the event again.",
    ),
    Answer.CONFLICT: (
        "event-conflict",
        "Another body was sent under this identity",
        "The first one stands. Send a correction if it was wrong, or give this event its own id.",
    ),
    Answer.NOT_YOURS: (
        "not-your-feed",
        "Your token does not publish on this feed",
        "Send the event with a token of its source, or ask the hub's operator for one.",
    ),
}

_WHOLE = {
    FaultCode.NOT_JSON: "Send JSON in UTF-8, each key once.",
    FaultCode.WRONG_TYPE: "Send a batch as an array of events.",
    FaultCode.TOO_MANY: "Send one event here, not a batch.",
    FaultCode.TOO_LARGE: f"An event is at most 64 KiB, a batch at most {MOST_EVENTS} events.",
}
"""What to do about a fault of a whole message, where it differs from that of an event."""

_HINDERED = {
    Why.DISK: "The hub has no room on its disk. Nothing was kept; send it again later.",
    Why.BROKER: "The hub does not reach its broker. Nothing was kept; send it again later.",
    Why.NO_VERDICT: "The hub came to no verdict in time. Part of it may be kept. Send the same "
    "again: an event that was accepted counts once.",
}
"""What is said where the hub is hindered by something else than load."""

CONTROL = WithheldReason.CONTROL.value
SHARED = "shared"


def fault_out(fault: Fault) -> dict[str, str]:
    """Return one fault: where, which, and what to do about it."""
    return {"pointer": fault.pointer, "code": fault.code.value, "hint": HINTS[fault.code]}


def verdict_out(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict on one event of a batch, with its status."""
    return {
        "status": STATUS[verdict.answer],
        "answer": verdict.answer.value,
        "source": verdict.source,
        "id": verdict.id,
        "faults": [fault_out(fault) for fault in verdict.faults],
        "notes": list(verdict.notes),
    }


def one_answer(verdict: Verdict) -> Response:
    """Return the answer to a message of one event."""
    said = verdict_out(verdict)
    status = said.pop("status")
    if verdict.answer is Answer.ACCEPTED:
        return JSONResponse({name: said[name] for name in ("answer", "source", "id", "notes")}, 202)
    return problem(status, *_TOLD[verdict.answer], **said)


def batch_answer(verdicts: tuple[Verdict, ...]) -> Response:
    """Return the answer to a batch: a verdict for each event, in the order they were sent."""
    return JSONResponse({"verdicts": [verdict_out(verdict) for verdict in verdicts]})


def consideration_out(found: Consideration) -> dict[str, Any]:
    """Return the dry answer: whether the event may be sent, and what each recipient would get."""
    passing = [
        {
            "recipient": one.recipient,
            "outcome": one.outcome,
            "lane": one.lane,
            "rules": list(one.rules),
            "fields": dict(one.fields),
        }
        for one in found.passing
    ]
    said = verdict_out(found.verdict)
    del said["status"]
    return {"may_send": may_send(found), **said, "recipients": passing, "bundle": found.bundle}


def may_send(found: Consideration) -> bool:
    """Say whether an event would be taken and be of use: what nobody may receive needs no sending.

    Heartbeats and corrections are for the hub itself, and go to nobody.
    """
    outcomes = {one.outcome for one in found.passing}
    return found.verdict.answer is Answer.ACCEPTED and (SHARED in outcomes or outcomes <= {CONTROL})


def message_hint(found: NotAMessage) -> str:
    """Return what to do about what is no message as a whole."""
    return _WHOLE.get(found.fault.code, HINTS[found.fault.code])


def no_message(found: NotAMessage) -> Response:
    """Return the answer to what is no message as a whole."""
    code = found.fault.code
    fault = {**fault_out(found.fault), "hint": message_hint(found)}
    if code is FaultCode.TOO_LARGE:
        status, slug, title = 413, "too-large", "That is too large"
    else:
        status, slug, title = 400, "not-understood", "The body is no message of CloudEvents"
    return problem(status, slug, title, f"Nothing of it was kept. {fault['hint']}", faults=[fault])


def busy(found: Busy) -> Response:
    """Return the answer when there is no verdict: come again after so many seconds."""
    wait = {"Retry-After": str(found.retry_after)}
    if found.why is Why.LOAD:
        detail = "More is coming in than can be kept. Nothing of this was; wait, and send it again."
        return problem(429, "too-many", "Too many requests", detail, headers=wait)
    return problem(
        503, "busy", "The hub cannot take more just now", _HINDERED[found.why], headers=wait
    )
