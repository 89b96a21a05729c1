"""Finds the schemas and the default `deploy/` folder that come with the program."""

from __future__ import annotations

from pathlib import Path

from cioghub.errors import EnvironmentFailed

_PACKAGE = Path(__file__).resolve().parent.parent
_HOMES = (_PACKAGE / "shipped", _PACKAGE.parent.parent)
"""Inside an installed package; in a checkout, where `services/` is the source root."""


def _find(name: str) -> Path:
    for home in _HOMES:
        if (home / name).is_dir():
            return home / name
    raise EnvironmentFailed(
        f"The folder `{name}` that ships with the hub is not there.",
        "The installation is incomplete.",
        "Run `make setup` in a whole checkout, or install the package again.",
    )


def deploy_folder() -> Path:
    """Return the default `deploy/`: areas, code lists and sharing rules."""
    return _find("deploy")


def schemas_folder() -> Path:
    """Return `schemas/avro/`: one folder for each agency kind."""
    return _find("schemas") / "avro"
