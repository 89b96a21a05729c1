"""Where containers cannot be had, the tests that need them are skipped with the reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.kafka import servers_image
from tests.kafka.container_engine import container_engine
from tests.kafka.jars import NotHere


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "docker-compose is not on this machine"),
        ("#!/bin/sh\necho no module >&2; exit 1", "docker-compose cannot be used: no module"),
        ("#!/not/there", "docker-compose cannot be run"),
    ],
)
def test_a_program_that_cannot_be_used_is_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, why: str
) -> None:
    program(tmp_path / "docker", "#!/bin/sh\n")
    if content is not None:
        program(tmp_path / "docker-compose", content)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotHere, match=why), container_engine():
        pass


def test_an_image_that_was_not_packed_whole_is_not_taken_for_one(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    program(tmp_path / "docker", f'#!/bin/sh\necho "$1" >> {asked}; [ "$1" != import ] || cat')
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    with pytest.raises(NotHere, match="cannot be packed"):
        servers_image._import(tmp_path / "nothing", "servers", env)
    assert asked.read_text().split() == ["import", "rmi"]


def program(path: Path, content: str) -> None:
    path.write_text(content)
    path.chmod(0o755)
