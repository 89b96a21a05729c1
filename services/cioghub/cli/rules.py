"""`ciog rules`: what a data protection officer asks of a folder of sharing rules."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cioghub.vocabulary.rules import Finding

KINDS = ("agreement", "parties", "gateways", "bundle", "cases")


@click.group()
def rules() -> None:
    """Check sharing rules, or print their schema.

    \b
    Example:
      ciog rules check deploy/sharing-rules
      ciog rules schema --of agreement
    """


class _Day(click.ParamType):
    name = "day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail("write a day as 2026-12-31", param, ctx)


@rules.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--areas", metavar="FILE", type=click.Path(path_type=Path), help="The areas file.")
@click.option("--on", type=_Day(), help="Warn of reviews that were due before this day.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def check(ctx: click.Context, folder: Path, areas: Path | None, on: date | None, form: str) -> None:
    """Check a folder of sharing rules: errors and warnings, each with its place and what to do.

    Nothing is shared under a folder that has an error. Leaves with 1 if there is one, else with 0.

    \b
    Example:
      ciog rules check deploy/sharing-rules --on 2026-03-01
      ciog rules check my-rules --areas my-areas.yaml --format json
    """
    from cioghub.bootstrap import default_areas, load_bundle
    from cioghub.live.areas import areas_to_run
    from cioghub.rule_cases import run_cases
    from cioghub.steps.share.check import check as check_bundle

    loaded = load_bundle(folder, areas_to_run(areas or default_areas()))
    errors, warnings = (
        (loaded, []) if isinstance(loaded, list) else check_bundle(loaded, on, run_cases)
    )
    if form == "json":
        found = {"errors": _plain(errors), "warnings": _plain(warnings)}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for kind, findings in (("error", errors), ("warning", warnings)):
            for one in findings:
                click.echo(f"{one.file}:{one.line}:{one.column}: {kind} {one.code}: {one.message}")
                click.echo(f"    {one.hint}")
        click.echo(f"{_counted(len(errors), 'error')}, {_counted(len(warnings), 'warning')}.")
    ctx.exit(1 if errors else 0)


@rules.command()
@click.option("--of", "kind", type=click.Choice(KINDS), default="agreement", help="Which file.")
@click.option("--format", "form", type=click.Choice(["json"]), default="json")
def schema(kind: str, form: str) -> None:
    """Print the JSON Schema of a kind of rule file.

    \b
    Example:
      ciog rules schema > agreement.schema.json
      ciog rules schema --of parties
    """
    from cioghub.steps.share.rule_schema import rule_schema

    click.echo(json.dumps(rule_schema(kind), indent=2, ensure_ascii=False))


def _plain(findings: list[Finding]) -> list[dict[str, str | int]]:
    return [asdict(one) for one in findings]


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
