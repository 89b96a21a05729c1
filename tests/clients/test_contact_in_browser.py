"""A contact in a browser: asks, uploads, looks, confirms, with scripts and without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from tests.clients.conftest import NOON, Door
from tests.people import cookie_of
from tests.unit.web.agencies.records import fire
from tests.web.looking import cramped, hindrances

from cioghub.vocabulary.people import Role

TABLE = Path(__file__).parents[1] / "unit" / "mappings" / "fire-incidents.csv"
PAGES = (
    "/agency/",
    "/agency/api",
    "/agency/check",
    "/agency/mappings?start=fire-incidents",
    "/agency/receipts",
    "/agency/uploads",
    "/agency/uploads/1",
)


def signed_in(context: BrowserContext, door: Door) -> BrowserContext:
    secret = cookie_of(door.opened.engine, Role.AGENCY_CONTACT, NOON, party="warwickshire-fire")
    context.add_cookies([{"name": "ciog", "value": secret, "url": door.address}])
    return context


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_contact_s_task(browser: Browser, door: Door, script: bool) -> None:
    with browser.new_context(java_script_enabled=script) as context:
        page = signed_in(context, door).new_page()
        page.goto(f"{door.address}/agency/")
        page.get_by_role("link", name="May I send this?").click()
        page.get_by_label("One event, as JSON").fill(json.dumps(fire()))
        page.get_by_role("button", name="Ask").click()
        assert page.get_by_role("heading", name="Yes").is_visible()
        page.get_by_role("link", name="Upload a file").click()
        page.get_by_label("File", exact=True).set_input_files(TABLE)
        page.get_by_role("button", name="Look at the rows").click()
        page.get_by_role("button", name="Publish 4 events").click()
        assert page.get_by_text("confirmed").first.is_visible()
        assert door.accepted() == 4


def test_nothing_hinders_and_nothing_is_wider_than_a_phone(browser: Browser, door: Door) -> None:
    with browser.new_context(bypass_csp=True) as context:
        page = signed_in(context, door).new_page()
        page.goto(f"{door.address}/agency/uploads")
        page.get_by_label("File", exact=True).set_input_files(TABLE)
        page.get_by_role("button", name="Look at the rows").click()
        addresses = [door.address + path for path in PAGES]
        assert hindrances(context, addresses) == []
        assert cramped(context, addresses) == []
