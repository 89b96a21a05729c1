"""Alerts, pictures and receipts for machines: in order, whole, and to whom they are for."""

from __future__ import annotations

import json

import feedparser
import pytest
from starlette.testclient import TestClient
from tests.unit.web.tactical.reading import CRIME, EAST, FIRE, NORTH, Desk

PAGE = b"<!DOCTYPE html><title>x</title><style>p{color:red}</style><p>\xc3\xa9</p>\r\n"
CONTENT = b'{\n  "first": "2026-04-06"\n}\n'


def ids(answer) -> list[str]:
    return [one["id"] for one in answer.json()["alerts"]]


def test_changes_come_oldest_first_page_by_page(client: TestClient, desk: Desk) -> None:
    told = [desk.tell(EAST, alert) for alert in "abcde"]
    headers = desk.reader(EAST)
    first = client.get("/v1/alerts?limit=2", headers=headers)
    assert ids(first) == told[:2]
    assert first.json()["cursor"] == told[1]
    second = client.get(first.json()["next"], headers=headers)
    assert second.links["next"]["url"] == second.json()["next"]
    last = client.get(second.json()["next"], headers=headers)
    assert ids(second) + ids(last) == told[2:]
    assert last.json()["next"] is None
    after = client.get("/v1/alerts", params={"cursor": last.json()["cursor"]}, headers=headers)
    assert (ids(after), after.json()["cursor"]) == ([], told[-1])


def test_every_list_carries_the_marking_and_the_label(client: TestClient, desk: Desk) -> None:
    content = client.get("/v1/alerts", headers=desk.reader(EAST)).json()
    assert "About places, not people." in content["marking"]
    assert content["label"] == "Simulated data"


def test_nothing_of_an_answer_tells_of_what_others_were_told(
    client: TestClient, desk: Desk
) -> None:
    headers = desk.reader(EAST)
    desk.tell(EAST, "a")
    before = client.get("/v1/alerts", headers=headers)
    for n in range(20):
        desk.tell(NORTH, f"n{n}")
    after = client.get("/v1/alerts", headers=headers)
    assert after.content == before.content
    assert client.get("/v1/alerts.atom", headers=headers).headers["etag"]
    desk.tell(EAST, "b")
    assert client.get("/v1/alerts", headers=headers).json()["cursor"] == "b.1"


@pytest.mark.parametrize("cursor", ["n.1", "nowhere.7", "nonsense", "a.2", ".", "17"])
def test_the_cursor_of_another_is_one_that_does_not_exist(
    client: TestClient, desk: Desk, cursor: str
) -> None:
    desk.tell(EAST, "a")
    desk.tell(NORTH, "n")
    answer = client.get("/v1/alerts", params={"cursor": cursor}, headers=desk.reader(EAST))
    other = client.get("/v1/alerts", params={"cursor": "no.9"}, headers=desk.reader(EAST))
    assert (answer.status_code, answer.content) == (400, other.content)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "cursor=" + "a" * 201])
def test_a_bad_query_is_a_problem(client: TestClient, desk: Desk, query: str) -> None:
    answer = client.get(f"/v1/alerts?{query}", headers=desk.reader(EAST))
    assert (answer.status_code, answer.json()["status"]) == (422, 422)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/alerts",
        "/v1/alerts/stream",
        "/v1/alerts.atom",
        "/v1/pictures",
        "/v1/pictures/2026-04-06",
        "/v1/receipts",
    ],
)
def test_without_a_token_nothing_is_read(client: TestClient, desk: Desk, path: str) -> None:
    desk.freeze(EAST, "2026-04-06", CONTENT, PAGE)
    wrong = desk.reader(EAST) if path == "/v1/receipts" else desk.publisher(CRIME)
    for headers in ({}, {"Authorization": "Bearer guessed"}, wrong):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_inside_of_the_hub_is_nobodys_audience(client: TestClient, desk: Desk) -> None:
    desk.tell("", "a")
    assert client.get("/v1/alerts", headers=desk.reader("")).status_code == 403


def test_a_feed_reader_reads_the_atom(client: TestClient, desk: Desk) -> None:
    desk.tell(EAST, "a", reason="<b>Knife</b> & more: 9 where 3 are usual.")
    desk.tell(EAST, "b", level="far-above")
    desk.tell(EAST, "a", 2)
    desk.tell(NORTH, "n")
    answer = client.get("/v1/alerts.atom", headers=desk.reader(EAST))
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert [one.title for one in feed.entries] == [
        "Knife crime: above usual (updated)",
        "Knife crime: far above usual (raised)",
    ]
    assert "About places, not people." in feed.feed.subtitle
    assert feed.entries[0].updated == "2026-04-20T16:00:02Z"
    assert len({one.id for one in feed.entries}) == 2


def test_an_entry_keeps_its_id_and_escapes_its_words(client: TestClient, desk: Desk) -> None:
    headers = desk.reader(EAST)
    desk.tell(EAST, "a", reason="<b>Knife</b> & more.")
    first = feedparser.parse(client.get("/v1/alerts.atom", headers=headers).content).entries[0]
    assert "&lt;b&gt;Knife" in first.summary or "<b>Knife</b> & more." in first.summary
    desk.tell(EAST, "a", 2)
    second = feedparser.parse(client.get("/v1/alerts.atom", headers=headers).content).entries[0]
    assert first.id == second.id
    assert second.updated > first.updated


def test_an_atom_that_did_not_change_is_not_sent_again(client: TestClient, desk: Desk) -> None:
    headers = desk.reader(EAST)
    desk.tell(EAST, "a")
    tag = client.get("/v1/alerts.atom", headers=headers).headers["etag"]
    again = client.get("/v1/alerts.atom", headers={**headers, "If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    desk.tell(EAST, "b")
    assert (
        client.get("/v1/alerts.atom", headers={**headers, "If-None-Match": tag}).status_code == 200
    )


def test_a_picture_is_given_byte_for_byte_by_what_is_accepted(
    client: TestClient, desk: Desk
) -> None:
    desk.freeze(EAST, "2026-04-06", CONTENT, PAGE)
    headers = desk.reader(EAST)
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for accept, content, kind in (
        ("*/*", CONTENT, "application/json"),
        ("application/json", CONTENT, "application/json"),
        ("text/html;q=0.5, application/json", CONTENT, "application/json"),
        ("text/html", PAGE, "text/html"),
        (browser, PAGE, "text/html"),
        ("text/html;q=nonsense", CONTENT, "application/json"),
    ):
        answer = client.get("/v1/pictures/2026-04-06", headers={**headers, "Accept": accept})
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["vary"] == "Accept"


def test_the_page_of_a_picture_may_use_its_own_style_alone(client: TestClient, desk: Desk) -> None:
    desk.freeze(EAST, "2026-04-06", CONTENT, PAGE)
    headers = {**desk.reader(EAST), "Accept": "text/html"}
    policy = client.get("/v1/pictures/2026-04-06", headers=headers).headers[
        "content-security-policy"
    ]
    assert "style-src 'sha256-" in policy
    assert "unsafe" not in policy


def test_an_earlier_picture_stays_the_same_and_is_sent_once(client: TestClient, desk: Desk) -> None:
    headers = desk.reader(EAST)
    desk.freeze(EAST, "2026-03-23", CONTENT, PAGE)
    tag = client.get("/v1/pictures/2026-03-23", headers=headers).headers["etag"]
    desk.freeze(EAST, "2026-04-06", b"{}", b"")
    listed = client.get("/v1/pictures", headers=headers).json()["pictures"]
    assert [one["first"] for one in listed] == ["2026-04-06", "2026-03-23"]
    again = client.get(listed[1]["href"], headers={**headers, "If-None-Match": tag})
    assert again.status_code == 304


def test_a_picture_of_another_audience_is_one_that_does_not_exist(
    client: TestClient, desk: Desk
) -> None:
    desk.freeze(NORTH, "2026-04-06", CONTENT, PAGE)
    headers = desk.reader(EAST)
    others = client.get("/v1/pictures/2026-04-06", headers=headers)
    nobodys = client.get("/v1/pictures/1999-01-04", headers=headers)
    assert (others.status_code, others.content) == (404, nobodys.content)
    assert client.get("/v1/pictures", headers=headers).json()["pictures"] == []


def test_a_publisher_gets_receipts_for_the_feed_of_its_token_alone(
    client: TestClient, desk: Desk
) -> None:
    for n in range(5):
        desk.receipt("warwickshire-police", CRIME, f"c-{n}", "a")
    desk.receipt("warwickshire-police", "/warwickshire-police/incident", "i-1", "a")
    desk.receipt("warwickshire-fire", FIRE, "f-1", "a")
    desk.receipt("warwickshire-police", CRIME, "c-9", "b")
    headers = desk.publisher(CRIME)
    first = client.get("/v1/receipts?alert=a&limit=3", headers=headers).json()
    second = client.get(first["next"], headers=headers).json()
    assert [one["id"] for one in first["receipts"] + second["receipts"]] == [
        f"c-{n}" for n in range(5)
    ]
    assert second["next"] is None
    every = client.get("/v1/receipts", headers=headers).json()["receipts"]
    assert {one["source"] for one in every} == {CRIME}
    assert len(every) == 6


@pytest.mark.parametrize("cursor", ["nonsense", "W10=", "e30=", "é"])
def test_a_cursor_of_receipts_that_is_none_is_a_problem(
    client: TestClient, desk: Desk, cursor: str
) -> None:
    headers = desk.publisher(CRIME)
    answer = client.get("/v1/receipts", params={"cursor": cursor}, headers=headers)
    assert answer.status_code == 400
    assert json.loads(answer.content)["type"].endswith("#unknown-cursor")
