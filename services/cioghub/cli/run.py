"""`ciog run`: the live hub in one process, with no broker and no other server."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port; CIOG_PORT or 8600 if left out.")
@click.option(
    "--listen",
    default="127.0.0.1",
    show_default=True,
    help="Address to answer on; behind a proxy that ends TLS, leave it as it is.",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="Folder of sharing rules; the shipped ones if left out.",
)
@click.option(
    "--areas", "areas_file", type=click.Path(path_type=Path), help="Areas file; likewise."
)
@click.option(
    "--keys", type=click.Path(path_type=Path), help="Key file; CIOG_HOME/keys.json if left out."
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    help="A name that readers call the hub by, beside 127.0.0.1 and localhost.",
)
@click.option("--https", is_flag=True, help="Readers reach it by HTTPS alone, through a proxy.")
@click.option(
    "--openid",
    type=click.Path(path_type=Path),
    help="Settings of an OpenID provider at which people sign in as well (docs/people.md).",
)
def run(
    port: int | None,
    listen: str,
    rules: Path | None,
    areas_file: Path | None,
    keys: Path | None,
    hosts: tuple[str, ...],
    https: bool,
    openid: Path | None,
) -> None:
    """Run the hub: agencies publish, readers are told, every midnight is settled.

    Its state is in CIOG_HOME. End it with Ctrl-C or SIGTERM; after a crash, start it again.

    \b
    Example:
      ciog run
      CIOG_HOME=state ciog run --port 8700 --host hub.example --https
    """
    from cioghub.cli.serving import doors_of, log_as_lines, serve
    from cioghub.runtimes.embedded.opening import open_hub
    from cioghub.settings import read_settings
    from cioghub.stores.home_lock import HomeLock
    from cioghub.stores.wall_clock import WallClock
    from cioghub.web.app import create_app
    from cioghub.web.who.openid_settings import read_openid
    from cioghub.web.who.provider import Provider

    settings = read_settings()
    clock = WallClock()
    with HomeLock(settings.home):
        opened = open_hub(settings, clock, rules, areas_file, keys)
        names = frozenset({"127.0.0.1", "localhost", *hosts})
        provider = Provider(*read_openid(openid)) if openid else None
        app = create_app(doors_of(opened, clock, None, names, https, provider))
        log_as_lines()
        with opened.keeper, opened.hub:
            number = settings.port if port is None else port
            click.echo(f"Open http://127.0.0.1:{number}/ and end it with Ctrl-C.", err=True)
            serve(app, listen, number)
