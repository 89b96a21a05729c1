"""A real PostgreSQL for tests: Debian's, as its own user, on a port and in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from cioghub.stores.sql.database import database_at

DEBIAN = Path("/usr/lib/postgresql")


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server on this machine, if there is one."""
    found = sorted(DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


@dataclass
class PostgresServer:
    """A running server; `database` makes an empty database and gives its URL."""

    bin: Path
    folder: Path
    port: int
    user: str | None
    fsync: bool = False  # the machine does not fail in a test
    _process: subprocess.Popen[bytes] | None = None
    _template: str | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(self.bin / "postgres"), "-D", str(self.folder / "data"), "-p"]
        command += [str(self.port), "-k", str(self.folder), "-h", "127.0.0.1"]
        command += ["-c", f"fsync={'on' if self.fsync else 'off'}"]
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            command, user=self.user, stdout=log, stderr=log, cwd=self.folder
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    @property
    def pid(self) -> int:
        """The process whose children the others are."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """Stop it at once, as in a crash; what was committed stays."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)

    def url(self, database: str) -> str:
        """Return the URL of a database on it."""
        return f"postgresql://hub@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "template1") -> str:
        """Make an empty database; return its URL."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def migrated(self) -> str:
        """Make a database with the tables of this version, and nothing in them; return its URL."""
        if self._template is None:
            made = self.database()
            database_at(made).dispose()
            self._template = made.rpartition("/")[2]
        return self.database(self._template)


@contextmanager
def postgres_server(fsync: bool = False) -> Iterator[PostgresServer]:
    """Run a server, for figures of speed one that syncs; skip where none is installed."""
    found = binaries()
    if found is None:
        pytest.skip("no PostgreSQL server on this machine")
    user = None
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        try:
            user = pwd.getpwnam("postgres").pw_name
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    if user:
        shutil.chown(folder, user)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    make = [str(found / "initdb"), "-D", str(folder / "data"), "-U", "hub", "--auth=trust"]
    make += ["--no-sync", "--encoding=UTF8", "--locale=C"]
    subprocess.run(make, user=user, check=True, capture_output=True, cwd=folder)
    server = PostgresServer(found, folder, port, user, fsync)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
