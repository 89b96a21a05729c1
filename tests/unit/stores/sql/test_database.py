"""The tables of each version, on PostgreSQL as on SQLite, and those who write one after another."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import BigInteger, Engine, func, inspect, select

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.stores.sql.database import MIGRATIONS, database_at
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing

TURN = METADATA.tables["turn"]


def to(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if revision == "base" else command.upgrade)(config, revision)


def test_the_tables_go_away_and_come_back(engine: Engine) -> None:
    to(engine, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    to(engine, "head")
    found = inspect(engine)
    assert set(found.get_table_names()) == {"alembic_version", *METADATA.tables}
    for table in METADATA.tables.values():
        assert {one["name"] for one in found.get_columns(table.name)} == set(table.c.keys())
        indexes = {one["name"] for one in found.get_indexes(table.name)}
        assert {one.name for one in table.indexes} <= indexes


def test_whole_numbers_outlast_2038_on_postgresql(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        columns = inspect(engine).get_columns("accepted")
        kinds = {one["name"]: one["type"] for one in columns}
        assert isinstance(kinds["accepted"], BigInteger)
        assert isinstance(kinds["position"], BigInteger)


def test_those_who_write_come_one_after_the_other(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(TURN.insert(), {"name": "n", "epoch": 0, "reached": 0})

    def add() -> None:
        for _ in range(20):
            with writing(engine) as connection:
                now = connection.execute(select(func.max(TURN.c.epoch))).scalar_one()
                connection.execute(TURN.update().values(epoch=now + 1))

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.execute(select(TURN.c.epoch)).scalar_one() == 60


def test_what_is_no_address_of_a_server_is_wrong_use() -> None:
    with pytest.raises(WrongUse):
        database_at("mysql://db/hub")


def test_a_server_that_is_away_is_told_as_such() -> None:
    with pytest.raises(EnvironmentFailed):
        database_at("postgresql://hub@127.0.0.1:1/hub")


def test_what_is_written_is_synced_before_it_is_answered(tmp_path: Path) -> None:
    # In a process of its own: here no test waits for the disk.
    asks = (
        "import sys; from pathlib import Path; "
        "from cioghub.stores.sql.database import open_database; "
        "connection = open_database(Path(sys.argv[1])).connect(); "
        "print(connection.exec_driver_sql('PRAGMA synchronous').scalar(), "
        "connection.exec_driver_sql('PRAGMA journal_mode').scalar())"
    )
    command = [sys.executable, "-c", asks, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "wal"]  # 2 is FULL
