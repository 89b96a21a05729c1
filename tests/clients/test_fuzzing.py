"""Whatever the OpenAPI document allows, and what it does not: no door fails, or says too much."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.clients.conftest import NOON, Door
from tests.drilling import deep
from tests.people import cookie_of, reader_token

from cioghub.vocabulary.people import Role

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ENDLESS = "/v1/alerts/stream"
"""It answers until the reader goes: the tests of the stream open it themselves."""


def headers_for(door: Door) -> Iterator[dict[str, str]]:
    """Yield the headers of a machine that publishes, of one that reads, and of an officer."""
    engine = door.opened.engine
    yield {"Authorization": f"Bearer {door.token}"}
    yield {"Authorization": f"Bearer {reader_token(engine, 'ciog-east', NOON)}"}
    cookie = cookie_of(engine, Role.DPO, NOON, party="warwickshire-fire")
    yield {"Cookie": f"ciog={cookie}"}


def fuzz(
    operation: schemathesis.APIOperation,
    mode: schemathesis.GenerationMode,
    asked: list[dict[str, str]],
    examples: int,
) -> None:
    """Send drawn requests to one operation, each with every kind of credentials."""

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def send(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(mode))
        for headers in asked:
            case.validate_response(case.call(headers=headers), checks=CHECKS)

    with suppress(Unsatisfiable):  # what takes no parameter cannot be asked wrongly
        send()


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_every_operation_answers_as_documented(
    door: Door, mode: schemathesis.GenerationMode
) -> None:
    document = schemathesis.openapi.from_url(f"{door.address}/v1/openapi.json")
    asked = list(headers_for(door))
    tried = set()
    for result in document.get_all_operations():
        operation = result.ok()
        if operation.path != ENDLESS:
            tried.add(operation.path)
            examples = deep(12, 20) if operation.path.startswith("/v1/events") else deep(4, 8)
            fuzz(operation, mode, asked, examples)
    assert {"/v1/events", "/v1/events/check"} <= tried
