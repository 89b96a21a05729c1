"""Opens the database, brings its tables up to date, and says how it keeps its promises.

SQLite runs in WAL mode with a full sync at every commit, so that what was answered is on disk; and
with `secure_delete`, so that what is deleted is overwritten. PostgreSQL syncs by itself. On both,
those who write come one after the other: what is kept has one order.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from sqlmodel import create_engine

from cioghub.errors import EnvironmentFailed, WrongUse

Database = Engine
"""A hub's database, for whoever only passes it on."""

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 10
CONNECT_SECONDS = 5
IDLE_SECONDS = 15
WRITE_LOCK = 0x63696F67
"""The advisory lock that a transaction on PostgreSQL holds while it writes."""

MIGRATION_LOCK = WRITE_LOCK + 1

DATABASE = "hub.db"


def open_database(home: Path) -> Database:
    """Return the database of a hub's home, made or migrated to this version's tables.

    Raises:
        EnvironmentFailed: the folder or the file cannot be written.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Its owner's alone from the first byte; SQLite gives its other files the same mode.
        os.close(os.open(home / DATABASE, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise EnvironmentFailed(
            f"{home} cannot be made: {error.strerror}.",
            "The hub keeps its state in it.",
            "Set CIOG_HOME to a folder that the hub may write.",
        ) from error
    engine = engine_of(f"sqlite:///{home / DATABASE}")
    migrate(engine)
    return engine


def existing_database(home: Path) -> Engine:
    """Return the database of a home as it is, for reading.

    Raises:
        WrongUse: there is none.
        EnvironmentFailed: it cannot be opened, or is of another version.
    """
    path = home / DATABASE
    if not path.is_file():
        raise WrongUse(
            f"There is no hub in {home}.", "", "Set CIOG_HOME to the folder of a hub's state."
        )
    return _of_this_version(engine_of(f"sqlite:///{path}"))


def database_at(url: str | None) -> Database:
    """Return the database at a URL, as `postgresql://hub@db/hub?passfile=/run/secrets/db`.

    Raises:
        WrongUse: there is none, or it is no URL of a PostgreSQL database.
        EnvironmentFailed: it cannot be reached, or its tables cannot be brought up to date.
    """
    engine = _server(url)
    migrate(engine)
    return engine


def existing_database_at(url: str | None) -> Database:
    """Return the database at a URL as it is, for reading.

    Raises:
        WrongUse: there is none, or it is no URL of a PostgreSQL database.
        EnvironmentFailed: it cannot be reached, or is of another version.
    """
    return _of_this_version(_server(url))


def _server(url: str | None) -> Engine:
    if url is None:
        raise WrongUse(
            "CIOG_DATABASE is not set.",
            "A hub on several machines keeps its state in one PostgreSQL database.",
            "Set it as postgresql://hub@db.example/hub?passfile=/run/secrets/database.",
        )
    if not url.startswith("postgresql://"):
        raise WrongUse(
            "CIOG_DATABASE is no address of a PostgreSQL database.",
            "Workers on several machines keep their state in one.",
            "Write it as postgresql://hub@db.example/hub?passfile=/run/secrets/database.",
        )
    return engine_of(url)


def answers_now(engine: Database) -> bool:
    """Say whether a database answers."""

    def ask() -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    return is_answered(ask)


def is_answered(ask: Callable[[], object]) -> bool:
    """Say whether a database answers what `ask` asks of it, and has a connection to spare."""
    try:
        ask()
    except (DBAPIError, TimeoutError):
        return False
    return True


def engine_of(url: str) -> Engine:
    """Return an engine for a URL of SQLite or PostgreSQL, with what each needs for its promises."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if connection.get_execution_options().get("writes", False):
            # Who is stopped while it writes must not hold up the others for ever.
            connection.exec_driver_sql(
                f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'; "
                f"SELECT pg_advisory_xact_lock({WRITE_LOCK})"
            )

    return engine


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}, pool_size=16
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A transaction that will write says so at once, or it could fail half-way on another's.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def migrate(engine: Engine) -> None:
    """Bring the tables up to this version; a database that is up to date is left alone.

    Raises:
        EnvironmentFailed: the file cannot be written, or is of a newer version.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with _told_where_it_fails(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":  # two workers may start at once
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATION_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({MIGRATION_LOCK})")


def _of_this_version(engine: Engine) -> Engine:
    """Return a database whose tables are those of this version: whoever reads changes none.

    Raises:
        EnvironmentFailed: it cannot be opened, or is of another version.
    """
    with _told_where_it_fails(), engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    if set(found) != set(ScriptDirectory(str(MIGRATIONS)).get_heads()):
        raise EnvironmentFailed(
            "The database of the hub is of another version than this program.",
            "It would be read wrongly, and whoever only reads does not bring it up to date.",
            "Run the `ciog` of the version of the hub, or start the hub in this version first.",
        )
    return engine


@contextmanager
def _told_where_it_fails() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise EnvironmentFailed(
            "The database of the hub cannot be opened or written.",
            str(error.orig).strip(),
            "Look at the folder's owner and at the space on its disk; of a server, at its address.",
        ) from error
