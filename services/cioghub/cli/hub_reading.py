"""Where a reading command reads: a running hub with CIOG_TOKEN, else the hub's own database.

That is the one of CIOG_DATABASE, or where it is not set the one in the hub's home.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from cioghub.cli.hub_door import HubDoor, token_given
from cioghub.errors import WrongUse

if TYPE_CHECKING:
    from cioghub.ports.reading_room import ReadingRoom
    from cioghub.steps.share.table import Bundle

FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
_HUB = click.option(
    "--hub",
    "address",
    metavar="URL",
    help="Address of a running hub; this machine's, at CIOG_PORT, if left out.",
)
_AUDIENCE = click.option(
    "--audience", metavar="ID", help="Whose reading, from the hub's database; a token has its own."
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where to read, and as whom."""
    return _HUB(_AUDIENCE(FORMAT(command)))


def door(address: str | None) -> HubDoor | None:
    """Return the running hub that CIOG_TOKEN opens, None where its database is to be read.

    Raises:
        WrongUse: an address was given and no token.
    """
    from cioghub.settings import read_settings

    token = token_given()
    if token is not None:
        return HubDoor(address or f"http://127.0.0.1:{read_settings().port}", token)
    if address is not None:
        raise WrongUse("There is no token.", "A hub answers to nobody unknown.", "Set CIOG_TOKEN.")
    return None


def room_of(audience: str | None) -> tuple[ReadingRoom, str]:
    """Return the reading room of the hub's database, and the audience that was named.

    Raises:
        WrongUse: no audience was named, or there is no hub in the home.
    """
    if not audience:
        raise WrongUse(
            "It is not said whose reading is wanted.",
            "Every audience reads its own.",
            "Give --audience, as ciog-east; or set CIOG_TOKEN to ask a running hub.",
        )
    return home_room(), audience


def home_room(bundle: Bundle | None = None) -> ReadingRoom:
    """Return the reading room of the hub's database; its feeds are those of a bundle.

    While the hub is in shadow mode nobody is told anything here either, and stderr says so.

    Raises:
        WrongUse: there is no hub in the home.
    """
    from cioghub.bootstrap import existing_hub, room_in, shadow_in
    from cioghub.settings import read_settings
    from cioghub.stores.sql.clock_mark import clock_of
    from cioghub.web.shadowed import ShadowedRoom

    settings = read_settings()
    clock = clock_of(existing_hub(settings))
    room, ends = room_in(settings, clock, bundle), shadow_in(settings)
    if ends is None:
        return room
    shadowed = ShadowedRoom(room, clock, ends)
    if shadowed.dark:
        # Half a day before its end it is the last day of the shadow, here as in Greenwich.
        day = datetime.fromtimestamp(ends - 43_200, UTC).date().isoformat()
        click.echo(f"Shadow mode: nobody is told anything until {day} has ended.", err=True)
    return shadowed
