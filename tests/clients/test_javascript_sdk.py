"""The JavaScript SDK of CloudEvents publishes, as it comes from npm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.clients.conftest import Door
from tests.unit.web.agencies.records import fire

HERE = Path(__file__).parent / "javascript"
PATIENCE_SECONDS = 180


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not on this machine")
    folder = tmp_path_factory.mktemp("javascript")
    for file in HERE.iterdir():
        shutil.copy(file, folder)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        pytest.skip("npm does not answer")
    if done.returncode:
        pytest.skip("npm cannot install the SDK here")
    return folder / "publish.mjs"


def test_it_publishes_in_every_mode(door: Door, program: Path) -> None:
    done = subprocess.run(
        ["node", str(program), door.address],
        env={**os.environ, "TOKEN": door.token, "EVENT": json.dumps(fire())},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    # Structured, binary, a batch of twins, and another body under the same identity.
    assert done.stdout.split() == ["202", "202", "200", "409"]
    assert door.accepted() == 1
