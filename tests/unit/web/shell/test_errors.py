"""Errors say what happened and what next, and nothing of the inside."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from cioghub.ports.intake import Busy
from cioghub.vocabulary.words import MARKING
from cioghub.web.shell.errors import TOLD
from cioghub.web.shell.problems import problem

SECRET = "Camp Hill, 23:40, a knife"


@pytest.fixture
def failing(app: FastAPI) -> TestClient:
    def fail(request: Request) -> Response:
        match request.path_params["how"]:
            case "bug":
                raise ValueError(SECRET)
            case "busy":
                raise Busy(7)
            case status:
                raise HTTPException(int(status), SECRET)

    app.add_route("/fail/{how}", fail)
    app.add_route("/v1/fail/{how}", fail)

    @app.get("/v1/counted")
    def counted(number: int) -> int:
        return number

    return TestClient(app, base_url="http://localhost")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 418, 500, 503])
def test_a_person_gets_a_page_without_detail(failing: TestClient, status: int) -> None:
    answer = failing.get(f"/fail/{status}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert MARKING in answer.text
    assert SECRET not in answer.text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 418, 500, 503])
def test_a_program_gets_problem_details(failing: TestClient, status: int) -> None:
    answer = failing.get(f"/v1/fail/{status}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert {"type", "title", "detail"} < set(answer.json())
    assert SECRET not in answer.text


def test_the_type_of_a_problem_leads_to_its_words(failing: TestClient) -> None:
    address, _, slug = failing.get("/v1/nowhere").json()["type"].partition("#")
    assert f'id="{slug}"' in failing.get(address).text


@pytest.mark.parametrize("path", ["/fail/bug", "/v1/fail/bug"])
def test_a_bug_is_logged_by_place_and_never_by_words(
    failing: TestClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = failing.get(path)
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert "ValueError" in caplog.text
    assert "test_errors.py:" in caplog.text
    assert SECRET not in caplog.text


def test_a_busy_hub_says_when_to_come_again(failing: TestClient) -> None:
    answer = failing.get("/v1/fail/busy")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "7"


def test_a_fault_of_form_is_told_by_place_and_never_by_value(failing: TestClient) -> None:
    answer = failing.get("/v1/counted", params={"number": "a secret"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "/query/number", "code": "int_parsing"}]
    assert "secret" not in answer.text


def test_a_wrong_method_says_which_is_right(failing: TestClient) -> None:
    answer = failing.post("/v1/counted")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"


def test_a_problem_may_say_more() -> None:
    made = problem(400, "x", "X", "Y.", headers={"Retry-After": "1"}, errors=[{"code": "missing"}])
    assert made.headers["retry-after"] == "1"
    assert b'"errors":[{"code":"missing"}]' in made.body


def test_no_two_statuses_share_a_type() -> None:
    assert len({told.slug for told in TOLD.values()}) == len(TOLD)
