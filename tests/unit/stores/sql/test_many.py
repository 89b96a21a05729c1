"""Many rows at once, on each kind of database."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError, OperationalError

from cioghub.stores.sql.many import among, insert_all
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing

REFUSED, MEMORY = METADATA.tables["refused"], METADATA.tables["memory"]
ROWS = [
    {"number": 1, "at": 2**40, "source": None, "name": "a\tb\\n\n", "faults": '["\\\\N"]'},
    {"number": 2, "at": 0, "source": "\\N", "name": "", "faults": "\u2028\U0001f4a5"},
]
BYTES = [{"name": str(n), "content": bytes([n])} for n in range(256)]


def test_rows_stand_in_the_table_as_they_were_given(engine: Engine) -> None:
    with writing(engine) as connection:
        insert_all(connection, REFUSED, ROWS)
        insert_all(connection, MEMORY, BYTES)
        insert_all(connection, MEMORY, [])
    with engine.connect() as connection:
        rows = connection.execute(select(REFUSED).order_by(REFUSED.c.number)).mappings()
        assert [dict(row) for row in rows] == ROWS
        content = connection.execute(select(MEMORY.c.name, MEMORY.c.content)).all()
        assert {name: bytes(one) for name, one in content} == {
            row["name"]: row["content"] for row in BYTES
        }


def test_of_rows_that_clash_none_is_kept(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        insert_all(connection, REFUSED, [*ROWS, ROWS[0]])
    with engine.connect() as connection:
        assert connection.execute(select(REFUSED)).all() == []


def test_a_database_that_goes_away_meanwhile_is_the_databases_fault(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite is a file: nothing to go away")
    with pytest.raises(OperationalError), writing(engine) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        own = driver.info.backend_pid
        with engine.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({own})")
        insert_all(connection, REFUSED, ROWS)


@pytest.mark.parametrize("asked", [[], [b"\x00"], [b"\x01", b"\xff", b"none of them"]])
def test_among_finds_those_that_are_there(engine: Engine, asked: list[bytes]) -> None:
    with writing(engine) as connection:
        insert_all(connection, MEMORY, BYTES)
        found = connection.scalars(
            select(MEMORY.c.content).where(among(connection, MEMORY.c.content, asked))
        ).all()
    assert {bytes(one) for one in found} == {one for one in asked if len(one) == 1}
