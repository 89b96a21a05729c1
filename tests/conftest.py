"""What all tests share: one fixed Hypothesis profile, and the modules of `tests/` by name."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from sqlalchemy import Engine
    from tests.postgres import PostgresServer
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

# Before anything imports numpy. The matrices are small: several threads would spend ten times the
# work of one on waiting for each other, and tests run side by side already.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

TESTS = Path(__file__).parent
sys.path.insert(0, str(TESTS))

# The same examples on every run and every machine; what takes how long is for the benchmarks.
settings.register_profile(
    "fixed",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
settings.load_profile("fixed")


@pytest.fixture(scope="session", autouse=True)
def remembering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make once what it takes to start a hub on the shipped rules: hundreds of tests do."""
    from tests.made_once import made_once

    with made_once(tmp_path_factory.mktemp("made")):
        yield


@pytest.fixture(autouse=True)
def databases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what the databases that a test opened hold open, and wait for no disk: none fails."""
    from sqlalchemy import event

    from cioghub.stores.sql import database

    opened, engine_of = [], database.engine_of

    def remembered(url: str) -> Engine:
        engine = engine_of(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", lambda made, _: made.execute("PRAGMA synchronous=OFF"))
        opened.append(engine)
        return engine

    monkeypatch.setattr(database, "engine_of", remembered)
    yield
    for engine in opened:
        engine.dispose()


# For a module, not the session: while it is open no other test of the process may run a loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's browser; a test that asks for it is skipped where there is none."""
    from tests.web.serving import CHROMIUM, chromium

    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this machine; a test that asks for it is skipped where none is."""
    from tests.postgres import postgres_server

    with postgres_server() as server:
        yield server


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a `--basetemp` that another session works in: pytest would empty it under that one."""
    folder = config.option.basetemp
    if folder is None or hasattr(config, "workerinput"):
        return
    lock = os.open(f"{os.path.abspath(folder)}.lock", os.O_CREAT | os.O_WRONLY)
    config.add_cleanup(lambda: os.close(lock))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise pytest.UsageError(f"another session works in {folder}: name another") from None


FIRST = ("kafka", "acceptance", "spec", "web", "live", "clients", "properties", "contract")
"""The folders whose tests take long: a worker that comes to one at the end works on alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long first."""
    order = {TESTS / name: place for place, name in enumerate(FIRST)}

    def place(item: pytest.Item) -> int:
        # One that was named on the command line may lie anywhere.
        return min((order[one] for one in item.path.parents if one in order), default=len(FIRST))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Give each worker whole files, and one of them all that shares the Kafka broker."""
    from xdist.scheduler import LoadFileScheduling

    class ByServer(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            kafka = "tests/kafka/"
            return kafka if nodeid.startswith(kafka) else super()._split_scope(nodeid)

    return ByServer(config, log)
