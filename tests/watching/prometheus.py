"""A real Prometheus with the shipped alarms, looking at workers on this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from tests.watching.expressions import FOLDER

PATIENCE_SECONDS = 180


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus, asked by its own API."""

    url: str

    def ask(self, question: str) -> list[dict[str, Any]]:
        """Return the samples of an instant query; fail if it is none."""
        answer = httpx2.get(f"{self.url}/api/v1/query", params={"query": question}).json()
        assert answer["status"] == "success", (question, answer)
        result: list[dict[str, Any]] = answer["data"]["result"]
        return result

    def until(self, question: str, samples: int) -> list[dict[str, Any]]:
        """Return the samples of a query as soon as there are so many."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found := self.ask(question)) < samples:
            assert time.monotonic() < deadline, f"{question}: {found}"
            time.sleep(0.2)
        return found

    def faults_of_rules(self) -> dict[str, str]:
        """Return what is wrong with each alarm that cannot be evaluated, or was not yet."""
        groups = httpx2.get(f"{self.url}/api/v1/rules").json()["data"]["groups"]
        rules = [rule for group in groups for rule in group["rules"]]
        return {rule["name"]: rule.get("lastError", "") for rule in rules if rule["health"] != "ok"}


@contextmanager
def running_prometheus(folder: Path, targets: list[str]) -> Iterator[Prometheus]:
    """Run one with the shipped settings, but for where the workers are and how often it looks."""
    if shutil.which("prometheus") is None:
        pytest.skip("Prometheus is not on this machine: it comes with Debian's package")
    settings = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    settings["rule_files"] = [str(FOLDER / "rules.yml")]
    (job,) = (one for one in settings["scrape_configs"] if one["job_name"] == "ciog-worker")
    settings["scrape_configs"] = [job | {"static_configs": [{"targets": targets}]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    command = ["prometheus", f"--config.file={folder / 'prometheus.yml'}"]
    command += [f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={address}"]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                httpx2.get(f"http://{address}/-/ready").raise_for_status()
                break
            except httpx2.HTTPError:
                assert process.poll() is None, (folder / "prometheus.log").read_text()
                assert time.monotonic() < deadline, "Prometheus does not come up"
                time.sleep(0.1)
        yield Prometheus(f"http://{address}")
    finally:
        process.kill()
        process.wait()
