"""The tactical door in a browser: each page of each person, and one sheet of A4 for the meeting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import Engine
from tests.people import HandClock, cookie_of
from tests.tactical_hub import COOKIE, DAY, UPDATED, data_of, freeze, hub_on, receive, tell
from tests.web.all_pages import PAGES
from tests.web.looking import MOST_SHEETS, cramped, hindrances, read, sheets
from tests.web.serving import served

from cioghub.ports.cases import About
from cioghub.stores.sql.database import open_database
from cioghub.vocabulary.cases import Move, Step, Task
from cioghub.vocabulary.people import Role
from cioghub.vocabulary.shadow import Shadow
from cioghub.web.app import create_app
from cioghub.web.hub import Hub

WHO = {
    Role.CHAIR: {"ciog": "east"},
    Role.ANALYST: {},
    Role.AGENCY_CONTACT: {"party": "warwickshire-fire"},
    Role.AUDITOR: {},
}
FIRST = "2026-09-07"


@dataclass(frozen=True)
class Door:
    """A hub that is served, and the cookies of its people."""

    address: str
    secrets: dict[Role, str]

    @contextmanager
    def person(self, browser: Browser, role: Role, **options: bool) -> Iterator[BrowserContext]:
        with browser.new_context(**options) as context:
            cookie = {"name": COOKIE, "value": self.secrets[role], "url": self.address}
            context.add_cookies([cookie])
            yield context

    def pages(self, role: Role) -> list[str]:
        return [self.address + path for path in PAGES[role] if path != "/reason"]


def fill(engine: Engine, hub: Hub) -> None:
    """Let there be alerts, work on one of them, a picture with its erratum, and receipts."""
    at = hub.clock.now()
    tell(engine, "al-east", at - 6 * DAY, data_of("east"))
    tell(engine, "al-east", at - 5 * DAY, data_of("east", level="far-above"), UPDATED)
    both = data_of("east", also=["north"], hub_category="county-lines", level="well-above")
    tell(engine, "al-both", at - 8 * DAY, both)
    about = About("al-east", "surge", "knife")
    task = Task("rugby-council", "street-doctors", "prevent", "primary", "", date(2026, 12, 1))
    said = {"person": "p-1", "name": "A. Nalyst"}
    hub.cases.make(about, Step(at, move=Move.ASSESS, code="unclear", words="Look.", **said), 0)
    hub.cases.make(about, Step(at, move=Move.ACKNOWLEDGE, code=None, words="", **said), 1)
    hub.cases.make(about, Step(at, move=Move.ACT, code=None, words="", **said), 2, task)
    alerts = [
        {"alert": one, "state": "new", "raised": FIRST, **data_of("east")}
        for one in ("al-east", "al-both")
    ]
    entry = {"publisher": "warwickshire-police", "count": 12, "last": 9, "season": None}
    row = {"hub_category": "knife", "name": "Knife crime", "counts": [entry], "noticed": 20}
    quiet = {"form": "nothing-unusual", "words": "Nothing unusual in the data received."}
    content = {
        "fortnight": {"from": FIRST, "to": "2026-09-20"},
        "frozen_at": "2026-09-21T00:00:00+01:00",
        "sentences": ["In this fortnight we have two new alerts."],
        "alerts": alerts,
        "areas": [
            {"level": "ciog", "code": "east", "name": "East", "counts": [row], "quiet": quiet}
        ],
        "rules": "ab" * 32,
        "late": [],
    }
    for audience in ("tactical-group", "ciog-east"):
        freeze(engine, audience, FIRST, at, content, b"<!doctype html><title>P</title>")
    receive(engine, "warwickshire-fire", "/warwickshire-fire/incident", "wfr-1", "al-east")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    home: Path = tmp_path_factory.mktemp("hub")
    engine, clock = open_database(home), HandClock()
    hub = hub_on(engine, clock, Shadow(date(2026, 8, 31), date(2026, 9, 13)))
    fill(engine, hub)
    secrets = {role: cookie_of(engine, role, clock.now(), **who) for role, who in WHO.items()}
    with served(create_app(hub)) as address:
        yield Door(address, secrets)
    engine.dispose()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("role", WHO)
def test_pages_are_read_with_and_without_scripts(
    browser: Browser, door: Door, role: Role, script: bool
) -> None:
    with door.person(browser, role, java_script_enabled=script) as context:
        assert read(context, door.pages(role)) == []


@pytest.mark.parametrize("role", WHO)
def test_axe_finds_nothing(browser: Browser, door: Door, role: Role) -> None:
    with door.person(browser, role, bypass_csp=True) as context:
        assert hindrances(context, door.pages(role)) == []


@pytest.mark.parametrize("role", WHO)
def test_a_small_phone_shows_every_page_whole_and_no_words_in_ribbons(
    browser: Browser, door: Door, role: Role
) -> None:
    with door.person(browser, role) as context:
        assert cramped(context, door.pages(role)) == []


@pytest.mark.parametrize("role", WHO)
def test_every_page_prints_on_a_few_sheets_of_a4(browser: Browser, door: Door, role: Role) -> None:
    with door.person(browser, role) as context:
        page = context.new_page()
        for address in door.pages(role):
            assert 1 <= sheets(page, address) <= MOST_SHEETS, address


def test_the_sheet_for_a_meeting_is_one_sheet(browser: Browser, door: Door) -> None:
    with door.person(browser, Role.CHAIR) as context:
        assert sheets(context.new_page(), f"{door.address}/tactical/areas/east/meeting") == 1


def _open(page: Page, words: str) -> None:
    page.locator("summary", has_text=words).click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_chair_works_on_an_alert_from_the_queue(
    browser: Browser, door: Door, script: bool
) -> None:
    with door.person(browser, Role.CHAIR, java_script_enabled=script) as context:
        page = context.new_page()
        page.goto(f"{door.address}/tactical/areas/east")
        page.get_by_role("link", name="Knife crime, East").first.click()
        page.get_by_label("Which agency has to act?").select_option("Rugby Borough Council")
        page.get_by_label("Which response?").select_option("street-doctors")
        for part, value in (("Day", "1"), ("Month", "12"), ("Year", "2026")):
            page.get_by_label(part, exact=True).fill(value)
        page.get_by_role("button", name="Add an action").click()
        assert "Added an action" in page.locator("#steps").locator("..").inner_text()
        _open(page, "Escalate")
        page.get_by_role("button", name="Escalate").click()
        assert page.get_by_role("alert").inner_text().startswith("There is a problem")
        page.get_by_label("To the tactical group").check()
        page.get_by_label("Why it needs others").fill("It needs the county.")
        page.get_by_role("button", name="Escalate").click()
        assert page.locator("h1 + p").inner_text().endswith("Escalated")
