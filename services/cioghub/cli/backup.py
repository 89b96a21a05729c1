"""`ciog backup` and `ciog restore`: a hub's state, copied while it runs, and put back."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
def backup(out: Path) -> None:
    """Copy the state of the hub in CIOG_HOME, running or not, into the folder OUT.

    The copy holds payloads and keys: keep it as you keep the hub, and no longer than payloads are
    kept.

    \b
    Example:
      ciog backup backup-2026-03-01
    """
    from cioghub.settings import read_settings
    from cioghub.stores.sql.backup import back_up

    back_up(read_settings().home, out)
    click.echo(f"The state of the hub is in {out}. It holds payloads and keys: keep it safe.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def restore(folder: Path) -> None:
    """Put the backup FOLDER into CIOG_HOME, which must hold no hub.

    \b
    Example:
      CIOG_HOME=state ciog restore backup-2026-03-01
    """
    from cioghub.settings import read_settings
    from cioghub.stores.sql import backup as copies

    home = read_settings().home
    copies.restore(folder, home)
    click.echo(f"The hub is in {home}. Start it with `ciog run`.")
