"""A real Prometheus looks at real workers: every panel and every alarm can be worked out."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson
import pytest
from tests.kafka.broker import Broker, free_ports
from tests.kafka.hub import HubOnKafka
from tests.postgres import PostgresServer
from tests.watching.expressions import dashboard_expressions
from tests.watching.prometheus import running_prometheus

from cioghub.simulate.stream import Settings, Simulation

WORKERS = ("sharer", "correlator", "reporter")
COMMAND = (sys.executable, "-c", "from cioghub.cli.main import main; main()", "kafka", "worker")


@pytest.fixture
def hub(broker: Broker, postgres: PostgresServer, tmp_path: Path) -> Iterator[HubOnKafka]:
    hub = HubOnKafka(broker, postgres.migrated(), tmp_path)
    yield hub
    hub.close()


@pytest.fixture
def ports(hub: HubOnKafka) -> dict[str, int]:
    """Where each worker answers Prometheus, as `ciog kafka worker` starts it."""
    ports = dict(zip(WORKERS, free_ports(len(WORKERS)), strict=True))
    for worker, port in ports.items():
        with (hub.folder / f"{worker}.log").open("ab") as log:
            hub.workers[worker] = subprocess.Popen(
                [*COMMAND, worker, "--metrics-port", str(port)],
                env=hub.environment(worker),
                stdout=log,
                stderr=log,
            )
    return ports


def test_every_panel_and_alarm_is_worked_out(
    hub: HubOnKafka, ports: dict[str, int], tmp_path: Path
) -> None:
    run = Simulation(hub.bundle.areas, Settings(1, date(2026, 1, 5), 1, 1.0))
    hub.publish(orjson.loads(line) for part in run.lines() for line in part.splitlines())
    with running_prometheus(tmp_path, [f"127.0.0.1:{port}" for port in ports.values()]) as seen:
        seen.until("ciog_worker_alive_timestamp_seconds", 3)
        seen.until("ciog_worker_turn == 1", 2)
        seen.until("rate(ciog_worker_transaction_seconds_count[5m])", 1)
        seen.until("count by (worker) (ciog_worker_lag)", 3)
        empty = [one for one in dashboard_expressions() if not seen.ask(one)]
        assert {*empty} <= {'ALERTS{alertstate="firing"}'}, "a panel would show nothing"
        assert seen.faults_of_rules() == {}
        alarm = f'ALERTS{{alertname="WorkerAway", instance="127.0.0.1:{ports["reporter"]}"}}'
        seen.until(f"up == 1 unless on (instance) {alarm}", 3)
        hub.end("reporter", signal.SIGKILL)
        seen.until(alarm, 1)
