"""`ciog run`: the live hub in one process, with no broker and no other server."""

from __future__ import annotations

from pathlib import Path

import click

from cioghub.cli.serving_options import serving_options
from cioghub.errors import WrongUse


@click.command()
@serving_options
@click.option(
    "--keys", type=click.Path(path_type=Path), help="Key file; CIOG_HOME/keys.json if left out."
)
def run(
    port: int | None,
    listen: str,
    rules: Path | None,
    areas_file: Path | None,
    hosts: tuple[str, ...],
    https: bool,
    openid: Path | None,
    keys: Path | None,
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
    if settings.database is not None:
        raise WrongUse(
            "CIOG_DATABASE is set, and `ciog run` keeps its state in CIOG_HOME alone.",
            "People and tokens would be kept in the one and looked for in the other.",
            "Unset it, or serve that database with `ciog kafka web`.",
        )
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
