"""The examples to copy: each publishes the same events, and the hub reads them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from kafka.partitioner.default import murmur2
from tests.kafka.broker import Broker, User
from tests.kafka.conftest import FIRE
from tests.kafka.reading import events_on
from tests.unit.web.agencies.records import fire as fire_event

from cioghub.vocabulary.topics import incident_topic
from cioghub.wire.shipped import schemas_folder
from cioghub.wire.single_object import Unreadable

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "kafka"
TOPIC = incident_topic(FIRE)
PATIENCE_SECONDS = 180
EVENTS = [
    fire_event(id="f-1", data={"severity": 3, "qualifiers": ["deliberate-secondary"]}),
    fire_event(id="f-2", data={"area": None}),
    {
        **fire_event(id="w-1", type="event.withdrawal.v1"),
        "data": {"id": "f-1", "reason": "wrong-code", "replacement": None},
    },
]
LINES = "".join(json.dumps(one) + "\n" for one in EVENTS)


def run(command: list[str], user: User, folder: Path) -> None:
    """Run an example as a user, the events on its stdin."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **user.environment},
        input=LINES,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def check_published(broker: Broker) -> None:
    """See that the hub reads what was published, and a withdrawal behind its event."""

    def without_null(event: dict[str, Any]) -> dict[str, Any]:
        data = {name: value for name, value in event["data"].items() if value is not None}
        return {**event, "data": data}

    found = events_on(broker.admin, TOPIC)
    events = [one.event for one in found if not isinstance(one.event, Unreadable)]
    assert len(events) == len(found), [one.event for one in found]
    there = [without_null(one) for one in events]
    expected = [without_null(one) for one in EVENTS]
    assert sorted(there, key=lambda one: one["id"]) == expected
    read = zip(events, found, strict=True)
    about_first = [event["id"] for event, one in read if one.key == b"f-1"]
    assert about_first == ["f-1", "w-1"]
    for one in found:  # whoever sent it: what another program corrects lies behind it
        assert one.partition == (murmur2(one.key) & 0x7FFFFFFF) % 4


def test_python_with_confluent_kafka(broker: Broker, fire: User, tmp_path: Path) -> None:
    program = str(EXAMPLES / "publish_confluent.py")
    run([sys.executable, program, TOPIC, str(schemas_folder())], fire, tmp_path)
    check_published(broker)


def test_node_with_kafkajs(broker: Broker, fire: User, tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not on this machine")
    folder = tmp_path / "node"
    shutil.copytree(EXAMPLES / "node", folder)
    install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(install, cwd=folder, capture_output=True, timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        pytest.skip("npm does not answer")
    if done.returncode:
        pytest.skip("npm cannot install kafkajs here")
    run(["node", "publish.mjs", TOPIC, str(schemas_folder())], fire, folder)
    check_published(broker)


def test_kafkas_own_console_producer(broker: Broker, fire: User, tmp_path: Path) -> None:
    javac = shutil.which("javac")
    if javac is None:
        pytest.skip("javac is not on this machine")
    source = str(EXAMPLES / "java" / "EventReader.java")
    jars = f"{broker.jars}/*"
    compiled = subprocess.run(
        [javac, "-cp", jars, "-d", str(tmp_path), source], capture_output=True, text=True
    )
    assert compiled.returncode == 0, compiled.stderr
    client = tmp_path / "client.properties"
    client.write_text("".join(f"{name}={value}\n" for name, value in fire.java.items()))
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}:{tmp_path}"]
    command += ["org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", fire.bootstrap]
    command += ["--producer.config", str(client), "--topic", TOPIC, "--sync"]
    command += ["--line-reader", "EventReader", "--property", f"schemas={schemas_folder()}"]
    run(command, fire, tmp_path)
    check_published(broker)


def test_a_locked_example_names_no_registry() -> None:
    assert "resolved" not in (EXAMPLES / "node" / "package-lock.json").read_text(encoding="utf-8")
