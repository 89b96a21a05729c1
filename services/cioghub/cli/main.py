"""The command `ciog`: finds a command, runs it, and turns every trouble into a message and a code.

Commands are named here and imported only when asked for, so that `ciog --help` starts at once.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from cioghub.errors import HubError

COMMANDS = {
    "demo": "cioghub.cli.demo:demo",
    "import": "cioghub.cli.imports:imports",
    "rules": "cioghub.cli.rules:rules",
    "ledger": "cioghub.cli.ledger:ledger",
    "keys": "cioghub.cli.keys:keys",
    "bench": "cioghub.cli.bench:bench",
    "detect": "cioghub.cli.detect:detect",
    "replay": "cioghub.cli.replay:replay",
    "simulate": "cioghub.cli.simulate:simulate",
}

SUMMARIES = {
    "demo": "Simulate ninety days, replay them, and serve pictures, alerts and map.",
    "import": "Turn police.uk files or any table into events.",
    "rules": "Check sharing rules, or print their schema.",
    "ledger": "Verify the decision log, or prove one entry.",
    "keys": "Make, list and rotate the keys of the hub.",
    "bench": "Measure speed and memory on this machine, as ratios.",
    "detect": "Try the hub's detection on your own counts.",
    "replay": "Run events through the whole journey, from files to files.",
    "simulate": "Write simulated events of four agencies, and the truth beside.",
}
"""One line each, so that listing the commands imports none of them."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        target = COMMANDS.get(name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUMMARIES[name]) for name in self.list_commands(ctx)])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cioghub", prog_name="ciog")
def ciog() -> None:
    """CIOG Hub: one picture of serious violence from several agencies, without people in it.

    \b
    Example:
      ciog simulate --seed 1 --from 2026-01-05 --days 90 --out sim
      ciog replay sim/events.jsonl.gz --out out
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run `ciog` and leave with the exit code of the contract; no traceback reaches a user."""
    # Many threads on small matrices cost more than they give, and one keeps sums in one order.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        ciog.main(arguments, prog_name="ciog", standalone_mode=False)
        sys.stdout.flush()
    except HubError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.Abort:
        click.echo("Stopped. Nothing was written.", err=True)
        sys.exit(3)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(3)
    except MemoryError:
        click.echo("The machine has no memory left. Nothing was written.", err=True)
        sys.exit(3)
    except OSError as error:
        click.echo(f"The machine refused: {error.strerror}. Nothing was written.", err=True)
        sys.exit(3)
    except Exception as error:  # a bug: named by type alone, since texts may hold data
        if os.environ.get("CIOG_DEBUG") == "1":
            raise
        click.echo(
            f"The hub failed in a way nobody foresaw ({type(error).__name__}). "
            "This is a fault of the program, not of your input. "
            "Run again with CIOG_DEBUG=1 and report the traceback.",
            err=True,
        )
        sys.exit(3)
    sys.exit(0)
