"""Splitting a message: the same event in every mode, and what is no message at all."""

import json
from typing import Any

import pytest

from cioghub.ports.intake import MOST_BYTES, MOST_EVENTS, Message, Mode, NotAMessage
from cioghub.vocabulary.incidents import Fault
from cioghub.vocabulary.reasons import FaultCode
from cioghub.wire.cloud_events import Single, split
from cioghub.wire.json_lines import MAX_LINE, canonical

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "a-1",
    "source": "/warwickshire-fire/incident",
    "type": "fire.incident.v1",
    "time": "2026-03-01T10:00:00+00:00",
    "datacontenttype": "application/json",
    "data": {"category": "primary-fire", "qualifiers": []},
}
HEADERS = {name: str(value) for name, value in EVENT.items() if name != "data"}


def structured(value: Any) -> Message:
    return Message(Mode.STRUCTURED, json.dumps(value).encode())


def batch(value: Any) -> Message:
    return Message(Mode.BATCH, json.dumps(value).encode())


def binary(data: Any = EVENT["data"], **attributes: str) -> Message:
    return Message(Mode.BINARY, json.dumps(data).encode(), {**HEADERS, **attributes})


def refused(message: Message) -> Fault:
    with pytest.raises(NotAMessage) as found:
        split(message)
    return found.value.fault


def test_the_same_event_has_the_same_bytes_in_every_mode() -> None:
    good = Single(canonical(EVENT), EVENT, None)
    shuffled = dict(reversed(EVENT.items()))
    assert split(structured(shuffled)) == (good,)
    assert split(batch([EVENT, shuffled])) == (good, good)
    assert split(binary()) == (good,)


def test_an_empty_batch_is_a_message_of_nothing() -> None:
    assert split(batch([])) == ()


@pytest.mark.parametrize("make", [structured, lambda event: batch([event])])
def test_what_tracing_adds_leaves_no_trace(make: Any) -> None:
    traced = {**EVENT, "traceparent": "00-0af7-b7ad-01", "tracestate": "x=1"}
    assert split(make(traced))[0].body == canonical(EVENT)
    assert split(binary(traceparent="00-0af7-b7ad-01"))[0].body == canonical(EVENT)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("a-1", "a-1"),
        ("%61-1", "a-1"),
        ("%2561-1", "%61-1"),  # one round of decoding, not two
        ('"a\\-1"', "a-1"),
        ("caf%C3%A9", "caf\u00e9"),
        ("%FF", "%FF"),
        ("%zz", "%zz"),
        ('"', '"'),
    ],
)
def test_a_header_is_decoded_once_as_the_http_binding_says(header: str, value: str) -> None:
    assert split(binary(id=header))[0].value["id"] == value


def test_a_header_cannot_bring_the_data() -> None:
    message = Message(Mode.BINARY, b"{}", {**HEADERS, "data": "{}"})
    assert refused(message) == Fault("/*", FaultCode.UNKNOWN_ATTRIBUTE)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"id": "1", "id": "2"}',
        b'[{"id": "1", "id": "2"}]',
        b'{"id": "1", "\\u0069d": "1"}',
        b"\xff",
        b"NaN",
        b'{"id": "\\ud800"}',
    ],
)
def test_what_is_not_json_or_says_a_thing_twice_is_no_message(mode: Mode, body: bytes) -> None:
    assert refused(Message(mode, body, {})) == Fault("", FaultCode.NOT_JSON)


def test_a_batch_is_an_array() -> None:
    assert refused(batch(EVENT)) == Fault("", FaultCode.WRONG_TYPE)


def test_a_message_is_bounded() -> None:
    too_large = Fault("", FaultCode.TOO_LARGE)
    assert refused(structured({**EVENT, "data": "x" * MAX_LINE})) == too_large
    assert refused(Message(Mode.BATCH, b"[" + b" " * MOST_BYTES + b"]")) == too_large
    assert refused(batch([1] * (MOST_EVENTS + 1))) == too_large
    assert len(split(batch([EVENT] * MOST_EVENTS))) == MOST_EVENTS


@pytest.mark.parametrize("deep", [b"[" * 100_000, b'{"a":' * 10_000, b'"\\"[]" ' + b"[" * 100])
@pytest.mark.parametrize("mode", list(Mode))
def test_depth_is_found_before_anything_is_parsed(mode: Mode, deep: bytes) -> None:
    fault = refused(Message(mode, deep[:MAX_LINE], {}))
    assert fault == Fault("", FaultCode.TOO_DEEP)


def test_one_large_or_deep_event_of_a_batch_leaves_the_others_be() -> None:
    deep: Any = []
    for _ in range(12):
        deep = [deep]
    large = {**EVENT, "data": "x" * MAX_LINE}
    found = split(batch([EVENT, large, {**EVENT, "data": deep}, EVENT]))
    codes = [one.fault and one.fault.code for one in found]
    assert codes == [None, FaultCode.TOO_LARGE, FaultCode.TOO_DEEP, None]


def test_brackets_in_a_text_are_no_depth() -> None:
    event = {**EVENT, "id": '[[[[{{{{[[[[{{{{\\"' * 20}
    assert split(structured(event))[0].fault is None


@pytest.mark.parametrize("value", [3, "x", None, [], [EVENT]])
def test_whether_it_is_an_event_is_not_asked_here(value: Any) -> None:
    assert split(structured(value))[0].value == value


def test_content_is_in_no_description() -> None:
    assert "primary-fire" not in repr(split(structured(EVENT)))
