"""The command `ciog`: finds a command, runs it, and turns every trouble into a message and a code.

Commands are named here and imported only when asked for, so that `ciog --help` starts at once.
"""

from __future__ import annotations

import codecs
import contextlib
import importlib
import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

import click

from cioghub.errors import ENVIRONMENT_FAILED, GOOD, WRONG_USE, HubError

COMMANDS = {
    "demo": "cioghub.cli.demo:demo",
    "run": "cioghub.cli.run:run",
    "publish": "cioghub.cli.publish:publish",
    "backup": "cioghub.cli.backup:backup",
    "restore": "cioghub.cli.backup:restore",
    "alerts": "cioghub.cli.alerts:alerts",
    "picture": "cioghub.cli.picture:picture",
    "feeds": "cioghub.cli.feeds:feeds",
    "import": "cioghub.cli.imports:imports",
    "rules": "cioghub.cli.rules:rules",
    "ledger": "cioghub.cli.ledger:ledger",
    "kafka": "cioghub.cli.kafka:kafka",
    "keys": "cioghub.cli.keys:keys",
    "people": "cioghub.cli.people:people",
    "areas": "cioghub.cli.areas:areas",
    "bench": "cioghub.cli.bench:bench",
    "detect": "cioghub.cli.detect:detect",
    "replay": "cioghub.cli.replay:replay",
    "simulate": "cioghub.cli.simulate:simulate",
}

SUMMARIES = {
    "demo": "Run a hub with ninety simulated days behind it, and events that go on coming.",
    "run": "Run the live hub: one process, three doors.",
    "publish": "Send an agency's events to a live hub, screened before they leave.",
    "backup": "Copy the state of a hub, running or not.",
    "restore": "Put a backup into an empty home.",
    "alerts": "List the alerts of an audience.",
    "picture": "Show a frozen fortnightly picture.",
    "feeds": "Say which feeds are late.",
    "import": "Turn police.uk files or any table into events.",
    "rules": "Check sharing rules, or print their schema.",
    "ledger": "Verify the decision log, or prove one entry.",
    "people": "Say who may sign in, in which role.",
    "kafka": "Make a Kafka cluster what the hub needs, and check it.",
    "keys": "Make, list and rotate the keys of the hub.",
    "areas": "Work out once what every hub of these areas needs.",
    "bench": "Measure speed and memory on this machine, as ratios.",
    "detect": "Try the hub's detection on your own counts.",
    "replay": "Run events through the whole journey, from files to files.",
    "simulate": "Write simulated events of four agencies, and the truth beside.",
}
"""One line each, so that listing the commands imports none of them."""


class _Lazy(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderLeft from error

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
    _make_streams_safe()
    with _stopped_like_an_interrupt():
        code = _run(arguments)
    sys.exit(code)


def _run(arguments: list[str] | None) -> int:
    """Run a command and return its exit code, having said what went wrong."""
    try:
        # Out of its standalone mode click returns the code of `ctx.exit` instead of raising it.
        left = ciog.main(arguments, prog_name="ciog", standalone_mode=False)
        sys.stdout.flush()
        return left if isinstance(left, int) else GOOD
    except HubError as error:
        _say(str(error))
        return error.exit_code
    except click.Abort:
        _say("Stopped. Nothing was left half-written.")
        return ENVIRONMENT_FAILED
    except click.ClickException as error:
        error.show()
        return WRONG_USE
    except (BrokenPipeError, _ReaderLeft):
        _drop_output()
        return ENVIRONMENT_FAILED
    except MemoryError:
        _say("The machine has no memory left. Nothing was left half-written.")
        return ENVIRONMENT_FAILED
    except OSError as error:
        _drop_output()
        _say(f"The machine refused: {error.strerror or type(error).__name__}.")
        return ENVIRONMENT_FAILED
    except Exception as error:  # a bug: named by type alone, since texts may hold data
        if os.environ.get("CIOG_DEBUG") == "1":
            raise
        _say(
            f"The hub failed in a way nobody foresaw ({type(error).__name__}). "
            "This is a fault of the program, not of your input. "
            "Run again with CIOG_DEBUG=1 and report the traceback."
        )
        return ENVIRONMENT_FAILED


class _ReaderLeft(Exception):
    """Whoever read the output has gone, as `head` does; click would call that code 1."""


def _say(message: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        click.echo(message, err=True)


def _make_streams_safe() -> None:
    """Let every text be written: a closed stream takes nothing, an ASCII one becomes UTF-8."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # The number must be taken too, or the next file opened would be written to as stdout.
            mode = "r" if name == "stdin" else "w"
            number = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper) and name != "stdin":
            if codecs.lookup(stream.encoding).name == "ascii":
                stream.reconfigure(encoding="utf-8")
            else:
                stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Send what is still buffered nowhere, so that leaving does not fail on it again."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _stopped_like_an_interrupt() -> Iterator[None]:
    """Let a request to end (SIGTERM) clean up as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
