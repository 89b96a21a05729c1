"""The demo as a visitor meets it: everybody's pages, every link, and a day that passes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext
from tests.drilling import DRILL
from tests.web.looking import MOST_SHEETS, cramped, hindrances, read, sheets
from tests.web.serving import served
from tests.web.walking import Walk, walk

from cioghub.cli.demo_live import Demo, opened_demo, running
from cioghub.cli.demo_past import LABEL, PAST_DAYS, make_past
from cioghub.vocabulary.people import Reason
from cioghub.vocabulary.words import MARKING
from cioghub.web.app import create_app
from cioghub.web.demo.cast import Actor
from cioghub.web.demo.routes import HOME
from cioghub.web.who.cookies import cookie_name

pytestmark = pytest.mark.skipif(
    not DRILL,
    reason="every link of the demo, as each person: minutes long, and part of `make drill`",
)

PATIENCE_SECONDS = 600


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    past = tmp_path_factory.mktemp("demo") / "past"
    make_past(past, 1, lambda words: None)
    with opened_demo(past, PAST_DAYS) as demo:
        yield demo


@pytest.fixture(scope="module")
def address(demo: Demo) -> Iterator[str]:
    with served(create_app(demo.hub)) as address:
        yield address


@contextmanager
def signed_in(
    browser: Browser, demo: Demo, address: str, actor: Actor, **options: bool
) -> Iterator[BrowserContext]:
    """Yield the browser of somebody who has signed in and said what they read for."""
    secret = demo.hub.people.sessions.start(actor.person, 0, None)
    demo.hub.people.sessions.give_reason(secret, Reason.QUEUE, 0)
    with browser.new_context(**options) as context:
        context.add_cookies([{"name": cookie_name(False), "value": secret, "url": address}])
        yield context


@pytest.fixture(scope="module")
def walks(browser: Browser, demo: Demo, address: str) -> dict[str, tuple[Actor, Walk]]:
    """What one person in each role finds."""
    found = {}
    for actor in {actor.person.role: actor for actor in demo.hub.cast}.values():
        with signed_in(browser, demo, address, actor) as context:
            found[actor.person.role.value] = (
                actor,
                walk(context, address + HOME[actor.person.role]),
            )
    return found


def test_every_link_of_everybody_leads_to_a_page(walks: dict[str, tuple[Actor, Walk]]) -> None:
    assert {role: walk.broken for role, (_, walk) in walks.items() if walk.broken} == {}


def test_every_page_is_marked_labelled_and_free_of_script(
    walks: dict[str, tuple[Actor, Walk]],
) -> None:
    for _, found in walks.values():
        for address, text in found.texts.items():
            assert LABEL in text, address
            assert "OFFICIAL-SENSITIVE" in text, address
            assert "<script" not in text, address
            assert not re.search(r'\s(style|on[a-z]+)="', text), address
            if "<style" not in text:  # a frozen picture has its own marking and its own style
                assert MARKING in text, address


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_everybody_reads_their_pages_with_and_without_scripts(
    browser: Browser,
    demo: Demo,
    address: str,
    walks: dict[str, tuple[Actor, Walk]],
    script: bool,
) -> None:
    faults = []
    for actor, found in walks.values():
        with signed_in(browser, demo, address, actor, java_script_enabled=script) as context:
            faults += read(context, found.pages)
    assert faults == []


def test_axe_finds_nothing_and_no_page_is_cramped(
    browser: Browser, demo: Demo, address: str, walks: dict[str, tuple[Actor, Walk]]
) -> None:
    faults = []
    for actor, found in walks.values():
        with signed_in(browser, demo, address, actor, bypass_csp=True) as context:
            faults += hindrances(context, found.pages)
            faults += cramped(context, found.pages)
    assert faults == []


def test_every_page_prints_on_a_few_sheets_of_a4(
    browser: Browser, demo: Demo, address: str, walks: dict[str, tuple[Actor, Walk]]
) -> None:
    for actor, found in walks.values():
        with signed_in(browser, demo, address, actor) as context:
            page = context.new_page()
            for one in found.pages:
                assert 1 <= sheets(page, one) <= MOST_SHEETS, one


def test_the_first_midnight_brings_an_alert(demo: Demo) -> None:
    def accepted() -> int:
        return sum(feed.accepted for feed in demo.hub.room.feeds())

    def raised() -> set[str]:
        return {told.alert for told in demo.hub.room.standing("tactical-group")}

    before, known, at = accepted(), raised(), demo.clock.now()
    with running(demo, day_seconds=10.0):
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and not raised() - known:
            time.sleep(0.2)
    assert raised() - known
    assert accepted() > before
    assert demo.clock.now() > at
    assert b"ciog_failures_total{" not in demo.hub.metrics()
