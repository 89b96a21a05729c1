"""The options of commands that serve pages and doors."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import click

_PATH = click.Path(path_type=Path)
_OPTIONS = (
    click.option(
        "--port", type=click.IntRange(0, 65535), help="Port; CIOG_PORT or 8600 if left out."
    ),
    click.option(
        "--listen",
        default="127.0.0.1",
        show_default=True,
        help="Address to answer on; behind a proxy that ends TLS, leave it as it is.",
    ),
    click.option(
        "--rules", type=_PATH, help="Folder of sharing rules; the shipped ones if left out."
    ),
    click.option("--areas", "areas_file", type=_PATH, help="Areas file; likewise."),
    click.option(
        "--host",
        "hosts",
        multiple=True,
        help="A name that readers call the hub by, beside 127.0.0.1 and localhost.",
    ),
    click.option("--https", is_flag=True, help="Readers reach it by HTTPS alone, through a proxy."),
    click.option(
        "--openid",
        type=_PATH,
        help="Settings of an OpenID provider at which people sign in as well (docs/people.md).",
    ),
)


def serving_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what says where to answer, by which rules, and to whom."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)
