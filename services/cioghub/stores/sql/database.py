"""Opens the database, brings its tables up to date, and says how it keeps its promises.

SQLite runs in WAL mode with a full sync at every commit, so that what was answered is on disk; and
with `secure_delete`, so that what is deleted is overwritten.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import create_engine

from cioghub.errors import EnvironmentFailed, WrongUse

Database = Engine
"""A hub's database, for whoever only passes it on."""

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 10
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
    """
    path = home / DATABASE
    if not path.is_file():
        raise WrongUse(
            f"There is no hub in {home}.", "", "Set CIOG_HOME to the folder of a hub's state."
        )
    return engine_of(f"sqlite:///{path}")


def engine_of(url: str) -> Engine:
    """Return an engine for a database URL, with what SQLite needs to keep its promises."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
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
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise EnvironmentFailed(
            "The database of the hub cannot be opened or written.",
            str(error.orig),
            "Look at the folder's owner and at the space on its disk.",
        ) from error
