"""`ciog kafka web`: the pages and doors of a hub that runs on more than one machine."""

from __future__ import annotations

from pathlib import Path

import click

from cioghub.cli.serving_options import serving_options


@click.command()
@serving_options
@click.option(
    "--upload-keys",
    type=click.Path(path_type=Path),
    help="Key file of which ids of uploaded rows are made; no table is taken if left out.",
)
def web(
    port: int | None,
    listen: str,
    rules: Path | None,
    areas_file: Path | None,
    hosts: tuple[str, ...],
    https: bool,
    openid: Path | None,
    upload_keys: Path | None,
) -> None:
    """Serve the pages and doors beside the workers, on the database that all share.

    Its database is CIOG_DATABASE, its broker CIOG_KAFKA (docs/kafka.md). Any number may run. It
    settles nothing and holds no pseudonym key: what comes in by HTTP the sharer judges.

    \b
    Example:
      ciog kafka web --listen 0.0.0.0 --host hub.example --https
    """
    from cioghub.cli.serving import doors_of, log_as_lines, serve
    from cioghub.runtimes.kafka_workers.web import open_web
    from cioghub.settings import read_kafka_login, read_settings
    from cioghub.web.app import create_app
    from cioghub.web.who.openid_settings import read_openid
    from cioghub.web.who.provider import Provider

    settings = read_settings()
    opened = open_web(settings, read_kafka_login(), rules, areas_file, upload_keys)
    names = frozenset({"127.0.0.1", "localhost", *hosts})
    provider = Provider(*read_openid(openid)) if openid else None
    app = create_app(doors_of(opened, opened.clock, None, names, https, provider), opened.open)
    log_as_lines()
    number = settings.port if port is None else port
    click.echo(f"Open http://127.0.0.1:{number}/ and end it with Ctrl-C.", err=True)
    serve(app, listen, number)
