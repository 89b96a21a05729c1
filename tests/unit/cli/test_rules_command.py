"""`ciog rules`: findings for people and for programs, and the exit code of the contract."""

import json

import pytest
from click.testing import CliRunner

from cioghub.cli.rules import rules as command
from cioghub.errors import WrongUse

FILE = "police-to-hub.yaml"
KEYS = ["code", "file", "line", "column", "message", "hint"]


def run(*arguments: object):
    return CliRunner().invoke(command, [str(one) for one in arguments])


def test_a_good_folder_leaves_with_nought(write_rules) -> None:
    done = run("check", write_rules())
    assert done.exit_code == 0
    assert done.output == "0 errors, 0 warnings.\n"


def test_an_error_leaves_with_one_and_says_where_and_what_to_do(rules, write_rules) -> None:
    rules.agreements["police-to-hub"]["gateway"] = "no-power"
    done = run("check", write_rules())
    assert done.exit_code == 1
    first, second, last = done.output.splitlines()
    assert first.startswith(f"{FILE}:8:1: error unknown-gateway: the gateway `no-power`")
    assert second.strip().startswith("Declare the legal power")
    assert last == "1 error, 0 warnings."


def test_json_holds_every_finding_whole(rules, write_rules) -> None:
    rules.agreements["police-to-hub"].update(gateway="no-power", only_when={})
    done = run("check", write_rules(), "--format", "json")
    assert done.exit_code == 1
    found = json.loads(done.output)
    assert list(found) == ["errors", "warnings"]
    assert [list(one) for one in found["errors"]] == [KEYS]
    assert [one["code"] for one in found["warnings"]] == ["floor"]


def test_faults_of_shape_are_errors_too(write_rules) -> None:
    folder = write_rules()
    (folder / "gateways.yaml").unlink()
    done = run("check", folder, "--format", "json")
    assert done.exit_code == 1
    assert json.loads(done.output)["errors"][0]["code"] == "missing-file"


@pytest.mark.parametrize(("day", "warnings"), [("2026-12-31", 0), ("2027-01-01", 1)])
def test_a_review_that_is_due_is_told_of_on_a_day(write_rules, day, warnings) -> None:
    done = run("check", write_rules(), "--on", day, "--format", "json")
    assert done.exit_code == 0
    assert len(json.loads(done.output)["warnings"]) == warnings


def test_a_day_that_is_none_is_wrong_use(write_rules) -> None:
    assert run("check", write_rules(), "--on", "tomorrow").exit_code == 2


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path) -> None:
    done = run("check", tmp_path / "nothing")
    assert isinstance(done.exception, WrongUse)


@pytest.mark.parametrize("kind", ["agreement", "parties", "gateways", "bundle", "cases"])
def test_the_schema_of_each_file_is_closed(kind) -> None:
    done = run("schema", "--of", kind)
    assert done.exit_code == 0
    schema = json.loads(done.output)
    objects = [one for one in (schema, *schema.get("$defs", {}).values()) if "properties" in one]
    assert objects
    assert all(one["additionalProperties"] is False for one in objects)


def test_the_schema_of_an_agreement_requires_all_keys_but_the_conditions() -> None:
    schema = json.loads(run("schema").output)
    optional = set(schema["properties"]) - set(schema["required"])
    assert optional == {"only_when", "never_when"}
