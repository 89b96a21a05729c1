"""What every page must hold to in a browser. Each question answers with the faults it found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

SMALL_PHONE = {"width": 320, "height": 640}
MOST_SHEETS = 8


def read(context: BrowserContext, addresses: Iterable[str]) -> list[str]:
    """Return the faults of pages as read: one heading, nothing refused, reached by keyboard.

    An error page is reported by the browser as such, and is no fault of the page.
    """
    faults: list[str] = []
    page = context.new_page()

    def say(words: str) -> None:
        if "the server responded with a status of" not in words:
            faults.append(f"{page.url}: {words}")

    page.on("console", lambda message: say(message.text))
    page.on("pageerror", lambda error: say(str(error)))
    for address in addresses:
        page.goto(address)
        headings = page.locator("h1")
        if headings.count() != 1 or not headings.first.is_visible():
            say("it has no one heading")
        page.keyboard.press("Tab")
        if not page.locator(":focus").first.inner_text().startswith("Skip to "):
            say("the first key does not reach the skip link")
    page.close()
    return faults


def hindrances(context: BrowserContext, addresses: Iterable[str]) -> list[str]:
    """Return what axe-core finds. The context must set the pages' policy aside, for its script."""
    faults = []
    page, axe = context.new_page(), Axe()
    for address in addresses:
        page.goto(address)
        for found in axe.run(page).response["violations"]:
            nodes = [node["html"][:120] for node in found["nodes"]][:3]
            faults.append(f"{address}: {found['id']}: {nodes}")
    page.close()
    return faults


def cramped(context: BrowserContext, addresses: Iterable[str]) -> list[str]:
    """Return the pages that a small phone must scroll sideways, or that break words into ribbons.

    A table may be scrolled by itself; then its words are no narrower for it.
    """
    faults = []
    page = context.new_page()
    page.set_viewport_size(SMALL_PHONE)
    for address in addresses:
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > SMALL_PHONE["width"]:
            faults.append(f"{address}: {wide} pixels")
        faults += [f"{address}: {words!r} in a ribbon" for words in page.evaluate(_RIBBONS)]
    page.close()
    return faults


_RIBBONS = """[...document.querySelectorAll("td, th")]
    .filter(cell => cell.innerText.length > 30 && cell.clientHeight > 3 * cell.clientWidth)
    .map(cell => cell.innerText.slice(0, 60))"""


def sheets(page: Page, address: str) -> int:
    """Return on how many sheets of A4 a page is printed."""
    page.goto(address)
    printed = page.pdf(prefer_css_page_size=True)
    boxes: Sequence[bytes] = re.findall(rb"/MediaBox\s*\[\s*0 0 (\d+)", printed)
    assert all(594 <= int(wide) <= 596 for wide in boxes), "it is not A4 upright"
    return len(re.findall(rb"/Type\s*/Page\b", printed))
