"""What the compose file starts has no more rights than it needs, and is built of what is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = sorted(COMPOSE["services"].items())


@pytest.mark.parametrize(("name", "service"), SERVICES)
def test_a_service_has_the_name_of_a_worker_or_of_the_web(
    name: str, service: dict[str, Any]
) -> None:
    workers = ROOT / "services" / "cioghub" / "runtimes" / "kafka_workers"
    assert name in {"web", *(path.stem for path in workers.glob("*.py"))}


@pytest.mark.parametrize(("name", "service"), SERVICES)
def test_a_service_runs_without_rights(name: str, service: dict[str, Any]) -> None:
    assert service["user"].split(":")[0] not in {"", "0", "root"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.keys() & {"privileged", "cap_add", "network_mode", "pid", "devices"}
    assert all(service[limit] for limit in ("mem_limit", "cpus", "pids_limit"))
    assert service["tmpfs"]
    assert service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize(("name", "service"), SERVICES)
def test_a_service_is_published_to_this_machine_alone(name: str, service: dict[str, Any]) -> None:
    assert service["ports"]
    for port in service["ports"]:
        # The page refuses any other name than this machine's, port included.
        host, outer, inner = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", port).split(":")
        assert host == "127.0.0.1"
        assert outer == inner


@pytest.mark.parametrize(("name", "service"), SERVICES)
def test_the_image_is_built_of_files_that_are_there(name: str, service: dict[str, Any]) -> None:
    recipe = ROOT / service["build"]["dockerfile"]
    text = recipe.read_text()
    copied = [
        path
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE)
        for path in line.split()[:-1]
    ]
    assert copied
    assert not [path for path in copied if not (ROOT / path).exists()]
    assert "--require-hashes" in text
    assert re.search(r"^USER 10001$", text, re.MULTILINE)
