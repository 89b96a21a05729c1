"""What all tests share: one fixed Hypothesis profile, and the modules of `tests/` by name."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from tests.postgres import PostgresServer

    from cioghub.steps.share.assemble import LoadedBundle
    from cioghub.vocabulary.rules import Finding

# Before anything imports numpy. The matrices are small: several threads would spend ten times the
# work of one on waiting for each other, and tests run side by side already.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

sys.path.insert(0, str(Path(__file__).parent))

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
def checked_once() -> Iterator[None]:
    """Check one folder of rules once: hundreds of tests start a hub on the shipped one.

    The hash of a bundle names all that its check reads. What finds errors is checked anew.
    """
    from cioghub import bootstrap

    check, clean = bootstrap.check, set()

    def checked(loaded: LoadedBundle, **how: Any) -> tuple[list[Finding], list[Finding]]:
        if loaded.bundle.hash in clean:
            return [], []
        errors, warnings = check(loaded, **how)
        if not errors:
            clean.add(loaded.bundle.hash)
        return errors, warnings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "check", checked)
        yield


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
