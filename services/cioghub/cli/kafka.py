"""`ciog kafka`: the topics and rights of a cluster, as the files of `deploy/` say."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from cioghub.cli.kafka_rebuild import rebuild, snapshot
from cioghub.cli.kafka_web import web
from cioghub.cli.kafka_worker import worker
from cioghub.errors import ANSWER_IS_NO, GOOD, AnswerIsNo, EnvironmentFailed, WrongUse

if TYPE_CHECKING:
    from cioghub.cli.kafka_difference import Difference
    from cioghub.vocabulary.topics import Cluster

_SEEN_SECONDS = 15
"""How long a broker may take to show what its controller has written."""
_PATH = click.Path(path_type=Path)
_OPTIONS = (
    click.option("--topics", type=_PATH, help="Topics file; the shipped one if left out."),
    click.option("--acls", type=_PATH, help="File of rights; the shipped one if left out."),
    click.option("--rules", type=_PATH, help="Rules with the parties; the shipped ones."),
    click.option("--areas", type=_PATH, help="Areas file; Warwickshire if left out."),
    click.option(
        "--one-broker", is_flag=True, help="A cluster of one machine: one copy of each partition."
    ),
)
_FORM = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


def _files(command: Callable[..., None]) -> Callable[..., None]:
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)


@click.group()
def kafka() -> None:
    """Make a Kafka cluster what the hub needs, and run the hub's workers on it.

    How to reach it stands in CIOG_KAFKA, CIOG_KAFKA_USER, CIOG_KAFKA_PASSWORD_FILE and
    CIOG_KAFKA_CA.

    \b
    Example:
      ciog kafka plan
      ciog kafka apply
      ciog kafka password sharer --out secrets/sharer.password
      ciog kafka check
      ciog kafka worker sharer
      ciog kafka web
    """


kafka.add_command(worker)
kafka.add_command(web)
kafka.add_command(snapshot)
kafka.add_command(rebuild)


@kafka.command()
@_files
@_FORM
def plan(form: str, **files: Any) -> None:
    """Show what the cluster has otherwise than it should; change nothing.

    \b
    Example:
      ciog kafka plan --one-broker
      ciog kafka plan --format json
    """
    found, _ = _compared(files)
    _show(found, form)


@kafka.command()
@_files
@_FORM
@click.pass_context
def check(ctx: click.Context, /, form: str, **files: Any) -> None:
    """Say whether the cluster is as it should be. Leaves with 1 if anything is otherwise.

    \b
    Example:
      ciog kafka check --one-broker || ciog kafka plan --one-broker
    """
    found, _ = _compared(files)
    _show(found, form)
    ctx.exit(ANSWER_IS_NO if found else GOOD)


@kafka.command()
@_files
@_FORM
@click.option("--let-go", is_flag=True, help="Also mend what deletes messages.")
@click.option("--take-away", is_flag=True, help="Also take away rights not in the file.")
@click.pass_context
def apply(ctx: click.Context, /, form: str, let_go: bool, take_away: bool, **files: Any) -> None:
    """Make topics, partitions, settings and rights as they should be; show what is left.

    Topics are never deleted. Leaves with 1 when something is left for a person to do.

    \b
    Example:
      ciog kafka apply --one-broker
      ciog kafka apply --let-go --take-away
    """
    from cioghub.cli.kafka_cluster import opened
    from cioghub.cli.kafka_difference import BY_HAND, Kind, differences
    from cioghub.settings import read_kafka_login

    should = _wanted(files)
    with opened(read_kafka_login()) as cluster:
        found = differences(cluster.has(should), should)
        mended = [
            one
            for one in found
            if one.kind not in BY_HAND
            and (let_go or not one.loses)
            and (take_away or one.kind is not Kind.RIGHT_UNLISTED)
        ]
        cluster.mend(mended, should)
        left = _left(lambda: differences(cluster.has(should), should), mended)
    if form == "text":
        click.echo(f"{len(mended)} changed.")
    _show(left, form)
    ctx.exit(ANSWER_IS_NO if left else GOOD)


@kafka.command()
@click.argument("user")
@click.option("--out", type=_PATH, required=True, help="New file for it, for its owner alone.")
def password(user: str, out: Path) -> None:
    """Give a principal a new password, and write it into a file that nobody else reads.

    The one before ends at once; who is connected stays so. The password is never shown.

    \b
    Example:
      ciog kafka password agency.warwickshire-fire --out secrets/warwickshire-fire.password
    """
    from cioghub.cli.kafka_cluster import opened
    from cioghub.settings import read_kafka_login

    with opened(read_kafka_login()) as cluster, _new_file(out) as file:
        file.write(cluster.set_password(user))
    click.echo(f"{user} has a new password, in {out}.")


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[TextIO]:
    """Give a new file for its owner alone; there is none if nothing could be written into it."""
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")
    except FileExistsError as error:
        raise WrongUse(
            f"{path} is there already.", "A password is not overwritten.", "Name a new file."
        ) from error
    except OSError as error:
        raise EnvironmentFailed(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with file:
            yield file
    except BaseException:
        path.unlink()
        raise


@kafka.command()
@click.option("--topics", type=_PATH, help="Topics file; the shipped one if left out.")
def asyncapi(topics: Path | None) -> None:
    """Print the AsyncAPI document of the topics and of the events on them. Asks no cluster.

    \b
    Example:
      ciog kafka asyncapi > asyncapi.json
    """
    from importlib.metadata import version

    from cioghub.wire.asyncapi import asyncapi_document
    from cioghub.wire.kafka_topics import read_topics
    from cioghub.wire.shipped import deploy_folder, schemas_folder

    read = read_topics(topics or deploy_folder() / "topics.toml")
    document = asyncapi_document(read, schemas_folder(), version("cioghub"))
    click.echo(json.dumps(document, indent=1, sort_keys=True))


def _wanted(files: dict[str, Any]) -> Cluster:
    from cioghub.bootstrap import default_areas, default_rules, load_bundle
    from cioghub.wire.areas import read_areas
    from cioghub.wire.kafka_topics import names_of, read_acls, read_topics, wanted
    from cioghub.wire.shipped import deploy_folder

    topics = read_topics(files["topics"] or deploy_folder() / "topics.toml")
    if files["one_broker"]:
        topics = topics.model_copy(update={"replication": 1, "min_insync": 1})
    acls = read_acls(files["acls"] or deploy_folder() / "acls.toml")
    rules = files["rules"] or default_rules()
    loaded = load_bundle(rules, read_areas(files["areas"] or default_areas()))
    if isinstance(loaded, list):
        raise AnswerIsNo(
            f"The sharing rules cannot be read: {loaded[0].file}, line {loaded[0].line}.",
            "They say who the agencies, recipients and audiences are.",
            f"Run `ciog rules check {rules}` and mend what it names.",
        )
    bundle = loaded.bundle
    return wanted(topics, acls, names_of(bundle.parties, bundle.recipients, bundle.audiences))


def _compared(files: dict[str, Any]) -> tuple[list[Difference], Cluster]:
    from cioghub.cli.kafka_cluster import opened
    from cioghub.cli.kafka_difference import differences
    from cioghub.settings import read_kafka_login

    should = _wanted(files)
    with opened(read_kafka_login()) as cluster:
        return differences(cluster.has(should), should), should


def _left(look: Callable[[], list[Difference]], mended: list[Difference]) -> list[Difference]:
    """Return what is otherwise once all that was mended is seen to be, or has had its time."""
    until = time.monotonic() + _SEEN_SECONDS
    while True:
        left = look()
        if not {*left} & {*mended} or time.monotonic() > until:
            return left
        time.sleep(0.2)


def _show(found: list[Difference], form: str) -> None:
    from cioghub.cli.kafka_difference import BY_HAND, Kind

    if form == "json":
        rows = [
            {
                "kind": one.kind.value,
                "subject": one.subject,
                "setting": one.setting,
                "now": one.now,
                "wanted": one.wanted,
                "loses": one.loses,
            }
            for one in found
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    for one in found:
        setting = f" {one.setting}" if one.setting else ""
        change = f": {one.now or 'none'} -> {one.wanted or 'none'}" if one.now or one.wanted else ""
        click.echo(f"{one.kind.value}  {one.subject}{setting}{change}")
        if one.loses:
            click.echo("    messages that are there now would go: `apply --let-go`")
        elif one.kind is Kind.RIGHT_UNLISTED:
            click.echo("    the file does not give it: `apply --take-away`")
        elif one.kind in BY_HAND:
            click.echo(f"    {BY_HAND[one.kind]}")
    click.echo("Nothing is otherwise." if not found else f"{len(found)} otherwise.")
