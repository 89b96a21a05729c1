"""`ciog import`: what agencies already have, turned into events of the contract."""

from __future__ import annotations

import importlib

import click

_COMMANDS = {
    "police-uk": (
        "cioghub.cli.import_police_uk:police_uk",
        "Street-level files of data.police.uk.",
    ),
    "csv": ("cioghub.cli.import_csv:csv_table", "Any table, with a mapping file."),
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])


@click.group(name="import", cls=_Lazy)
def imports() -> None:
    """Turn files that agencies already have into events, ready for `ciog replay`.

    \b
    Example:
      ciog import police-uk 2025-09-warwickshire-street.csv --out police.jsonl
      ciog import csv incidents.csv --mapping fire.yaml --preview --out fire.jsonl
    """
