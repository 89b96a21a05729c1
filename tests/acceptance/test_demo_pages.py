"""The demo as a person meets it: every page in a browser, with and without scripts, wide, narrow
and on paper; axe-core finds nothing to complain of on any kind of page.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cioghub.cli.demo_build import LABEL, build_demo
from cioghub.web.still_pages import THIS_MACHINE, StillPages

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    build_demo(folder, seed=1, say=lambda words: None, learning=56, shown=35)
    return folder


@pytest.fixture(scope="module")
def site(demo: Path) -> Iterator[str]:
    with StillPages(THIS_MACHINE, 0) as server:
        thread = threading.Thread(target=server.open, args=(demo / "pages",), daemon=True)
        thread.start()
        yield f"http://{THIS_MACHINE}:{server.port}"
        server.shutdown()
        thread.join(5)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


def kinds(demo: Path) -> dict[str, str]:
    """Return one page of each kind, by its address."""
    pages = demo / "pages"
    alert = next(iter(sorted(pages.glob("audiences/*/alerts/*.html"))))
    picture = max(pages.glob("audiences/tactical-group/pictures/*.html"))
    found = {"start": "/", "hub": "/hub.html", "audience": "/audiences/tactical-group/"}
    for name, path in (("alert", alert), ("picture", picture)):
        found[name] = "/" + path.relative_to(pages).as_posix()
    found["words only"] = "/audiences/scrutiny/"
    found["agency"] = "/agencies/warwickshire-police.html"
    return found


def test_every_page_says_that_its_data_are_simulated_and_holds_no_script(demo: Path) -> None:
    pages = sorted((demo / "pages").rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert LABEL in text, page.name
        assert "OFFICIAL-SENSITIVE" in text, page.name
        assert "<script" not in text, page.name
        assert not re.search(r'\s(style|on[a-z]+)="', text), page.name
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text), page.name


def test_every_link_of_every_page_leads_to_a_page(demo: Path) -> None:
    pages = demo / "pages"
    for page in sorted(pages.rglob("*.html")):
        for target in re.findall(r'href="([^"#]+)', page.read_text(encoding="utf-8")):
            assert (page.parent / target).resolve().is_file(), (page.name, target)


def test_a_page_of_an_audience_names_no_alert_that_it_may_not_read(demo: Path) -> None:
    inside = {json.loads(line)["subject"] for line in (demo / "results/alerts.jsonl").open()}
    assert inside
    for folder in sorted((demo / "pages/audiences").iterdir()):
        own = (demo / "results/audiences" / folder.name / "alerts.jsonl").read_text()
        readable = {json.loads(line)["subject"] for line in own.splitlines()}
        for page in folder.rglob("*.html"):
            text = page.read_text(encoding="utf-8")
            assert {alert for alert in inside if alert in text} <= readable, page


def test_the_folder_keeps_no_key(demo: Path) -> None:
    assert not list(demo.rglob("keys.json"))


@needs_browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_pages_read_without_script_and_without_a_complaint(
    demo: Path, site: str, browser: Any, script: bool
) -> None:
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for name, address in kinds(demo).items():
        assert page.goto(site + address).status == 200, name
        assert page.locator("h1").count() == 1, name
        assert page.locator("h1").is_visible(), name
    context.close()
    # A style refused by the policy would be said here.
    assert not [said for said in complaints if "Content Security Policy" in said]


@needs_browser
def test_axe_finds_nothing_on_any_kind_of_page(demo: Path, site: str, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # The pages allow no script at all, so the one that inspects them needs their policy set aside.
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    for name, address in kinds(demo).items():
        page.goto(site + address)
        found = Axe().run(page).response["violations"]
        said = [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found]
        assert not said, (name, said)
    context.close()


@needs_browser
def test_no_page_is_wider_than_a_small_phone(demo: Path, site: str, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for name, address in kinds(demo).items():
        page.goto(site + address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, name
    context.close()


@needs_browser
def test_a_picture_prints_on_a_few_sheets_of_a4(demo: Path, site: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(site + kinds(demo)["picture"])
    printed = page.pdf(prefer_css_page_size=True)
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    page.close()
    assert 1 <= sheets <= 6  # a sheet for each area, one before and one after, and one to spare
