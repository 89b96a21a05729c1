"""`ciog people`: who may sign in, for whoever runs the hub. No password is ever an argument."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cioghub.cli.known import known, must_be_known, rules_options
from cioghub.errors import WrongUse
from cioghub.vocabulary.people import Role

if TYPE_CHECKING:
    from cioghub.stores.sql.people_list import PeopleList

_PROMPT = click.option(
    "--prompt", is_flag=True, help="Ask here for the password, instead of giving a code."
)


@click.group()
def people() -> None:
    """Add, list and disable people, and give them codes for their first sign-in.

    \b
    Example:
      ciog people add a.jones --name "A. Jones" --role chair --ciog east
      ciog people list
      ciog people disable a.jones
    """


@people.command()
@click.argument("sign_in")
@click.option("--name", required=True, help="As others read it beside what somebody did.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--ciog", help="The area of a chair or deputy.")
@click.option("--party", help="The agency of a contact or data protection officer.")
@_PROMPT
@rules_options
def add(
    sign_in: str,
    name: str,
    role: str,
    ciog: str | None,
    party: str | None,
    prompt: bool,
    rules: Path | None,
    areas_file: Path | None,
) -> None:
    """Add somebody, and print the code with which they set their password once.

    The code is shown once, works for 72 hours, and is typed on the page /sign-in/first: it is in
    no address, so that no log keeps it.

    \b
    Example:
      ciog people add a.jones --name "A. Jones" --role chair --ciog east
      ciog people add ops --name "Hub desk" --role operator --prompt
    """
    from cioghub.stores.sql.audit import TERMINAL

    if ciog is not None or party is not None:
        bundle = known(rules, areas_file)
        if ciog is not None:
            must_be_known("area", ciog, (one.id for one in bundle.areas.ciogs))
        if party is not None:
            must_be_known("agency", party, (one.id for one in bundle.parties.parties))
    book, now = _book()
    person_id, code = book.add(sign_in, name, Role(role), ciog, party, TERMINAL, now)
    click.echo(f"Added {sign_in} as {role} ({person_id}).", err=True)
    _hand_over(sign_in, code, prompt)


@people.command()
@click.argument("sign_in")
@_PROMPT
def code(sign_in: str, prompt: bool) -> None:
    """Print a new code for somebody whose code is spent, or who forgot their password.

    \b
    Example:
      ciog people code a.jones
    """
    from cioghub.stores.sql.audit import TERMINAL

    book, now = _book()
    _hand_over(sign_in, book.new_code(sign_in, TERMINAL, now), prompt)


@people.command("list")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def list_people(form: str) -> None:
    """List everybody by role and name.

    \b
    Example:
      ciog people list --format json
      [{"id": "p-5f0c21aa90de", "sign_in": "ops", "name": "Hub desk", "role": "operator", …}]
    """
    from cioghub.bootstrap import existing_hub
    from cioghub.settings import read_settings
    from cioghub.stores.sql.people_list import PeopleList

    entries = PeopleList(existing_hub(read_settings())).list()
    if form == "json":
        rows = [
            {
                "id": one.person.id,
                "sign_in": one.sign_in,
                "name": one.person.name,
                "role": one.person.role.value,
                "ciog": one.person.ciog,
                "party": one.person.party,
                "password": one.has_password,
                "disabled": one.disabled,
            }
            for one in entries
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in entries:
        of = one.person.ciog or one.person.party
        marks = [
            "disabled" if one.disabled else "",
            "" if one.has_password or one.sign_in is None else "no password yet",
        ]
        words = [
            one.sign_in or one.person.id,
            one.person.name,
            f"{one.person.role} of {of}" if of else one.person.role.value,
            *filter(None, marks),
        ]
        click.echo("  ".join(words))


@people.command()
@click.argument("sign_in")
def disable(sign_in: str) -> None:
    """Let somebody in no more and end their sessions; what they did stays in their name.

    SIGN_IN may be an id: somebody from a provider has no sign-in name here.

    \b
    Example:
      ciog people disable a.jones
    """
    from cioghub.stores.sql.audit import TERMINAL

    book, now = _book()
    book.disable(sign_in, TERMINAL, now)
    click.echo(f"{sign_in} is let in no more.", err=True)


def _hand_over(sign_in: str, code: str, prompt: bool) -> None:
    """Print a code alone on a line, or use it for the password that is typed here."""
    if not prompt:
        click.echo("It works once, for 72 hours, on the page /sign-in/first:", err=True)
        click.echo(code)
        return
    from cioghub.bootstrap import hub_database, people
    from cioghub.ports.people import NotLetIn
    from cioghub.settings import read_settings
    from cioghub.stores.sql.clock_mark import clock_of

    password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    engine = hub_database(read_settings())
    try:
        people(engine).accounts.set_password(sign_in, code, password, "", clock_of(engine).now())
    except NotLetIn as error:
        raise WrongUse(
            "This password is too easily guessed.",
            "It needs 12 to 256 letters that are not all alike, without the sign-in name.",
            f"The person is there, without a password: `ciog people code {sign_in} --prompt`.",
        ) from error
    click.echo("The password is set.", err=True)


def _book() -> tuple[PeopleList, int]:
    """Return the people of the hub, to be changed, and what time it is there."""
    from cioghub.bootstrap import hub_database
    from cioghub.settings import read_settings
    from cioghub.stores.sql.clock_mark import clock_of
    from cioghub.stores.sql.people_list import PeopleList

    engine = hub_database(read_settings())
    return PeopleList(engine), clock_of(engine).now()
