"""Every page in a browser: read with and without scripts, by keyboard, on a phone and on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from tests.web.all_pages import ANYBODY
from tests.web.looking import MOST_SHEETS, cramped, hindrances, read, sheets


@pytest.fixture(scope="module")
def addresses(address: str) -> list[str]:
    return [address + path for path in ANYBODY]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_pages_are_read_with_and_without_scripts(
    browser: Browser, addresses: list[str], script: bool
) -> None:
    with browser.new_context(java_script_enabled=script) as context:
        assert read(context, addresses) == []


def test_axe_finds_nothing(browser: Browser, addresses: list[str]) -> None:
    with browser.new_context(bypass_csp=True) as context:
        assert hindrances(context, addresses) == []


def test_a_small_phone_shows_every_page_whole_and_no_words_in_ribbons(
    browser: Browser, addresses: list[str]
) -> None:
    with browser.new_context() as context:
        assert cramped(context, addresses) == []


def test_every_page_prints_on_a_few_sheets_of_a4(browser: Browser, addresses: list[str]) -> None:
    page = browser.new_page()
    for address in addresses:
        assert 1 <= sheets(page, address) <= MOST_SHEETS, address
    page.close()
