"""`docker-compose.yml` for real: all are healthy, an event comes to effect, little is open."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from tests.drilling import DRILL
from tests.kafka.broker import free_ports
from tests.kafka.container_engine import container_engine, must_run
from tests.kafka.jars import NotHere
from tests.kafka.servers_image import servers_image
from tests.watching.expressions import dashboard_expressions
from tests.watching.prometheus import Prometheus

from cioghub.ports.workers import CORRELATOR, REPORTER, SHARER
from cioghub.runtimes.kafka_workers.opening import WORKERS
from cioghub.vocabulary.topics import FOUND, incident_topic

ROOT = Path(__file__).parents[2]
SEEN_TOPICS = Path(__file__).parent / "seen_topics.py"
BUILD_SECONDS = 240
PATIENCE_SECONDS = 300
"""From the start until all are healthy. With the images' bounds, less than what `.ci/run` gives."""

PROJECT = "cioghub-test"
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
# No image of Grafana can be made of Debian's packages; its dashboard is checked otherwise.
STARTED = sorted({*SERVICES} - {"grafana"})
LASTING = [name for name in STARTED if "healthcheck" in SERVICES[name]]
OPEN = {worker: {9400} for worker in WORKERS} | {
    "kafka": {9093},
    "postgres": {5432},
    "web": {8600},
    "prometheus": {9090},
}
AGENCY = "agency.warwickshire-fire"
PASSWORD_FILE = f"/secrets/agencies/{AGENCY}.password"

pytestmark = pytest.mark.skipif(
    not (DRILL or os.environ.get("CIOG_COMPOSE")),
    reason="makes two images and starts ten containers: `make compose`",
)


@dataclass(frozen=True)
class Composed:
    """The services as they run."""

    command: tuple[str, ...]
    env: dict[str, str]
    prometheus: Prometheus
    web: str

    def ran(self, *command: str, stdin: str = "", seconds: float | None = None) -> str:
        """Return what a command says, and fail with it if the command fails."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
        return done.stdout

    def compose(self, *arguments: str, stdin: str = "", seconds: float | None = None) -> str:
        return self.ran(*self.command, *arguments, stdin=stdin, seconds=seconds)

    def state(self, service: str) -> dict[str, Any]:
        """Return what the engine knows of a service's container, nothing where there is none."""
        labels = {"project": PROJECT, "service": service, "oneoff": "False"}
        asked = [f"--filter=label=com.docker.compose.{name}={is_}" for name, is_ in labels.items()]
        id = self.ran("docker", "ps", "--all", "--quiet", *asked).strip()
        found: dict[str, Any] = json.loads(self.ran("docker", "inspect", id))[0] if id else {}
        return found

    def fares(self, service: str) -> str:
        """Return "healthy", "ended with 0", or how else a service is."""
        if not (found := self.state(service).get("State")):
            return "not there"
        if health := found.get("Health"):
            return str(health["Status"])
        return (
            f"ended with {found['ExitCode']}"
            if found["Status"] == "exited"
            else str(found["Status"])
        )

    def unwell(self) -> dict[str, str]:
        """Return how each service fares that is not as it should be."""
        fares = {service: self.fares(service) for service in STARTED}
        return {name: how for name, how in fares.items() if how not in {"healthy", "ended with 0"}}

    def start(self) -> None:
        """Start all, and fail with what those say that are not well in time."""
        deadline, why = time.monotonic() + PATIENCE_SECONDS, ""
        try:
            self.compose("up", "-d", *STARTED, seconds=PATIENCE_SECONDS)
            while self.unwell() and time.monotonic() < deadline:
                time.sleep(1)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            why = str(error)
        if (unwell := self.unwell()) or why:
            logs = self.compose("logs", "--no-color", "--tail=40", *unwell)
            said = f"after {PATIENCE_SECONDS} s or less: {unwell}\n{why}\n{logs}"
            pytest.fail(said, pytrace=False)

    def build(self) -> None:
        """Build the hub's image; say so where this machine is too slow for it."""
        try:
            # Some versions of compose ask a registry for an image that is not there yet.
            self.compose("build", "secrets", seconds=BUILD_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotHere(f"the hub's image is not built in {BUILD_SECONDS} s") from None


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """All services, on ports of their own, with nothing kept from before or for later."""
    override = tmp_path_factory.mktemp("compose") / "override.json"
    # Where a container has no route out, only the machine's own network reaches the packages.
    override.write_text(json.dumps({"services": {"secrets": {"build": {"network": "host"}}}}))
    command = ("docker-compose", "-f", "docker-compose.yml", "-f", str(override))
    try:
        with container_engine() as env:
            image = servers_image(env)
            must_run(image, env)
            images = ("BASE", "KAFKA_IMAGE", "POSTGRES_IMAGE", "PROMETHEUS_IMAGE")
            ports = dict(zip(("PORT", "PROMETHEUS_PORT"), free_ports(2), strict=True))
            env |= {f"CIOG_{name}": image for name in images}
            env |= {f"CIOG_{name}": str(port) for name, port in ports.items()}
            env |= {"COMPOSE_PROJECT_NAME": PROJECT, "COMPOSE_HTTP_TIMEOUT": "600"}
            prometheus = Prometheus(f"http://127.0.0.1:{ports['PROMETHEUS_PORT']}")
            composed = Composed(command, env, prometheus, f"http://127.0.0.1:{ports['PORT']}")
            try:
                # What a run that was cut off left would start by itself.
                composed.compose("down", "-v", "-t", "5")
                composed.build()
                composed.start()
                yield composed
            finally:
                composed.compose("down", "-v", "-t", "5")
    except NotHere as reason:
        pytest.skip(f"no containers here: {reason}")


def test_all_services_are_healthy_and_what_sets_up_has_ended_well(composed: Composed) -> None:
    fares = {service: composed.fares(service) for service in STARTED}
    print(fares)
    assert fares == {one: "healthy" if one in LASTING else "ended with 0" for one in STARTED}


@pytest.mark.parametrize("service", LASTING)
def test_a_service_has_no_rights_and_cannot_write_its_root(
    composed: Composed, service: str
) -> None:
    found = composed.state(service)
    status = Path(f"/proc/{found['State']['Pid']}/status").read_text()
    said = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert "0" not in said["Uid"].split()
    assert "0" not in said["Gid"].split()
    assert int(said["CapEff"], 16) == int(said["CapPrm"], 16) == int(said["CapBnd"], 16) == 0
    assert said["NoNewPrivs"] == "1"
    assert found["HostConfig"]["ReadonlyRootfs"]
    with pytest.raises(AssertionError, match="Read-only file system"):
        composed.ran("docker", "exec", found["Id"], "touch", "/usr/x")


@pytest.mark.parametrize("service", sorted(OPEN))
def test_a_service_answers_on_its_port_alone(composed: Composed, service: str) -> None:
    (network, *_) = composed.state(service)["NetworkSettings"]["Networks"].values()
    found = open_ports(network["IPAddress"])
    print(f"{service} answers on {found} of 65535 ports")
    assert found == OPEN[service]


def open_ports(address: str) -> set[int]:
    """Return every TCP port of an address on which somebody answers."""
    found = set()
    for port in range(1, 65536):
        with socket.socket() as knocking:
            knocking.settimeout(1)
            if knocking.connect_ex((address, port)) == 0:
                found.add(port)
    return found


def test_outside_only_web_and_metrics_answer_and_on_this_machine_alone(composed: Composed) -> None:
    published = {
        (service, bound["HostIp"])
        for service in STARTED
        for bounds in composed.state(service)["NetworkSettings"]["Ports"].values()
        for bound in bounds or ()
    }
    print(f"published: {sorted(published)}")
    assert published == {(one, "127.0.0.1") for one in STARTED if SERVICES[one].get("ports")}


def test_the_broker_has_the_topics_and_rights_of_the_files(composed: Composed) -> None:
    left = composed.compose(
        *("run", "--rm", "-T", "--entrypoint", "ciog", "rights"),
        *("kafka", "plan", "--one-broker", "--format", "json"),
    )
    # Passwords of agencies and readers are left until they are let in.
    assert {one["kind"] for one in json.loads(left)} == {"password-missing"}
    users = {one["subject"] for one in json.loads(left)}
    assert not users & {*WORKERS, "web"}


def test_a_service_knows_of_no_topic_that_is_not_its_own(composed: Composed) -> None:
    said = composed.compose(
        *("run", "--rm", "-T", "--entrypoint", "python", "rights", "-", *WORKERS, "web"),
        stdin=SEEN_TOPICS.read_text(),
    )
    seen = {name: {*topics} for name, topics in json.loads(said.splitlines()[-1]).items()}
    print({name: len(topics) for name, topics in seen.items()})
    raw, found = incident_topic("warwickshire-fire"), FOUND
    assert {name for name in seen if raw in seen[name]} == {SHARER, "web"}
    assert {name for name in seen if found in seen[name]} == {CORRELATOR, REPORTER}
    assert seen["web"] == {one for one in seen["web"] if one.startswith("incident.")}


@pytest.fixture(scope="module")
def fire(composed: Composed) -> Sequence[str]:
    """Arguments by which a container runs `ciog` as the fire service, who was let in."""
    password = ("kafka", "password", AGENCY, "--out", PASSWORD_FILE)
    composed.compose("run", "--rm", "-T", "--entrypoint", "ciog", "rights", *password)
    client = ("-e", f"CIOG_KAFKA_USER={AGENCY}", "-e", f"CIOG_KAFKA_PASSWORD_FILE={PASSWORD_FILE}")
    return ("run", "--rm", "-T", *client, "--entrypoint", "ciog", "rights")


def test_the_broker_takes_nothing_of_an_agency_on_the_topic_of_another(
    composed: Composed, fire: Sequence[str]
) -> None:
    topic = ("publish", "-", "--kafka", "warwickshire-police", "--give-up-after", "5")
    with pytest.raises(AssertionError, match="Kafka does not") as refused:
        composed.compose(*fire, *topic, stdin=json.dumps(fire_event()) + "\n")
    print(next(line for line in str(refused.value).splitlines() if "Kafka does not" in line))


def test_an_event_of_an_agency_comes_to_effect_and_is_seen_by_prometheus(
    composed: Composed, fire: Sequence[str]
) -> None:
    composed.compose(
        *fire,
        *("publish", "-", "--kafka", "warwickshire-fire"),
        stdin=json.dumps(fire_event()) + "\n",
    )
    outcomes = 'ciog_worker_events_total{worker="%s", outcome="%s"} == 1'
    composed.prometheus.until(outcomes % ("sharer", "accepted"), 1)
    composed.prometheus.until(outcomes % ("correlator", "new"), 1)
    composed.prometheus.until("rate(ciog_worker_transaction_seconds_count[5m])", 2)
    empty = [one for one in dashboard_expressions() if not composed.prometheus.ask(one)]
    assert {*empty} <= {'ALERTS{alertstate="firing"}'}, "a panel would show nothing"
    assert composed.prometheus.faults_of_rules() == {}


def test_an_event_by_the_published_door_is_accepted(composed: Composed) -> None:
    source = fire_event()["source"]
    token = composed.compose("exec", "-T", "web", "ciog", "feeds", "token", "new", source).split()
    answer = httpx2.post(
        f"{composed.web}/v1/events",
        json=fire_event() | {"id": "fire-2"},
        headers={
            "Authorization": f"Bearer {token[-1]}",
            "Content-Type": "application/cloudevents+json",
        },
        timeout=60,
    )
    assert answer.status_code == 202, answer.text
    composed.prometheus.until('ciog_web_events_total{outcome="accepted"} == 1', 1)


def fire_event() -> dict[str, Any]:
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    return {
        "specversion": "1.0",
        "id": "fire-1",
        "source": "/warwickshire-fire/incident",
        "type": "fire.incident.v1",
        "time": at,
        "datacontenttype": "application/json",
        "data": {
            "category": "primary-fire",
            "category_list": "fire_incident_groups",
            "occurred_from": at,
            "occurred_to": at,
            "area": {"code": "E01031049", "edition": "lsoa11", "confidence": "street"},
            "held_for": "fire-rescue",
            "motive": "deliberate-others-property",
        },
    }
