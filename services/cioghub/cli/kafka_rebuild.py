"""`ciog kafka snapshot` and `ciog kafka rebuild`: the state of the areas, kept and made again."""

from __future__ import annotations

from pathlib import Path

import click

from cioghub.errors import EnvironmentFailed


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def snapshot(file: Path) -> None:
    """Write the state of the areas into FILE: the set, what is remembered, what was told.

    Workers may run meanwhile. FILE holds pseudonyms and true counts: keep it as the database.

    \b
    Example:
      ciog kafka snapshot areas.jsonl
    """
    from cioghub.bootstrap import existing_shared
    from cioghub.settings import read_settings
    from cioghub.stores.sql.snapshots import take_snapshot

    take_snapshot(existing_shared(read_settings()), file)
    click.echo(f"Wrote {file}.", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def rebuild(file: Path) -> None:
    """Make the state of the areas again, from the snapshot FILE and `shared.hub-correlation`.

    Stop correlator and reporter first, and start them afterwards: they settle the midnights since
    the snapshot once more, and come to what was. What sharers accepted and decided is not touched.

    \b
    Example:
      ciog kafka rebuild areas.jsonl
    """
    from kafka.errors import KafkaError

    from cioghub.bootstrap import shared_database
    from cioghub.cli.kafka_cluster import client_settings
    from cioghub.cli.progress import progress
    from cioghub.runtimes.kafka_workers.rebuild import rebuild as made_again
    from cioghub.settings import read_kafka_login, read_settings
    from cioghub.stores.wall_clock import WallClock

    engine = shared_database(read_settings())
    client = client_settings(read_kafka_login())
    try:
        with progress() as show:
            read, missing = made_again(engine, client, WallClock(), file, show)
    except KafkaError as error:
        raise EnvironmentFailed(
            f"The topic could not be read: {type(error).__name__}.",
            "Where some of the state is there already, nothing is settled on it.",
            "Look at the broker, then run the command again.",
        ) from error
    click.echo(f"Read {read} messages. Start correlator and reporter now.", err=True)
    if missing:
        click.echo(
            f"{missing} accepted events are not on the topic yet, and no midnight after them is "
            "settled before they are. They come by themselves if a sharer still has to send them; "
            "if not, the topic has lost them: restore a backup of the database.",
            err=True,
        )
