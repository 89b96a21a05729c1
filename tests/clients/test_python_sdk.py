"""The Python SDK of CloudEvents publishes in every mode, without knowing anything of this hub."""

from __future__ import annotations

from datetime import datetime

import httpx2
import pytest
from cloudevents.core.bindings import http
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from tests.clients.conftest import Door
from tests.unit.web.agencies.records import fire


def sdk_event(**changes: object) -> CloudEvent:
    attributes = {**fire(), **changes}
    data = attributes.pop("data")
    attributes["time"] = datetime.fromisoformat(str(attributes["time"]))
    return CloudEvent(attributes=attributes, data=data)


def post(door: Door, message: http.HTTPMessage) -> httpx2.Response:
    headers = {**message.headers, "Authorization": f"Bearer {door.token}"}
    return httpx2.post(f"{door.address}/v1/events", content=message.body, headers=headers)


@pytest.mark.parametrize("to_message", [http.to_structured, http.to_binary])
def test_an_event_is_taken(door: Door, to_message: object) -> None:
    answer = post(door, to_message(sdk_event(), JSONFormat()))
    assert (answer.status_code, answer.json()["answer"]) == (202, "accepted")
    assert door.accepted() == 1


def test_both_modes_are_the_same_event(door: Door) -> None:
    for to_message in (http.to_structured, http.to_binary):
        assert post(door, to_message(sdk_event(), JSONFormat())).status_code == 202
    assert door.accepted() == 1


def test_a_fault_is_told(door: Door) -> None:
    answer = post(door, http.to_structured(sdk_event(type="fire.incident.v9"), JSONFormat()))
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["pointer"] == "/type"
