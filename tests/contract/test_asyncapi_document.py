"""The committed AsyncAPI document is what the command prints, and keeps to AsyncAPI's schema."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest
from click.testing import CliRunner

from cioghub.cli.kafka import kafka
from cioghub.wire.asyncapi import KEYS
from cioghub.wire.kafka_topics import Key

COMMITTED = Path(__file__).parents[2] / "docs" / "asyncapi.json"
SPECS = Path(__file__).parent / "asyncapi"


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    return found


def test_it_is_up_to_date() -> None:
    printed = CliRunner().invoke(kafka, ["asyncapi"], catch_exceptions=False).output
    committed = COMMITTED.read_text(encoding="utf-8")
    assert committed == printed, "stale: run `make asyncapi` and commit docs/asyncapi.json"


def test_every_reference_leads_somewhere() -> None:
    whole = document()

    def follow(part: Any) -> None:
        if isinstance(part, dict):
            if "$ref" in part:
                found = whole
                for name in part["$ref"].removeprefix("#/").split("/"):
                    found = found[name]
            for one in part.values():
                follow(one)
        elif isinstance(part, list):
            for one in part:
                follow(one)

    follow(whole)


def test_an_agency_finds_every_type_on_its_topic() -> None:
    on_it = document()["channels"]["incident.agency"]["messages"]
    schemas = Path(__file__).parents[2] / "schemas" / "avro"
    assert set(on_it) == {f"{one.parent.name}.{one.stem}" for one in schemas.glob("*/*.avsc")}


def test_every_topic_says_what_lies_on_it_and_by_which_key() -> None:
    assert set(KEYS) == set(get_args(Key))
    for channel in document()["channels"].values():
        assert channel["messages"]
        assert "Key: " in channel["description"]


def test_it_is_an_asyncapi_document(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not on this machine")
    folder = tmp_path / "asyncapi"
    shutil.copytree(SPECS, folder)
    install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(install, cwd=folder, capture_output=True, timeout=180)
    except subprocess.TimeoutExpired:
        pytest.skip("npm does not answer")
    if done.returncode:
        pytest.skip("npm cannot install AsyncAPI's schemas here")
    schemas = folder / "node_modules" / "@asyncapi" / "specs" / "schemas"
    schema = json.loads((schemas / "3.0.0.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.validator_for(schema)
    assert [str(fault) for fault in validator.iter_errors(document())] == []
    spoilt = document() | {"channels": {"x": {"address": 3}}}
    assert not validator.is_valid(spoilt)
