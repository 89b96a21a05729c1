"""Every example of docs/publishing.md is run as it stands, and answers what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.clients.conftest import Door

PAGE = Path(__file__).parents[2] / "docs" / "publishing.md"
BLOCK = re.compile(r"^```(\w*) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE_SECONDS = 60


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
def test_the_examples_do_what_they_say(door: Door, tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    said = ""
    runs = 0
    for language, name, content in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language in ("json", "csv", "yaml"):
            (tmp_path / name).write_text(content, encoding="utf-8")
        elif language == "sh":
            runs += 1
            done = subprocess.run(
                ["sh", "-c", content],
                cwd=tmp_path,
                env={**os.environ, "PATH": path, "HUB": door.address, "TOKEN": door.token},
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
            )
            assert done.returncode == 0, done.stderr
            said = done.stdout
        elif language == "answer":
            for line in content.splitlines():
                assert line in said
    assert runs == PAGE.read_text(encoding="utf-8").count("```sh\n") > 0
    assert door.accepted() >= 2
