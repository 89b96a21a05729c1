"""Splits an HTTP message of CloudEvents into single events, each in its canonical form.

Structured mode is one JSON event, batch mode an array of them; in binary mode the attributes stand
in headers and the body is the data. A message is bounded before it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from cioghub.ports.intake import MOST_BYTES, MOST_EVENTS, Message, Mode, NotAMessage
from cioghub.vocabulary.incidents import Fault
from cioghub.vocabulary.reasons import FaultCode
from cioghub.wire.json_lines import MAX_LINE, canonical, parse, too_deep

SAFE_DEPTH = 64
"""As deep as a parser may be asked to go; which event of a batch is too deep is said after it."""

TRACING = ("traceparent", "tracestate")
"""What tracing libraries add on the way: of no use to a hub that keeps no traces of content."""

_QUOTED = re.compile(r"\\(.)")


class Single(NamedTuple):
    """One event: its canonical bytes and its value.

    `fault` says that it is larger or deeper than any event, and that nobody should look further.
    """

    body: bytes
    value: Any
    fault: Fault | None

    def __repr__(self) -> str:
        return f"Single({self.fault}, content hidden)"


def split(message: Message) -> tuple[Single, ...]:
    """Return the events of a message in their order, without what tracing added; none if empty.

    Whether one is a good event is not asked here.

    Raises:
        NotAMessage: the body is not JSON, has a key twice, is too large or too deep, or is no array
            where it should be a batch of at most `MOST_EVENTS`.
    """
    batch = message.mode is Mode.BATCH
    if len(message.body) > (MOST_BYTES if batch else MAX_LINE):
        raise _no_message(FaultCode.TOO_LARGE)
    if too_deep(message.body, SAFE_DEPTH):
        raise _no_message(FaultCode.TOO_DEEP)
    try:
        value, _ = parse(message.body)
    except ValueError:
        raise _no_message(FaultCode.NOT_JSON) from None
    if message.mode is Mode.BINARY:
        return (single(_joined(message.attributes or {}, value)),)
    if not batch:
        return (single(value),)
    if not isinstance(value, list):
        raise _no_message(FaultCode.WRONG_TYPE)
    if len(value) > MOST_EVENTS:
        raise _no_message(FaultCode.TOO_LARGE)
    return tuple([single(one) for one in value])


def _joined(attributes: Mapping[str, str], data: Any) -> dict[str, Any]:
    if "data" in attributes:  # the body is the data, and nothing is dropped silently
        raise NotAMessage(Fault("/*", FaultCode.UNKNOWN_ATTRIBUTE))
    return {**{name: _decoded(text) for name, text in attributes.items()}, "data": data}


def _decoded(text: str) -> str:
    """Return a header's value as the HTTP binding reads it: unquoted, then percent-decoded once.

    What is not UTF-8 after that stands as it came: no form of the contract takes it.
    """
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        text = _QUOTED.sub(r"\1", text[1:-1])
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def single(value: Any) -> Single:
    """Return a parsed event in its canonical form, without what tracing added."""
    if isinstance(value, dict):
        for name in TRACING:
            value.pop(name, None)
    body = canonical(value)
    fault = None
    if len(body) > MAX_LINE:
        fault = Fault("", FaultCode.TOO_LARGE)
    elif too_deep(body):
        fault = Fault("", FaultCode.TOO_DEEP)
    return Single(body, value, fault)


def _no_message(code: FaultCode) -> NotAMessage:
    return NotAMessage(Fault("", code))
