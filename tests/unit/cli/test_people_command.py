"""`ciog people`: people are added, listed and disabled, and no password is ever an argument."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.people import PASSWORD

from cioghub.cli.people import people
from cioghub.errors import WrongUse
from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.people import people_on
from cioghub.vocabulary.people import Role


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("CIOG_HOME", str(tmp_path / "home"))
    open_database(tmp_path / "home").dispose()
    return tmp_path / "home"


def run(*arguments: str, typed: str = "") -> Result:
    result = CliRunner().invoke(people, list(arguments), input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def listed() -> list[dict]:
    return json.loads(run("list", "--format", "json").stdout)


def test_somebody_added_gets_a_code_that_is_alone_on_standard_output(home) -> None:
    result = run("add", "a.jones", "--name", "A. Jones", "--role", "chair", "--ciog", "east")
    code = result.stdout.strip()
    assert len(code.split("-")) == 4
    accounts = people_on(open_database(home)).accounts
    person = accounts.set_password("a.jones", code, PASSWORD, "", 0)
    assert (person.name, person.role, person.ciog) == ("A. Jones", Role.CHAIR, "east")


def test_a_password_may_be_typed_at_once(home) -> None:
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    result = run("add", "ops", "--name", "Desk", "--role", "operator", "--prompt", typed=typed)
    assert PASSWORD not in result.output
    assert result.stdout.strip() == ""
    accounts = people_on(open_database(home)).accounts
    assert accounts.check("ops", PASSWORD, "", 0).role is Role.OPERATOR


def test_a_weak_password_leaves_the_person_without_one() -> None:
    arguments = ("add", "ops", "--name", "Desk", "--role", "operator", "--prompt")
    with pytest.raises(WrongUse, match="12 to 256"):
        run(*arguments, typed="short\nshort\n")
    assert [one["password"] for one in listed()] == [False]


def test_a_forgotten_password_takes_a_new_code(home) -> None:
    run("add", "ops", "--name", "Desk", "--role", "operator")
    code = run("code", "ops").stdout.strip()
    people_on(open_database(home)).accounts.set_password("ops", code, PASSWORD, "", 0)


@pytest.mark.parametrize(("option", "value"), [("--ciog", "atlantis"), ("--party", "nobody-nhs")])
def test_an_area_or_agency_that_the_rules_do_not_know_is_refused(option, value) -> None:
    role = "chair" if option == "--ciog" else "dpo"
    with pytest.raises(WrongUse, match="Choose one of"):
        run("add", "somebody", "--name", "S", "--role", role, option, value)
    assert listed() == []


def test_who_is_disabled_stays_in_the_list() -> None:
    run("add", "ops", "--name", "Desk", "--role", "operator")
    run("disable", "ops")
    assert [(one["sign_in"], one["disabled"]) for one in listed()] == [("ops", True)]
    assert "disabled" in run("list").stdout


def test_nobody_of_that_name_is_said() -> None:
    for command in ("disable", "code"):
        with pytest.raises(WrongUse, match="ciog people list"):
            run(command, "nobody")


def test_no_command_takes_a_password() -> None:
    options = {
        one for command in people.commands.values() for p in command.params for one in p.opts
    }
    assert not any("password" in one for one in options)
