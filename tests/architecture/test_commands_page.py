"""The page of commands names every command, and no page names one that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from cioghub.cli.main import ciog

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
OTHERS = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("services/cioghub/web/**/*.j2"),
]
_CALLED = re.compile(r"(?:^ *|[`>]|bin/)ciog ([a-z]+)(?: ([a-z-]+))?", re.MULTILINE)


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


def test_no_page_names_a_command_that_is_not_there() -> None:
    known = set(commands(ciog))
    groups = {one.split()[0] for one in known if " " in one}
    told = [(path.name, *called) for path in OTHERS for called in _CALLED.findall(path.read_text())]
    assert len(told) > 50
    for page, first, second in told:
        if first in groups and second:
            whole = f"{first} {second}"
            assert any(f"{one} ".startswith(f"{whole} ") for one in known), (page, whole)
        else:
            assert first in groups | known, (page, first)
