"""`ciog keys`: keys are made, listed and rotated, and no secret is ever shown."""

import json
import stat
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cioghub.cli.keys import _next_quarter, keys
from cioghub.errors import WrongUse
from cioghub.stores.key_file import load


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("CIOG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(keys, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_new_makes_a_file_for_its_owner_alone_in_the_home_of_the_hub(home) -> None:
    assert run("new").exit_code == 0
    assert stat.S_IMODE((home / "keys.json").stat().st_mode) == 0o600


def test_new_never_overwrites(home) -> None:
    run("new")
    before = (home / "keys.json").read_bytes()
    with pytest.raises(WrongUse, match="rotate"):
        run("new")
    assert (home / "keys.json").read_bytes() == before


def test_another_file_can_be_named(tmp_path, home) -> None:
    run("new", "--keys", tmp_path / "other.json")
    assert not home.exists()
    assert (
        len(json.loads(run("list", "--keys", tmp_path / "other.json", "--format", "json").stdout))
        == 1
    )


def test_list_gives_ids_and_days(home) -> None:
    run("new")
    run("rotate", "--from", "2026-04-01")
    rows = json.loads(run("list", "--format", "json").stdout)
    assert [set(one) for one in rows] == [{"id", "valid_from"}] * 2
    assert [one["valid_from"] for one in rows] == [None, "2026-04-01"]
    said = run("list").stdout
    assert rows[0]["id"] in said
    assert "valid from 2026-04-01" in said


def test_no_command_shows_a_secret(home) -> None:
    said = run("new").output + run("rotate").output + run("list").output
    said += run("list", "--format", "json").output
    for root in json.loads((home / "keys.json").read_text())["roots"]:
        assert root["secret"] not in said
        assert root["secret"][:8] not in said
    for one in load(home / "keys.json").roots:
        assert one.secret.reveal().hex() not in said


def test_rotate_adds_a_key_from_the_next_quarter_on(home) -> None:
    run("new")
    first = load(home / "keys.json").first.secret.reveal()
    run("rotate")
    ring = load(home / "keys.json")
    assert ring.first.secret.reveal() == first
    day = ring.roots[1].valid_from
    assert (day.day, day.month % 3) == (1, 1)


@pytest.mark.parametrize(
    ("day", "then"),
    [
        (date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 3, 31), date(2026, 4, 1)),
        (date(2026, 9, 30), date(2026, 10, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_the_next_quarter(day, then) -> None:
    assert _next_quarter(day) == then


def test_rotating_within_a_quarter_is_done_and_its_cost_said(home) -> None:
    run("new")
    result = run("rotate", "--from", "2026-05-07")
    assert result.exit_code == 0
    assert "will not match" in result.stderr


def test_wrong_days_and_missing_files_are_wrong_use(home) -> None:
    with pytest.raises(WrongUse, match="keys new"):
        run("list")
    with pytest.raises(WrongUse, match="keys new"):
        run("rotate")
    run("new")
    with pytest.raises(WrongUse, match="not a day"):
        run("rotate", "--from", "soon")
    run("rotate", "--from", "2026-04-01")
    with pytest.raises(WrongUse, match="later day"):
        run("rotate", "--from", "2026-04-01")
