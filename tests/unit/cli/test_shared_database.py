"""Commands about the database that a hub on several machines shares, instead of a home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from click.testing import CliRunner, Result
from sqlalchemy import Connection
from tests.postgres import PostgresServer
from tests.tactical_hub import data_of, tell

from cioghub.cli.main import ciog
from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.stores.sql.database import MIGRATIONS, engine_of


@pytest.fixture(scope="module")
def url(postgres: PostgresServer) -> str:
    return postgres.migrated()


def older_database(postgres: PostgresServer) -> str:
    """Make a database as the version before left it; return its URL."""
    url = postgres.migrated()
    with connected(url) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        alembic.downgrade(config, "0005_workers")
    return url


@pytest.fixture(scope="module")
def older(postgres: PostgresServer) -> str:
    return older_database(postgres)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = engine_of(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def revision(url: str) -> str:
    with connected(url) as connection:
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()


def run(url: str, home: Path, *arguments: str) -> Result:
    env = {"CIOG_DATABASE": url, "CIOG_HOME": str(home), "CIOG_TOKEN": ""}
    return CliRunner(env=env).invoke(ciog, arguments, catch_exceptions=False)


def test_people_and_tokens_are_kept_in_it(url: str, tmp_path: Path) -> None:
    added = run(url, tmp_path, "people", "add", "ops", "--name", "Desk", "--role", "operator")
    assert added.exit_code == 0, added.output
    assert "Desk" in run(url, tmp_path, "people", "list").output
    made = run(url, tmp_path, "feeds", "token", "new", "/warwickshire-fire/incident")
    assert made.exit_code == 0, made.output
    assert "valid" in run(url, tmp_path, "feeds", "token", "list").output
    assert list(tmp_path.iterdir()) == []


def test_what_was_told_is_read_from_it(url: str, tmp_path: Path) -> None:
    engine = engine_of(url)
    tell(engine, "alert-1", 1_790_000_000, data_of("east"))
    engine.dispose()
    alerts = run(url, tmp_path, "alerts", "--audience", "ciog-east", "--format", "json")
    assert "alert-1" in alerts.output
    assert run(url, tmp_path, "picture", "--audience", "ciog-east", "--list").exit_code == 0
    assert "/warwickshire-fire/incident" in run(url, tmp_path, "feeds").output


@pytest.mark.parametrize(
    "command",
    [
        ["alerts", "--audience", "ciog-east"],
        ["picture", "--audience", "ciog-east", "--list"],
        ["feeds"],
        ["people", "list"],
        ["feeds", "token", "list"],
        ["ledger", "verify"],
        ["kafka", "snapshot", "areas.jsonl"],
        ["replay", "--log", ".", "--out", "out"],
    ],
    ids=" ".join,
)
def test_whoever_reads_leaves_a_database_of_another_version_as_it_is(
    command: list[str], older: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EnvironmentFailed, match="of another version"):
        run(older, tmp_path, *command)
    assert revision(older) == "0005_workers"


def test_whoever_writes_brings_it_up_to_date(postgres: PostgresServer, tmp_path: Path) -> None:
    url = older_database(postgres)
    added = ("people", "add", "ops", "--name", "Desk", "--role", "operator")
    assert run(url, tmp_path, *added).exit_code == 0
    assert run(url, tmp_path, "alerts", "--audience", "ciog-east").exit_code == 0


def test_one_process_does_not_run_beside_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="CIOG_DATABASE is set"):
        run(url, tmp_path, "run")


def test_a_ledger_that_is_not_signed_yet_is_not_good(url: str, tmp_path: Path) -> None:
    assert run(url, tmp_path, "ledger", "verify").exit_code == 1
    with pytest.raises(WrongUse, match="not said which ledger"):
        run("", tmp_path, "ledger", "verify")
