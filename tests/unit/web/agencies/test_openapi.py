"""The OpenAPI document: what it says of events is what the hub takes, and the page shows it all."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.unit.web.agencies.records import concern, fire


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    said: dict[str, Any] = client.get("/v1/openapi.json").json()
    return said


def valid(document: dict[str, Any], name: str, value: Any) -> bool:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema_rs.is_valid(schema, value)


def test_it_is_of_version_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")


@pytest.mark.parametrize("event", [fire(), concern()])
def test_a_good_event_fits_its_schema(document: dict[str, Any], event: dict[str, Any]) -> None:
    assert valid(document, "Event", event)
    assert valid(document, event["type"], event)
    assert valid(document, "Data", event["data"])


@pytest.mark.parametrize(
    "event",
    [
        fire(extra="x"),
        fire(id="a b"),
        fire(specversion="0.3"),
        fire(data={"motive": "none"}),
        fire(data={"name": "x"}),
        fire(data={"category": None}),
        fire(data={"qualifiers": ["a"] * 9}),
    ],
)
def test_a_bad_event_does_not(document: dict[str, Any], event: dict[str, Any]) -> None:
    assert not valid(document, "Event", event)


@pytest.mark.parametrize("event", [fire(), fire(id="f-9", data={"motive": "none"})])
def test_answers_are_as_it_says(
    client: TestClient, document: dict[str, Any], event: dict[str, Any]
) -> None:
    media = {"Content-Type": "application/cloudevents+json"}
    answer = client.post("/v1/events", json=event, headers=media)
    said = document["paths"]["/v1/events"]["post"]["responses"][str(answer.status_code)]
    (content,) = said["content"].values()
    assert valid(document, content["schema"]["$ref"].rpartition("/")[2], answer.json())
    dry = client.post("/v1/events/check", json=event, headers=media)
    assert valid(document, "Consideration", dry.json())


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    schemas = document["components"]["schemas"]
    names = {one.removeprefix("#/components/schemas/") for one in references(document)}
    assert names <= schemas.keys()


def test_the_page_shows_every_operation_and_schema(
    app: FastAPI, client: TestClient, document: dict[str, Any]
) -> None:
    page = client.get("/agency/api")
    assert page.status_code == 200
    for path in document["paths"]:
        assert f"POST {path}" in page.text or f"GET {path}" in page.text
    for name in document["components"]["schemas"]:
        assert f'id="schema-{name}"' in page.text


def test_every_good_answer_in_json_has_a_schema_of_its_own(document: dict[str, Any]) -> None:
    said = [
        (path, status, answer.get("content", {}).get("application/json"))
        for path, item in document["paths"].items()
        for operation in item.values()
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    ]
    assert len(said) > 10
    for path, status, content in said:
        assert content is None or "$ref" in content["schema"], (path, status)
