"""What the sharing rules in use know, for commands to check: areas, parties, feeds, audiences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cioghub.errors import AnswerIsNo, WrongUse

if TYPE_CHECKING:
    from cioghub.steps.share.table import Bundle


def rules_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options `--rules` and `--areas` to a command."""
    path = click.Path(path_type=Path)
    areas = click.option("--areas", "areas_file", type=path, help="Areas file; the shipped one.")
    rules = click.option("--rules", type=path, help="Folder of sharing rules; the shipped ones.")
    return rules(areas(command))


def known(rules: Path | None, areas_file: Path | None) -> Bundle:
    """Return the bundle of a folder of rules, to look names up in; it is not checked.

    Raises:
        AnswerIsNo: the folder is no bundle.
    """
    from cioghub.bootstrap import default_areas, default_rules, load_bundle
    from cioghub.steps.share.check_bundle import LoadedBundle
    from cioghub.wire.areas import read_areas

    folder = rules or default_rules()
    loaded = load_bundle(folder, read_areas(areas_file or default_areas()))
    if isinstance(loaded, LoadedBundle):
        return loaded.bundle
    raise AnswerIsNo(
        "The sharing rules cannot be read.",
        "They say which areas, agencies and feeds there are.",
        f"Run `ciog rules check {folder}` and mend what it names.",
    )


def must_be_known(what: str, given: str, names: Iterable[str]) -> None:
    """Refuse a name that the rules do not know.

    Raises:
        WrongUse: it is not among the names, which are listed.
    """
    among = sorted(names)
    if given not in among:
        raise WrongUse(
            f"The sharing rules know no such {what}.",
            "A name that nobody knows would open nothing.",
            f"Choose one of: {', '.join(among)}.",
        )
