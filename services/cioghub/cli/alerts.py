"""`ciog alerts`: what an audience was told, alert by alert."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import click

from cioghub.cli.hub_door import HubDoor
from cioghub.cli.hub_reading import door, reading_options, room_of

_STATES = {"alert.raised.v1": "raised", "alert.updated.v1": "updated", "alert.closed.v1": "closed"}
_PAGE = 500


@click.command()
@click.option("--changes", is_flag=True, help="Every change, oldest first, not what stands now.")
@reading_options
def alerts(changes: bool, form: str, audience: str | None, address: str | None) -> None:
    """List the alerts of an audience, the newest change first.

    With CIOG_TOKEN in the environment a running hub is asked, and the token says whose alerts;
    without it the hub's database is read (of CIOG_DATABASE, or in CIOG_HOME), for the audience
    that --audience names.

    \b
    Example:
      ciog alerts --audience ciog-east
      CIOG_TOKEN=$(cat east.token) ciog alerts --hub https://hub.example --format json
    """
    hub = door(address)
    if hub is not None:
        told = list(_asked(hub))
    else:
        room, reading = room_of(audience)
        told = [one.event for one in room.since(reading, 0, 10**9)]
    shown = told if changes else standing(told)
    if form == "json":
        click.echo(json.dumps(shown, indent=1, ensure_ascii=False))
        return
    from cioghub.vocabulary.words import MARKING

    click.echo(MARKING)
    for one in shown:
        click.echo(f"\n{in_words(one)}")
    if not shown:
        click.echo("\nNo alert.")


def _asked(hub: HubDoor) -> Iterator[Mapping[str, Any]]:
    path: str | None = f"/v1/alerts?{urlencode({'limit': _PAGE})}"
    while path:
        page = hub.json(path)
        yield from page["alerts"]
        path = page["next"]


def standing(told: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the last change of each alert, the newest first, from changes in order."""
    last: dict[str, Mapping[str, Any]] = {}
    for one in told:
        last.pop(one["subject"], None)
        last[one["subject"]] = one
    return list(last.values())[::-1]


def in_words(event: Mapping[str, Any]) -> str:
    """Return one change of an alert as two lines."""
    from cioghub.vocabulary.words import LEVEL_WORDS, subject_words

    data = event["data"]
    subject = subject_words(data["signal"], data["hub_category"])
    level = LEVEL_WORDS.get(data["level"], data["level"])
    state = _STATES.get(event["type"], event["type"])
    state += ", provisional" if data.get("provisional") else ""
    first = f"{event['time'][:10]}  {data['ciog']}  {subject}: {level} ({state})"
    return f"{first}\n  {data['reason']}\n  {event['subject']}"
