"""What a browser is told with every answer, and who is turned away before anything is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.web.shell.headers import HEADERS, own_style_policy
from cioghub.web.shell.limits import MOST_BYTES_ELSEWHERE, host_name, most_bytes


@pytest.mark.parametrize("path", ["/", "/nowhere", "/v1/nowhere", "/v1/openapi.json"])
def test_every_answer_has_every_header(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_begins_with_nothing_and_allows_nothing_unsafe() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "script" not in policy
    assert "frame-ancestors 'none'" in policy


def test_only_a_hub_behind_https_says_so(hub: Hub, client: TestClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    safe = create_app(dataclasses.replace(hub, https=True))
    with TestClient(safe, base_url="https://localhost") as other:
        assert "max-age=" in other.get("/").headers["Strict-Transport-Security"]


def test_a_page_with_its_own_style_is_allowed_that_style_alone() -> None:
    one, two = own_style_policy(b"<style>a{}</style>"), own_style_policy(b"<style>b{}</style>")
    assert one != two
    assert "style-src 'sha256-" in one
    assert "style-src 'none'" in own_style_policy(b"<p>")


def test_style_sheets_may_be_kept_and_pages_may_not(client: TestClient, app: FastAPI) -> None:
    address = app.state.pages.static("hub.css")
    kept = client.get(address)
    assert "immutable" in kept.headers["Cache-Control"]
    assert kept.headers["Content-Type"] == "text/css; charset=utf-8"
    assert client.get("/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("packed", ["gzip", "identity"])
def test_a_style_sheet_reads_the_same_packed_or_not(
    client: TestClient, app: FastAPI, packed: str
) -> None:
    address = app.state.pages.static("govuk-frontend.min.css")
    answer = client.get(address, headers={"Accept-Encoding": packed})
    assert answer.headers.get("Content-Encoding", "identity") == packed
    assert "govuk-button" in answer.text
    assert "GDS Transport" not in answer.text
    assert "url(" not in answer.text


@pytest.mark.parametrize("name", ["hub.css", "0000000000000000-hub.css", "../pages.py", "build.py"])
def test_nothing_but_the_files_as_they_are_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "127.0.0.1:x"])
def test_another_host_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LocalHost:8600", "127.0.0.1:1"])
def test_its_own_names_are_answered_on_any_port(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_a_port_is_no_part_of_a_name() -> None:
    assert host_name("[::1]:8600") == "[::1]"
    assert host_name("Hub.Example") == "hub.example"


def test_a_body_that_says_it_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post("/sign-in", content=b"x" * (MOST_BYTES_ELSEWHERE + 1))
    assert answer.status_code == 413


def test_a_body_that_grows_too_large_is_refused_too(app: FastAPI) -> None:
    from starlette.requests import Request
    from starlette.responses import Response

    async def swallow(request: Request) -> Response:
        await request.body()
        return Response()

    app.add_route("/swallow", swallow, methods=["POST"])

    def pieces() -> Iterator[bytes]:
        for _ in range(5):
            yield b"x" * (MOST_BYTES_ELSEWHERE // 4)

    with TestClient(app, base_url="http://localhost") as client:
        assert client.post("/swallow", content=pieces()).status_code == 413
        assert client.post("/swallow", content=b"x" * MOST_BYTES_ELSEWHERE).status_code == 200


def test_events_and_files_may_be_larger_than_forms() -> None:
    assert most_bytes("/v1/events") > most_bytes("/tactical/") == MOST_BYTES_ELSEWHERE
    assert most_bytes("/agency/uploads") > most_bytes("/agencyuploads")
