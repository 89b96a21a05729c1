"""`ciog kafka worker`: one worker of the hub where it runs on more than one machine."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from cioghub.errors import ENVIRONMENT_FAILED, EnvironmentFailed, HubError

FAULTS_OF_THE_PROGRAM = (ArithmeticError, AssertionError, LookupError, TypeError, ValueError)


@click.command()
@click.argument("name", type=click.Choice(["sharer", "correlator", "reporter"]))
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="Folder of sharing rules; the shipped ones if left out.",
)
@click.option("--areas", type=click.Path(path_type=Path), help="Areas file; likewise.")
@click.option(
    "--keys", type=click.Path(path_type=Path), help="Key file; CIOG_HOME/keys.json if left out."
)
@click.option(
    "--metrics-port",
    type=click.IntRange(1, 65535),
    help="Port on which Prometheus is answered; nobody is if left out.",
)
@click.option(
    "--instance",
    metavar="NAME",
    help="A name of its own among workers of a kind: a quick restart then moves no partition.",
)
def worker(
    name: str,
    rules: Path | None,
    areas: Path | None,
    keys: Path | None,
    metrics_port: int | None,
    instance: str | None,
) -> None:
    """Run one worker: `sharer`, `correlator` or `reporter`.

    Its database is CIOG_DATABASE, its broker CIOG_KAFKA (docs/kafka.md). SIGTERM ends it after what
    it has begun. When database or broker are away, or its clock is more than a minute off the
    database's, it ends with 3: let something start it again.

    \b
    Example:
      ciog kafka worker sharer --metrics-port 9400
      ciog kafka worker correlator --instance correlator-1
    """
    import asyncio

    from cioghub.cli.serving import log_as_lines
    from cioghub.runtimes.kafka_workers.alone import run_alone
    from cioghub.runtimes.kafka_workers.opening import Given, open_worker
    from cioghub.runtimes.kafka_workers.worker import Stalled
    from cioghub.settings import read_kafka_login, read_settings

    given = Given(rules, areas, keys, instance=instance)
    opened, metrics = open_worker(name, read_settings(), read_kafka_login(), given)
    log_as_lines()
    if metrics_port:
        metrics.serve(metrics_port)

    async def work() -> None:
        try:
            await opened.run(asyncio.Event())
        except Exception as error:
            if opened.hangs or isinstance(error, Stalled):
                _put_out(error if isinstance(error, HubError) else _ended(name, error))
            raise

    try:
        run_alone(work())
    except (HubError, *FAULTS_OF_THE_PROGRAM):
        raise
    except Exception as error:
        raise _ended(name, error) from error


def _put_out(why: HubError) -> NoReturn:
    """End the process at once: what hangs may hold up the loop and its threads too."""
    click.echo(str(why), err=True)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ENVIRONMENT_FAILED)


def _ended(name: str, error: Exception) -> EnvironmentFailed:
    return EnvironmentFailed(
        f"The {name} has ended: {type(error).__name__}.",
        "Its database or its broker is away, or it stood still. Nothing is lost.",
        "Look at both; a service manager starts it again by itself.",
    )
