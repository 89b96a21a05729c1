"""What every page carries, whoever asks."""

from __future__ import annotations

import re

import jinja2
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.testclient import TestClient

from cioghub.ports.maps import Mark
from cioghub.vocabulary.people import Person, Role
from cioghub.vocabulary.words import MARKING
from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.web.shell.pages import Pages
from cioghub.web.shell.routes import HELP

STILL = ["/", "/accessibility", "/cookies", "/licences", "/help", *(f"/help/{n}" for n in HELP)]


def asked(path: str) -> Request:
    return Request({"type": "http", "method": "GET", "path": path, "headers": []})


def somebody(role: Role, name: str = "Jo Bloggs") -> Person:
    return Person("p1", name, role, None, None, None)


@pytest.mark.parametrize("path", STILL)
def test_every_page_is_marked_labelled_and_free_of_script_and_inline_style(
    client: TestClient, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert MARKING in answer.text
    assert "Simulated data" in answer.text
    assert "<script" not in answer.text
    assert not re.search(r'\s(style|on[a-z]+)="', answer.text)
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize("path", STILL)
def test_every_style_sheet_and_icon_of_a_page_is_there(client: TestClient, path: str) -> None:
    named = re.findall(r'href="(/static/[^"]+)"', client.get(path).text)
    assert len(named) == 3
    for address in named:
        assert client.get(address).status_code == 200


def test_a_hub_with_real_data_has_no_label(hub: Hub) -> None:
    import dataclasses

    real = dataclasses.replace(hub, label=None)
    with TestClient(create_app(real), base_url="http://localhost") as client:
        assert "Simulated data" not in client.get("/").text


def test_the_rules_in_force_stand_at_the_foot(client: TestClient, hub: Hub) -> None:
    assert hub.loaded.hash[:16] in client.get("/help").text


@pytest.mark.parametrize("role", Role)
def test_every_role_finds_its_pages_at_the_top_and_its_way_out(app: FastAPI, role: Role) -> None:
    pages: Pages = app.state.pages
    shown = pages.page(asked("/help"), "help.html.j2", person=somebody(role), topics=HELP)
    text = bytes(shown.body).decode()
    assert 'action="/sign-out"' in text
    assert 'href="/sign-in"' not in text
    assert text.count('aria-current="page"') == 1


def test_a_name_is_escaped(app: FastAPI) -> None:
    pages: Pages = app.state.pages
    person = somebody(Role.CHAIR, "<b>Jo</b> & co")
    text = bytes(pages.page(asked("/"), "first.html.j2", person=person).body).decode()
    assert "&lt;b&gt;Jo&lt;/b&gt; &amp; co" in text


def test_a_value_that_a_template_lacks_is_an_error(app: FastAPI) -> None:
    pages: Pages = app.state.pages
    with pytest.raises(jinja2.UndefinedError):
        pages.page(asked("/"), "error.html.j2", person=None)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (1772547000, "3 March 2026 at 14:10"),
        (1782857400, "30 June 2026 at 23:10"),
        (1782861000, "1 July 2026 at 00:10"),
    ],
)
def test_times_are_told_in_the_zone_of_the_partnership(app: FastAPI, at: int, words: str) -> None:
    assert app.state.pages.time_words(at) == words


def test_a_map_has_its_title_its_marks_in_words_and_its_key(hub: Hub) -> None:
    assert hub.maps
    place = next(iter(hub.maps.names))
    drawn = hub.maps.draw([Mark(7, "far-above", (place,))], {"north", "east"}, "Alerts <now>")
    assert "Alerts &lt;now&gt;" in drawn
    assert hub.maps.names[place] in drawn
    assert "far above usual" in drawn
    assert ">7</text>" in drawn
    assert "Numbers are those of the list." in drawn
    assert not re.search(r'\sstyle="', drawn)


def test_a_mark_without_a_number_has_nothing_written_over_it(hub: Hub) -> None:
    assert hub.maps
    place = next(iter(hub.maps.names))
    drawn = hub.maps.draw([Mark(None, "above", (place,))], {"north"}, "Where")
    assert f"Marked: {hub.maps.names[place]}." in drawn
    assert 'fill="url(#above)"' in drawn
    assert "above usual" in drawn
    assert "<circle" not in drawn
    assert "Numbers are those of the list." not in drawn
    assert "A place is marked as finely" in drawn
