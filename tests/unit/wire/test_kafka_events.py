"""CloudEvents' Kafka binding in binary mode: what an event is as a message, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.web.agencies.records import fire

from cioghub.vocabulary.reasons import UNREADABLE_HINTS, UnreadableReason
from cioghub.wire.kafka_events import (
    TopicMessage,
    avro_message,
    event_key,
    json_message,
    read_avro,
    read_json,
)
from cioghub.wire.shipped import schemas_folder
from cioghub.wire.single_object import Unreadable, read_single_objects

OBJECTS = read_single_objects(schemas_folder())
WITHDRAWAL = {
    "specversion": "1.0",
    "id": "w-1",
    "source": "/warwickshire-fire/incident",
    "type": "event.withdrawal.v1",
    "time": "2026-03-02T09:00:00+00:00",
    "datacontenttype": "application/json",
    "data": {"id": "f-1", "reason": "wrong-code", "replacement": None},
}
MESSAGE = avro_message(WITHDRAWAL, OBJECTS)


def test_attributes_stand_in_headers_and_the_data_is_the_value() -> None:
    assert dict(MESSAGE.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"w-1",
        "ce_source": b"/warwickshire-fire/incident",
        "ce_type": b"event.withdrawal.v1",
        "ce_time": b"2026-03-02T09:00:00+00:00",
        "content-type": b"avro/single-object",
    }
    assert MESSAGE.value[:2] == b"\xc3\x01"
    assert "f-1" not in repr(MESSAGE)


def test_an_event_comes_back_in_the_form_that_json_gives() -> None:
    assert read_avro(MESSAGE.headers, MESSAGE.value, OBJECTS) == WITHDRAWAL


def test_what_touches_an_event_lies_behind_it() -> None:
    assert event_key(fire()) == event_key(WITHDRAWAL) == b"f-1"


def test_headers_of_others_do_not_matter() -> None:
    others = [("traceparent", b"\xff"), ("ce_traceparent", b"00-1-2-01"), ("retries", None)]
    found = read_avro([*MESSAGE.headers, *others], MESSAGE.value, OBJECTS)
    assert found == WITHDRAWAL


def test_an_unknown_attribute_is_left_for_validation_to_refuse() -> None:
    found = read_avro([*MESSAGE.headers, ("ce_subject", b"x")], MESSAGE.value, OBJECTS)
    assert found == {**WITHDRAWAL, "subject": "x"}


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([("ce_id", b"again")], UnreadableReason.WRONG_HEADER),
        ([("ce_subject", b"\xff")], UnreadableReason.WRONG_HEADER),
        ([("ce_subject", None)], UnreadableReason.WRONG_HEADER),
        ([("ce_data", b"x")], UnreadableReason.WRONG_HEADER),
        ([("content-type", b"avro/single-object")], UnreadableReason.NOT_BINARY_MODE),
    ],
)
def test_a_header_too_many_is_no_event(
    headers: list[tuple[str, bytes | None]], reason: UnreadableReason
) -> None:
    found = read_avro([*MESSAGE.headers, *headers], MESSAGE.value, OBJECTS)
    assert found == Unreadable(reason)


@pytest.mark.parametrize("said", [None, b"application/cloudevents+json", b"application/json"])
def test_another_content_type_is_not_binary_mode(said: bytes | None) -> None:
    headers: list[tuple[str, bytes | None]] = [
        one for one in MESSAGE.headers if one[0] != "content-type"
    ]
    if said is not None:
        headers.append(("content-type", said))
    found = read_avro(headers, MESSAGE.value, OBJECTS)
    assert found == Unreadable(UnreadableReason.NOT_BINARY_MODE)


def test_the_type_must_be_that_of_the_schema() -> None:
    message = avro_message(fire(), OBJECTS)
    headers = [
        (name, b"police.crime.v1" if name == "ce_type" else content)
        for name, content in message.headers
    ]
    found = read_avro(headers, message.value, OBJECTS)
    assert found == Unreadable(UnreadableReason.OTHER_SCHEMA)


def test_a_message_without_a_value_has_no_data() -> None:
    assert read_avro(MESSAGE.headers, None, OBJECTS) == Unreadable(UnreadableReason.NO_DATA)
    told = json_message(WITHDRAWAL, "k")
    assert read_json(told.headers, None) == Unreadable(UnreadableReason.NO_DATA)


def test_what_is_not_avro_is_said_as_it_is_found() -> None:
    found = read_avro(MESSAGE.headers, b"{}", OBJECTS)
    assert found == Unreadable(UnreadableReason.NOT_SINGLE_OBJECT)


def test_what_the_hub_tells_comes_back() -> None:
    told = json_message(WITHDRAWAL, "alert-1")
    assert told.key == b"alert-1"
    assert told.value == b'{"id":"f-1","reason":"wrong-code","replacement":null}'
    assert read_json(told.headers, told.value) == WITHDRAWAL


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b'{"id"', UnreadableReason.TRUNCATED),
        (b'{"id": 1, "id": 2}', UnreadableReason.NOT_OF_SCHEMA),
        (b"[" * 100, UnreadableReason.NOT_OF_SCHEMA),
    ],
)
def test_json_that_nobody_should_read_is_unreadable(value: bytes, reason: UnreadableReason) -> None:
    headers = json_message(WITHDRAWAL, "k").headers
    assert read_json(headers, value) == Unreadable(reason)
    assert read_json(MESSAGE.headers, value) == Unreadable(UnreadableReason.NOT_BINARY_MODE)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["content-type", "ce_id", "ce_type", "ce_data", "ce_x", "x", ""])
            | st.text(max_size=9),
            st.none() | st.binary(max_size=9) | st.just(b"avro/single-object"),
        ),
        max_size=9,
    ),
    st.none() | st.binary(max_size=60) | st.just(MESSAGE.value),
)
def test_hostile_messages_are_no_more_than_unreadable(
    headers: list[tuple[str, bytes | None]], value: bytes | None
) -> None:
    assert isinstance(read_avro(headers, value, OBJECTS), dict | Unreadable)
    assert isinstance(read_json(headers, value), dict | Unreadable)


def test_a_message_is_what_every_client_takes() -> None:
    assert isinstance(MESSAGE, TopicMessage)
    found: tuple[Any, ...] = MESSAGE
    assert [type(part) for part in found] == [bytes, bytes, list]


def test_the_page_for_integrators_explains_every_reason() -> None:
    page = (Path(__file__).parents[3] / "docs" / "kafka.md").read_text(encoding="utf-8")
    for reason, hint in UNREADABLE_HINTS.items():
        assert f"| `{reason}` | {hint} |" in page
