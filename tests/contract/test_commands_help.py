"""Contract 6: what holds for every command, whatever it does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import click
import pytest

from cioghub.cli.main import ciog as top

NEEDED = {"demo", "import", "simulate", "replay", "rules", "ledger", "keys", "detect", "bench"}


def _commands(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield name
    if isinstance(command, click.Group):
        context = click.Context(command)
        for one in command.list_commands(context):
            try:
                found = command.get_command(context, one)
            except ModuleNotFoundError:
                continue
            assert found is not None
            yield from _commands(found, (*name, one))


@pytest.mark.parametrize("command", list(_commands(top)), ids=" ".join)
def test_help_of_each_command_shows_a_worked_example(
    command: tuple[str, ...], ciog: Callable[..., Any]
) -> None:
    done = ciog(*command, "--help")
    assert done.code == 0
    _, example, worked = done.out.partition("Example")
    assert example
    assert " ".join(("ciog", *command)) in worked


def test_every_command_that_works_without_a_running_hub_is_there(
    ciog: Callable[..., Any],
) -> None:
    listed = {line.split()[0] for line in ciog("--help").out.splitlines() if line.strip()}
    assert listed >= NEEDED


def test_listing_commands_take_format_json(ciog: Callable[..., Any]) -> None:
    assert ciog("keys", "new").code == 0
    (key,) = json.loads(ciog("keys", "list", "--format", "json").out)
    assert set(key) == {"id", "valid_from"}
    assert key["valid_from"] is None


@pytest.mark.parametrize(
    "arguments",
    [("nothing",), ("replay",), ("replay", "x.jsonl"), ("simulate",), ("detect", "surge", "x")],
    ids=" ".join,
)
def test_wrong_use_leaves_with_two(arguments: tuple[str, ...], ciog: Callable[..., Any]) -> None:
    assert ciog(*arguments).code == 2


def test_an_answer_of_no_leaves_with_one(ciog: Callable[..., Any], tmp_path: Any) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "events.jsonl").write_text("")
    assert ciog("rules", "check", tmp_path / "rules").code == 1
    out = tmp_path / "out"
    done = ciog(
        "replay", tmp_path / "events.jsonl", "--rules", tmp_path / "rules", "--out", out
    )  # fmt: skip
    assert done.code == 1
    assert not out.exists()
