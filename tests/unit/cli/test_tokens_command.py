"""`ciog feeds token`: tokens are made, listed and revoked, and shown once."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cioghub.cli.demo_clock import DemoClock
from cioghub.cli.feeds import feeds
from cioghub.cli.tokens import token
from cioghub.errors import WrongUse
from cioghub.stores.sql.clock_mark import keep_clock
from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.people import people_on
from cioghub.stores.wall_clock import WallClock

FEED = "/warwickshire-fire/incident"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("CIOG_HOME", str(tmp_path / "home"))
    open_database(tmp_path / "home").dispose()
    return tmp_path / "home"


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(token, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def listed() -> list[dict]:
    return json.loads(run("list", "--format", "json").stdout)


def test_a_feed_s_token_is_alone_on_standard_output_and_opens_the_feed(home) -> None:
    secret = run("new", FEED).stdout.strip()
    tokens = people_on(open_database(home)).tokens
    assert tokens.feeds(secret, WallClock().now()) == {FEED}
    [row] = listed()
    assert (row["kind"], row["of"], row["state"]) == ("feed", FEED, "valid")
    assert secret not in run("list").output


def test_a_reader_s_token_has_its_reason(home) -> None:
    secret = run("new", "--reader", "ciog-east", "--reason", "working-the-queue").stdout.strip()
    reader = people_on(open_database(home)).tokens.reader(secret, WallClock().now())
    assert (reader.audience, reader.reason.value) == ("ciog-east", "working-the-queue")


def test_a_revoked_token_opens_nothing(home) -> None:
    secret = run("new", FEED).stdout.strip()
    run("revoke", listed()[0]["id"])
    assert not people_on(open_database(home)).tokens.feeds(secret, WallClock().now())
    assert [row["state"] for row in listed()] == ["revoked"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["new"],
        ["new", FEED, "--reader", "ciog-east", "--reason", "audit"],
        ["new", "--reader", "ciog-east"],
        ["new", FEED, "--reason", "audit"],
        ["new", "/nobody/nothing"],
        ["new", "--reader", "ciog-west", "--reason", "audit"],
        ["new", FEED, "--days", "0"],
        ["revoke", "t-0000000000"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_makes_no_token(arguments) -> None:
    with pytest.raises(WrongUse):
        run(*arguments)
    assert listed() == []


def test_a_list_needs_a_hub_and_makes_none(home, monkeypatch) -> None:
    nowhere = home / "nowhere"
    monkeypatch.setenv("CIOG_HOME", str(nowhere))
    with pytest.raises(WrongUse, match="no hub"):
        run("list")
    assert not nowhere.exists()


def test_a_token_made_beside_a_demo_is_valid_by_the_clock_of_the_demo(home) -> None:
    engine, spring = open_database(home), 1_776_000_000
    clock = DemoClock(spring)
    keep_clock(engine, clock.now(), 0)
    secret = run("new", FEED).stdout.strip()
    assert people_on(engine).tokens.feeds(secret, clock.now()) == {FEED}
    assert [row["state"] for row in listed()] == ["valid"]


def test_the_group_of_feeds_has_it() -> None:
    assert feeds.commands["token"] is token
