"""`ciog demo`: the live hub with ninety days behind it, and events that go on coming."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port; CIOG_PORT or 8600 if left out.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the past; CIOG_HOME/demo if left out."
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(min=0),
    help="Another seed, other days.",
)
@click.option(
    "--day-seconds",
    default=30.0,
    show_default=True,
    type=click.FloatRange(2.0, 86_400.0),
    help="How long a day of the demo takes.",
)
@click.option("--build-only", is_flag=True, help="Make the past and leave; serve nothing.")
@click.option(
    "--listen",
    default="127.0.0.1",
    show_default=True,
    help="Address to answer on. Change it only inside a container that publishes to 127.0.0.1.",
)
def demo(
    port: int | None,
    out: Path | None,
    seed: int,
    day_seconds: float,
    build_only: bool,
    listen: str,
) -> None:
    """Run a hub with ninety simulated days behind it, in which events go on coming.

    Its clock runs fast: an issue builds up, is told, and enters the picture while you look. On the
    first page you choose whom to be. The data are simulated and every page says so; nothing leaves
    this machine, and what you do in it is gone when it ends. The past is made once and kept.

    \b
    Example:
      ciog demo
      ciog demo --port 8700 --day-seconds 10
    """
    from cioghub.cli.demo_live import opened_demo, running
    from cioghub.cli.demo_past import PAST_DAYS, make_past
    from cioghub.cli.open_port import taken_port
    from cioghub.cli.serving import log_as_lines, serve
    from cioghub.settings import read_settings
    from cioghub.web.app import create_app

    settings = read_settings()
    folder = out or settings.home / "demo"
    number = settings.port if port is None else port
    if not build_only:
        taken_port(listen, number).close()  # better said now than when the past is made
    make_past(folder, seed, click.echo)
    if build_only:
        click.echo(f"The past is in {folder}.")
        return
    log_as_lines()
    with opened_demo(folder, PAST_DAYS) as ready, running(ready, day_seconds):
        click.echo(f"\nOpen http://127.0.0.1:{number}/\nEnd it with Ctrl-C.")
        serve(create_app(ready.hub), listen, number)
    click.echo("\nThe demo has ended.")
