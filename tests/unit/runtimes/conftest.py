"""Workers on a database of each test, and the events of two simulated days."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.workers import Workers, simulated, workers_in


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    with workers_in(tmp_path) as workers:
        yield workers


@pytest.fixture(scope="session")
def events() -> list[dict]:
    return simulated(2)


@pytest.fixture
def quiet() -> Iterator[None]:
    """The log of the process as it was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
