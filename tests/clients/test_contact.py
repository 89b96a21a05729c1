"""A contact who is signed in uploads a file to a real hub; a form of nobody is refused."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2
import pytest
from tests.clients.conftest import NOON, Door
from tests.people import cookie_of

from cioghub.vocabulary.people import Role

TABLE = Path(__file__).parents[1] / "unit" / "mappings" / "fire-incidents.csv"


@pytest.fixture
def contact(door: Door) -> httpx2.Client:
    secret = cookie_of(door.opened.engine, Role.AGENCY_CONTACT, NOON, party="warwickshire-fire")
    return httpx2.Client(base_url=door.address, cookies={"ciog": secret})


def proof(page: httpx2.Response) -> dict[str, str]:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page.text)
    assert found
    return {"csrf": found[1]}


def test_a_file_goes_from_the_form_to_the_log(door: Door, contact: httpx2.Client) -> None:
    form = proof(contact.get("/agency/uploads"))
    files = {"file": ("export.csv", TABLE.read_bytes())}
    chosen = {**form, "mapping": "fire-incidents"}
    sent = contact.post("/agency/uploads", data=chosen, files=files)
    assert sent.status_code == 303
    path = sent.headers["location"]
    form = proof(contact.get(path))
    assert contact.post(f"{path}/confirm", data=form).status_code == 303
    assert door.accepted() == 4
    again = contact.post("/agency/uploads", data=chosen, files=files).headers["location"]
    contact.post(f"{again}/confirm", data=form)
    assert door.accepted() == 4
    assert "4, and 4 sent again" in contact.get("/agency/").text


@pytest.mark.parametrize("path", ["/agency/uploads", "/agency/check", "/agency/mappings"])
def test_a_foreign_form_is_refused(door: Door, contact: httpx2.Client, path: str) -> None:
    assert contact.post(path, data={"csrf": "0" * 64}).status_code == 400


@pytest.mark.parametrize("path", ["/agency/", "/agency/uploads", "/agency/check"])
def test_nobody_comes_in_without_signing_in(door: Door, path: str) -> None:
    answer = httpx2.get(door.address + path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
