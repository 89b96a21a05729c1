"""Whatever the OpenAPI document allows, and what it does not, never makes the events door fail."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.clients.conftest import Door

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
@pytest.mark.parametrize("path", ["/v1/events", "/v1/events/check"])
def test_the_door_answers_as_documented(
    door: Door, path: str, mode: schemathesis.GenerationMode
) -> None:
    document = schemathesis.openapi.from_url(f"{door.address}/v1/openapi.json")
    statuses = set()

    @settings(
        max_examples=20,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def fuzz(data: st.DataObject) -> None:
        case = data.draw(document[path]["POST"].as_strategy(mode))
        answer = case.call(headers={"Authorization": f"Bearer {door.token}"})
        case.validate_response(answer, checks=CHECKS)
        statuses.add(answer.status_code)

    fuzz()
    assert statuses
