"""HEAD says what GET would, and sends nothing of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient


@pytest.mark.parametrize("path", ["/", "/help/alerts", "/v1/openapi.json", "/healthz", "/nowhere"])
def test_it_has_the_status_and_headers_of_the_page_and_no_body(
    client: TestClient, path: str
) -> None:
    whole, head = client.get(path), client.head(path)
    assert head.status_code == whole.status_code
    assert head.headers == whole.headers
    assert whole.content != b""
    assert head.content == b""


def test_what_only_takes_forms_still_refuses_it(client: TestClient) -> None:
    assert client.head("/sign-out").status_code == 405


def test_no_piece_of_a_body_is_waited_for(app: FastAPI) -> None:
    made = []

    async def never() -> AsyncIterator[str]:
        made.append("begun")
        yield "more"

    @app.get("/v1/slow")
    def stream() -> StreamingResponse:
        return StreamingResponse(never(), media_type="text/event-stream")

    head = TestClient(app, base_url="http://localhost").head("/v1/slow")
    assert head.headers["content-type"].startswith("text/event-stream")
    assert head.content == b""
    assert made == []
