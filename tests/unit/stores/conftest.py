"""A good ledger, written once, and a copy of it for each test to spoil."""

from pathlib import Path
from shutil import copytree

import pytest
from tests.unit.stores.ledger_forging import write


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("ledger") / "written")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return copytree(written, tmp_path / "ledger")
