"""`ciog feeds token`: tokens of machines that publish on a feed, or read an audience's alerts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from cioghub.cli.known import known, must_be_known, rules_options
from cioghub.errors import WrongUse
from cioghub.vocabulary.people import Reason

DEFAULT_DAYS = 90


@click.group()
def token() -> None:
    """Make, list and revoke the tokens of machines.

    \b
    Example:
      ciog feeds token new /warwickshire-fire/incident > fire.token
      ciog feeds token list
      ciog feeds token revoke t-5f0c21aa90
    """


@token.command()
@click.argument("source", required=False)
@click.option("--reader", metavar="AUDIENCE", help="A token that reads this audience's alerts.")
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in Reason]),
    help="What a reader reads for; kept with each of its reads.",
)
@click.option("--days", type=int, default=DEFAULT_DAYS, show_default=True, help="Days it lives.")
@rules_options
def new(
    source: str | None,
    reader: str | None,
    reason: str | None,
    days: int,
    rules: Path | None,
    areas_file: Path | None,
) -> None:
    """Make a token of the feed SOURCE, or of a reader; it is shown once, here.

    While a new token takes the place of an old one, both are valid: revoke the old one when the new
    one is in use. A third is refused.

    \b
    Example:
      ciog feeds token new /warwickshire-fire/incident > fire.token
      ciog feeds token new --reader ciog-east --reason working-the-queue > east.token
    """
    from cioghub.bootstrap import hub_database
    from cioghub.settings import read_settings
    from cioghub.stores.sql.audit import TERMINAL
    from cioghub.stores.sql.clock_mark import clock_of
    from cioghub.stores.sql.tokens import Kind, SqlTokens

    if (source is None) == (reader is None):
        raise WrongUse("Name one feed, or one audience with --reader.", "A token opens one thing.")
    if (reader is None) != (reason is None):
        raise WrongUse(
            "A reader's token needs --reason, and a feed's takes none.",
            "A reason is kept with every read.",
        )
    parties = known(rules, areas_file).parties
    if source is not None:
        must_be_known("feed", source, parties.feed_owners())
    else:
        must_be_known("audience", str(reader), (group.id for group in parties.groups))
    engine = hub_database(read_settings())
    made, secret = SqlTokens(engine).make(
        Kind.FEED if source else Kind.READER,
        source or str(reader),
        Reason(reason) if reason else None,
        days,
        TERMINAL,
        clock_of(engine).now(),
    )
    click.echo(f"{made.id} of {made.subject}, until {_day(made.expires)}. Shown once:", err=True)
    click.echo(secret)


@token.command("list")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def list_tokens(form: str) -> None:
    """List all tokens, never a secret.

    \b
    Example:
      ciog feeds token list --format json
      [{"id": "t-5f0c21aa90", "kind": "feed", "of": "/warwickshire-fire/incident", …}]
    """
    from cioghub.bootstrap import existing_hub
    from cioghub.settings import read_settings
    from cioghub.stores.sql.clock_mark import clock_of
    from cioghub.stores.sql.tokens import SqlTokens

    engine = existing_hub(read_settings())
    now = clock_of(engine).now()
    rows = [
        {
            "id": one.id,
            "kind": one.kind.value,
            "of": one.subject,
            "reason": one.reason.value if one.reason else None,
            "made": _day(one.made),
            "expires": _day(one.expires),
            "state": "revoked" if one.revoked else "valid" if one.valid(now) else "expired",
        }
        for one in SqlTokens(engine).list()
    ]
    if form == "json":
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(
            f"{row['id']}  {row['kind']} of {row['of']}  {row['state']}, until {row['expires']}"
        )


@token.command()
@click.argument("token_id", metavar="ID")
def revoke(token_id: str) -> None:
    """End a token now.

    \b
    Example:
      ciog feeds token revoke t-5f0c21aa90
    """
    from cioghub.bootstrap import hub_database
    from cioghub.settings import read_settings
    from cioghub.stores.sql.audit import TERMINAL
    from cioghub.stores.sql.clock_mark import clock_of
    from cioghub.stores.sql.tokens import SqlTokens

    engine = hub_database(read_settings())
    revoked = SqlTokens(engine).revoke(token_id, TERMINAL, clock_of(engine).now())
    click.echo(f"{token_id} of {revoked.subject} opens nothing any more.", err=True)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
