"""The page of commands names every command, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from cioghub.cli.main import ciog

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield every command that does something by itself."""
    if not isinstance(command, click.Group):
        yield " ".join(words)
        return
    if command.invoke_without_command:
        yield " ".join(words)
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from commands(found, (*words, name))


def named(page: str) -> Iterator[str]:
    """Yield what the first cells name: "`ciog a b`, `c`" names `a b` and `a c`."""
    for cell in re.findall(r"^\| (`ciog [^|]+) \|", page, re.MULTILINE):
        group: list[str] = []
        for code in re.findall(r"`([^`]+)`", cell):
            words = code.removeprefix("ciog ").split()
            yield " ".join(words if code.startswith("ciog ") else [*group, *words])
            group = words[:-1] if code.startswith("ciog ") else group


def test_every_command_is_named_and_no_other() -> None:
    assert sorted(named(PAGE)) == sorted(commands(ciog))
