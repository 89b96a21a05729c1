"""What the compose files start has no more rights than it needs, and is built of what is there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from cioghub.runtimes.kafka_workers.opening import WORKERS

ROOT = Path(__file__).parents[2]
FILES = ("docker-compose.yml", "docker-compose.demo.yml")
READ: dict[str, dict[str, Any]] = {
    name: yaml.safe_load((ROOT / name).read_text()) for name in FILES
}
SERVICES = [
    pytest.param(name, service, id=f"{file}:{name}")
    for file in FILES
    for name, service in sorted(READ[file]["services"].items())
]
HUB = READ["docker-compose.yml"]
ONE_SHOTS = {"secrets", "rights"}
BOUGHT_IN = {"kafka", "postgres", "prometheus", "grafana"}
PUBLISHED = {"web", "prometheus", "grafana"}


@pytest.mark.parametrize(("name", "service"), SERVICES)
def test_a_service_has_the_name_of_what_it_runs(name: str, service: dict[str, Any]) -> None:
    programs = ROOT / "services" / "cioghub"
    modules = {path.stem for path in (programs / "runtimes" / "kafka_workers").glob("*.py")}
    set_up = {path.stem for path in (ROOT / "deploy" / "compose").glob("make_*")}
    assert name in {"web", *modules} | BOUGHT_IN or f"make_{name}" in set_up
    assert (programs / "web").is_dir()


@pytest.mark.parametrize(("name", "service"), SERVICES)
def test_a_service_runs_without_rights(name: str, service: dict[str, Any]) -> None:
    assert not {"", "0", "root"} & set(service["user"].split(":"))
    assert "0" not in service.get("group_add", ())
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.keys() & {"privileged", "cap_add", "pid", "ipc", "devices"}
    assert service.get("network_mode", "none") == "none"
    assert all(service[limit] for limit in ("mem_limit", "cpus", "pids_limit"))
    assert service["tmpfs"]
    assert name in ONE_SHOTS or service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize(("name", "service"), SERVICES)
def test_a_service_is_published_to_this_machine_alone_if_at_all(
    name: str, service: dict[str, Any]
) -> None:
    assert bool(service.get("ports")) == (name in PUBLISHED)
    for port in service.get("ports", ()):
        # The page refuses any other name than this machine's, port included.
        host, outer, inner = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", port).split(":")
        assert host == "127.0.0.1"
        assert outer == inner


def test_the_image_is_built_of_files_that_are_there() -> None:
    text = (ROOT / "deploy" / "image" / "Dockerfile").read_text()
    copied = [
        path
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE)
        for path in line.split()[:-1]
    ]
    assert copied
    assert not [path for path in copied if not (ROOT / path).exists()]
    assert "--require-hashes" in text
    assert re.search(r"^USER 10001$", text, re.MULTILINE)


def mounted(service: str) -> dict[str, bool]:
    """Return each named volume of a service, and whether it can write it."""
    lines = [line.split(":") for line in HUB["services"][service].get("volumes", ())]
    return {line[0]: line[2:] != ["ro"] for line in lines if not line[0].startswith(".")}


def test_every_worker_is_there_and_sees_its_own_secrets_alone() -> None:
    shared = {"trust", "database", "keys"}
    for worker in WORKERS:
        assert mounted(worker) == dict.fromkeys({*shared, f"{worker}-secrets"}, False)


@pytest.mark.parametrize("service", sorted({*HUB["services"]} - {*WORKERS} - ONE_SHOTS))
def test_nobody_else_has_the_key_of_pseudonyms_nor_changes_a_secret(service: str) -> None:
    found = mounted(service)
    assert "keys" not in found
    assert {name for name, writes in found.items() if writes} <= {f"{service}-data"}


def test_what_holds_data_has_no_way_out() -> None:
    inner = {name for name, network in HUB["networks"].items() if network.get("internal")}
    assert inner == {"inside", "watch"}
    for service in ("kafka", "postgres", "rights", *WORKERS):
        assert {*HUB["services"][service]["networks"]} <= inner
    for service in ("prometheus", "grafana"):
        assert "inside" not in HUB["services"][service]["networks"]


def test_no_secret_stands_in_a_compose_file() -> None:
    for service in HUB["services"].values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or value.startswith("/secrets/")


def test_a_password_that_never_came_to_its_disk_is_made_again(tmp_path: Path) -> None:
    script = (ROOT / "deploy" / "compose" / "make_rights.sh").read_text()
    ciog = tmp_path / "ciog"
    # As the command: it makes a new file, and overwrites none.
    ciog.write_text('#!/bin/sh\n[ "$2" != password ] || { set -C; echo new > "$5"; }\n')
    ciog.chmod(0o755)
    files = {one: tmp_path / one / "kafka.password" for one in (*WORKERS, "web")}
    for file in files.values():
        file.parent.mkdir()
    files["correlator"].write_text("kept\n")
    files["web"].touch()
    subprocess.run(
        ["sh", "-c", script.replace("/secrets", str(tmp_path))],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        check=True,
    )
    assert {one: file.read_text() for one, file in files.items()} == {
        "sharer": "new\n",
        "correlator": "kept\n",
        "reporter": "new\n",
        "web": "new\n",
    }


def test_the_broker_of_compose_refuses_who_has_no_right() -> None:
    lines = (ROOT / "deploy" / "compose" / "kafka.properties").read_text().splitlines()
    said = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert said["authorizer.class.name"].endswith(".StandardAuthorizer")
    assert said["allow.everyone.if.no.acl.found"] == "false"
    assert said["auto.create.topics.enable"] == "false"
    assert "PLAINTEXT" not in said["listener.security.protocol.map"]
