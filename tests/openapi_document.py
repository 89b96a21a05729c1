"""The OpenAPI document of the hub as it is committed; `make openapi` writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.wire.areas import read_areas

COMMITTED = Path(__file__).parents[1] / "docs" / "openapi.json"


class Unasked:
    """Stands for all that a hub is made of: a description asks nothing of it."""


def faults_of(name: str, value: Any) -> list[str]:
    """Return how a value differs from what the committed document says of a schema."""
    components = json.loads(COMMITTED.read_text(encoding="utf-8"))["components"]
    schema = {"$ref": f"#/components/schemas/{name}", "components": components}
    found = jsonschema_rs.validator_for(schema).iter_errors(value)
    return [f"{list(one.instance_path)}: {one.message}" for one in found]


def document() -> str:
    """Return the document of a hub with the shipped rules, as text."""
    nobody: Any = Unasked()
    loaded = checked_bundle(default_rules(), read_areas(default_areas()))
    hub = Hub(
        clock=nobody,
        intake=nobody,
        room=nobody,
        loaded=loaded,
        people=nobody,
        cases=nobody,
        margins=nobody,
        label=None,
    )
    return json.dumps(create_app(hub).openapi(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    COMMITTED.write_text(document(), encoding="utf-8")
