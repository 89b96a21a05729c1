"""The pages of the review door in a browser: with and without scripts, on a phone, on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.live.conftest import LiveHubOfTest, SetClock
from tests.live.signed_in import SignedIn
from tests.live.simulated import simulated_days
from tests.web.looking import MOST_SHEETS, cramped, hindrances, read, sheets
from tests.web.serving import served

from cioghub.cli.serving import doors_of
from cioghub.runtimes.embedded.opening import open_hub
from cioghub.settings import Settings
from cioghub.vocabulary.people import Person, Reason, Role
from cioghub.web.app import create_app


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    home, clock = tmp_path_factory.mktemp("hub") / "home", SetClock()
    live = LiveHubOfTest(home, clock, open_hub(Settings(home=home), clock))
    crimes = [one for one in simulated_days(live) if one.source == "/warwickshire-police/crime"]
    first, last = crimes[0], crimes[-1]
    live.opened.keeper._follower.follow()
    found = [live.opened.room.decision(one.source, one.id) for one in (first, last)]
    dpo = Person("p-1", "A. Jones", Role.DPO, None, None, "warwickshire-police")
    app = create_app(doors_of(live.opened, clock, "Simulated data"))
    with served(SignedIn(app, dpo, Reason.REVIEW)) as address:
        yield [
            f"{address}/review/{path}"
            for path in (
                "",
                "agreements/police-crime-to-hub",
                "agreements/swft-to-hub",
                "agreements/police-to-ciog-east",
                "decisions",
                *(f"decisions/{one.ref}" for one in found),
                "ledger",
            )
        ]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_pages_are_read_with_and_without_scripts(browser, addresses, script: bool) -> None:
    with browser.new_context(java_script_enabled=script) as context:
        assert read(context, addresses) == []


def test_axe_finds_nothing(browser, addresses) -> None:
    with browser.new_context(bypass_csp=True) as context:
        assert hindrances(context, addresses) == []


def test_a_small_phone_shows_every_page_whole_and_no_words_in_ribbons(browser, addresses) -> None:
    with browser.new_context() as context:
        assert cramped(context, addresses) == []


def test_every_page_prints_on_a_few_sheets_of_a4(browser, addresses) -> None:
    page = browser.new_page()
    for address in addresses:
        assert 1 <= sheets(page, address) <= MOST_SHEETS, address
    page.close()


def test_a_decision_is_looked_up_by_keyboard(browser, addresses) -> None:
    page = browser.new_page()
    page.goto(addresses[4])
    page.get_by_label("Or its blinded reference").fill(addresses[5].rpartition("/")[2])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Decision on one event").wait_for()
    page.close()
