"""`ciog picture`: a frozen fortnightly picture, as it was frozen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from cioghub.cli.hub_reading import door, reading_options, room_of
from cioghub.errors import AnswerIsNo, WrongUse


@click.command()
@click.argument("first", metavar="[DAY]", required=False)
@click.option("--list", "listed", is_flag=True, help="Only the first days of what was frozen.")
@reading_options
def picture(
    first: str | None, listed: bool, form: str, audience: str | None, address: str | None
) -> None:
    """Show the picture of the fortnight that begins on DAY, or the newest.

    As JSON it comes byte for byte as it was frozen. With CIOG_TOKEN in the environment a running
    hub is asked; without it the hub's database is read (of CIOG_DATABASE, or in CIOG_HOME), for
    --audience.

    \b
    Example:
      ciog picture --audience ciog-east
      ciog picture 2026-04-06 --audience ciog-east --format json > picture.json
    """
    if first is not None:
        try:
            date.fromisoformat(first)
        except ValueError as error:
            raise WrongUse("DAY is no day.", "", "Write it as 2026-04-06.") from error
    hub = door(address)
    if hub is not None:
        days = [one["first"] for one in hub.json("/v1/pictures")["pictures"]]
    else:
        room, reading = room_of(audience)
        days = list(room.pictures(reading))
    if listed:
        click.echo(json.dumps(days) if form == "json" else "\n".join(days) or "No picture.")
        return
    wanted = first or next(iter(days), None)
    if wanted is None or wanted not in days:
        raise AnswerIsNo("No such picture was frozen for this audience.")
    if hub is not None:
        content = hub.bytes(f"/v1/pictures/{wanted}")
    else:
        frozen = room.picture(reading, wanted)
        assert frozen is not None
        content = frozen.content
    if form == "json":
        click.get_binary_stream("stdout").write(content)
        return
    click.echo(in_words(json.loads(content)))


def in_words(content: Mapping[str, Any]) -> str:
    """Return the head of a picture: whose, of when, what to say aloud, and what stands."""
    from cioghub.vocabulary.words import LEVEL_WORDS, day_words, subject_words

    of = content["fortnight"]
    days = [day_words(date.fromisoformat(of[end])) for end in ("from", "to")]
    lines = [content["marking"], f"{content['audience']['name']}, {days[0]} to {days[1]}", ""]
    lines += [content["label"], ""] if content["label"] else []
    lines += content["sentences"]
    for one in content["alerts"]:
        subject = subject_words(one["signal"], one["hub_category"])
        level = LEVEL_WORDS.get(one["level"], one["level"])
        lines.append(f"- {subject}, {one['ciog']}: {level} ({one['state']})")
    return "\n".join(lines)
