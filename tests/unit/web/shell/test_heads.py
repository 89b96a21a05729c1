"""HEAD says what GET would, and sends nothing of it."""

from __future__ import annotations

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


def test_a_stream_that_never_ends_is_not_waited_for(app: FastAPI) -> None:
    async def endless() -> object:
        while True:
            yield b"more"

    @app.get("/v1/endless")
    def stream() -> StreamingResponse:
        return StreamingResponse(endless(), media_type="text/event-stream")

    head = TestClient(app, base_url="http://localhost").head("/v1/endless")
    assert head.headers["content-type"].startswith("text/event-stream")
    assert head.content == b""
