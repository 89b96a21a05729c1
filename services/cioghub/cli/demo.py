"""`ciog demo`: ninety simulated days through the whole journey, and pages to look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cioghub.web.still_pages import StillPages


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port; CIOG_PORT or 8600 if left out, 0 for any."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the demo; CIOG_HOME/demo if left out."
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(min=0),
    help="Another seed, another ninety days.",
)
@click.option("--build-only", is_flag=True, help="Make the pages and leave; serve nothing.")
@click.option(
    "--listen",
    default="127.0.0.1",
    show_default=True,
    help="Address to answer on. Change it only inside a container that publishes to 127.0.0.1.",
)
def demo(port: int | None, out: Path | None, seed: int, build_only: bool, listen: str) -> None:
    """Simulate ninety days, replay them, and serve pictures, alerts and map until Ctrl-C.

    The data are simulated and every page says so. Ninety days more come before those that are
    shown, so that the hub knows what is usual. Nothing leaves this machine.

    \b
    Example:
      ciog demo
      ciog demo --port 8700 --seed 7
    """
    from cioghub.cli.demo_build import build_demo
    from cioghub.settings import read_settings
    from cioghub.web.still_pages import StillPages

    settings = read_settings()
    folder = out or settings.home / "demo"
    if build_only:
        build_demo(folder, seed, click.echo)
        click.echo(f"The pages are in {folder / 'pages'}.")
        return
    with StillPages(listen, settings.port if port is None else port) as server:
        build_demo(folder, seed, click.echo)
        _serve(server, folder / "pages")


def _serve(server: StillPages, pages: Path) -> None:
    click.echo(f"\nOpen http://127.0.0.1:{server.port}/\nEnd it with Ctrl-C.")
    try:
        server.open(pages)
    except KeyboardInterrupt:
        click.echo("\nThe demo has ended.")
