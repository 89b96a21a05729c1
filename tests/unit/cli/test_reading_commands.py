"""`ciog alerts`, `ciog picture`, `ciog feeds`: from a home, and from a running hub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from tests.unit.web.tactical.reading import EAST, NORTH, Desk, StoppedClock
from tests.web.serving import served

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.cli.main import ciog
from cioghub.errors import AnswerIsNo, EnvironmentFailed, HubError, WrongUse
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.people import people_on
from cioghub.stores.sql.reading_room import SqlReadingRoom
from cioghub.stores.sql.shadow_mark import keep_shadow
from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.wire.areas import read_areas

PICTURE = {
    "audience": {"id": EAST, "name": "CIOG East"},
    "fortnight": {"from": "2026-04-06", "to": "2026-04-19"},
    "marking": "OFFICIAL-SENSITIVE.",
    "label": None,
    "sentences": ["In the fortnight we have one new alert."],
    "alerts": [
        {
            "signal": "surge",
            "hub_category": "knife",
            "ciog": "east",
            "level": "above",
            "state": "new",
        }
    ],
}
CONTENT = json.dumps(PICTURE, indent=2).encode() + b"\n"


@pytest.fixture(scope="module")
def loaded() -> LoadedBundle:
    return checked_bundle(default_rules(), read_areas(default_areas()))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CIOG_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CIOG_TOKEN", raising=False)
    return tmp_path / "home"


@pytest.fixture
def desk(home: Path) -> Desk:
    """A home with two alerts of East, one changed since, and a picture."""
    desk = Desk(open_database(home))
    desk.tell(EAST, "a")
    desk.tell(EAST, "b")
    desk.tell(NORTH, "n")
    desk.tell(EAST, "a", 2)
    desk.freeze(EAST, "2026-03-23", b"{}", b"")
    desk.freeze(EAST, "2026-04-06", CONTENT, b"")
    return desk


@pytest.fixture
def address(desk: Desk, loaded: LoadedBundle) -> Iterator[str]:
    clock, parties = StoppedClock(), loaded.bundle.parties
    room = SqlReadingRoom(desk.engine, parties, ZoneInfo("Europe/London"), clock, lambda s, i: "")
    people = people_on(desk.engine)
    hub = Hub(
        clock=clock,
        intake=None,
        room=room,
        loaded=loaded,
        people=people,
        cases=None,
        margins=None,
        label=None,
    )
    with served(create_app(hub)) as address:
        yield address


@pytest.fixture
def as_reader(desk: Desk, address: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the options that ask a running hub as a reader of East."""
    secret = desk.reader(EAST)["Authorization"].removeprefix("Bearer ")
    monkeypatch.setenv("CIOG_TOKEN", secret)
    return ["--hub", address]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(ciog, list(arguments))


def refused(kind: type[HubError], *arguments: str) -> str:
    error = run(*arguments).exception
    assert isinstance(error, kind), error
    return str(error)


def test_what_stands_is_listed_from_the_home(desk: Desk) -> None:
    result = run("alerts", "--audience", EAST)
    assert result.exit_code == 0
    assert "About places, not people." in result.output
    assert result.output.index("(updated)") < result.output.index("(raised)")
    assert "n.1" not in result.output
    found = json.loads(run("alerts", "--audience", EAST, "--format", "json").output)
    assert [one["id"] for one in found] == ["a.2", "b.1"]


def test_every_change_is_listed_when_asked_for(desk: Desk) -> None:
    found = run("alerts", "--audience", EAST, "--changes", "--format", "json").output
    assert [one["id"] for one in json.loads(found)] == ["a.1", "b.1", "a.2"]


def test_a_running_hub_says_the_same_as_its_home(
    as_reader: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cioghub.cli.alerts._PAGE", 2)
    asked = run("alerts", *as_reader)
    monkeypatch.delenv("CIOG_TOKEN")
    assert asked.output == run("alerts", "--audience", EAST).output


def test_a_picture_comes_byte_for_byte(desk: Desk) -> None:
    result = run("picture", "--audience", EAST, "--format", "json")
    assert result.stdout_bytes == CONTENT
    assert run("picture", "2026-04-06", "--audience", EAST, "--format", "json").stdout_bytes == (
        CONTENT
    )


def test_a_picture_comes_byte_for_byte_from_a_running_hub(as_reader: list[str]) -> None:
    assert run("picture", *as_reader, "--format", "json").stdout_bytes == CONTENT
    assert run("picture", "--list", *as_reader).output == "2026-04-06\n2026-03-23\n"


def test_the_head_of_a_picture_is_said_in_words(desk: Desk) -> None:
    output = run("picture", "--audience", EAST).output
    assert "CIOG East, 6 April 2026 to 19 April 2026" in output
    assert "In the fortnight we have one new alert." in output
    assert "- Knife crime, east: above usual (new)" in output


def test_a_picture_that_was_never_frozen_is_no(desk: Desk) -> None:
    assert "No such picture" in refused(AnswerIsNo, "picture", "2020-01-06", "--audience", EAST)
    assert "No such picture" in refused(AnswerIsNo, "picture", "--audience", "nobody")
    assert "no day" in refused(WrongUse, "picture", "../x", "--audience", EAST)


def test_feeds_never_heard_are_listed_from_the_home(desk: Desk) -> None:
    result = run("feeds")
    assert result.exit_code == 0
    assert "ok    /warwickshire-police/crime  (daily)  last heard never" in result.output
    rows = json.loads(run("feeds", "--format", "json").output)
    assert {"source", "accepted", "rejected", "late"} <= set(rows[0])


def test_a_reader_is_told_of_feeds_without_their_numbers(as_reader: list[str]) -> None:
    rows = json.loads(run("feeds", *as_reader, "--format", "json").output)
    assert set(rows[0]) == {"source", "publisher", "cadence", "last_heard", "late"}
    assert "last heard never" in run("feeds", *as_reader).output


def test_in_shadow_mode_a_home_tells_nobody_anything_and_says_so(desk: Desk) -> None:
    lasts = int(datetime(2099, 7, 6, tzinfo=ZoneInfo("Europe/London")).timestamp())
    keep_shadow(desk.engine, lasts)
    result = run("alerts", "--audience", EAST, "--format", "json")
    assert json.loads(result.stdout) == []
    assert "nobody is told anything until 2099-07-05 has ended" in result.stderr
    assert run("picture", "--audience", EAST, "--list").stdout == "No picture.\n"
    refused(AnswerIsNo, "picture", "2026-04-06", "--audience", EAST)
    assert "warwickshire-police" in run("feeds").stdout

    keep_shadow(desk.engine, int(datetime(2020, 7, 6, tzinfo=UTC).timestamp()))
    over = run("alerts", "--audience", EAST, "--format", "json")
    assert (len(json.loads(over.stdout)), over.stderr) == (2, "")


@pytest.mark.parametrize("command", ["alerts", "picture"])
def test_from_the_home_an_audience_must_be_named(desk: Desk, command: str) -> None:
    assert "Give --audience" in refused(WrongUse, command)


@pytest.mark.parametrize("command", [["alerts", "--audience", EAST], ["feeds"]])
def test_a_home_without_a_hub_is_left_alone(home: Path, command: list[str]) -> None:
    assert "There is no hub" in refused(WrongUse, *command)
    assert not home.exists()


def test_a_token_never_travels_in_the_open(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIOG_TOKEN", "secret")
    assert "not https" in refused(WrongUse, "alerts", "--hub", "http://hub.example")
    assert "no address" in refused(WrongUse, "alerts", "--hub", "hub.example")
    for message in (refused(EnvironmentFailed, "alerts", "--hub", "http://127.0.0.1:1"),):
        assert "cannot be reached" in message
        assert "secret" not in message


def test_a_hub_is_asked_with_a_token_alone(desk: Desk) -> None:
    assert "Set CIOG_TOKEN" in refused(WrongUse, "alerts", "--hub", "https://hub.example")


def test_a_token_that_opens_nothing_is_no(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIOG_TOKEN", "guessed")
    assert "does not let this token read" in refused(AnswerIsNo, "alerts", "--hub", address)
