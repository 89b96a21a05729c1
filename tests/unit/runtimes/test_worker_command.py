"""`ciog kafka worker`, and what a worker answers Prometheus."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from tests.postgres import PostgresServer

from cioghub.cli.main import ciog
from cioghub.errors import EnvironmentFailed
from cioghub.runtimes.kafka_workers.messages import Received
from cioghub.runtimes.kafka_workers.metrics import WorkerMetrics


@pytest.mark.usefixtures("quiet")
def test_without_a_broker_a_worker_ends_and_says_so(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("x")
    for name, value in {
        "CIOG_HOME": str(tmp_path),
        "CIOG_DATABASE": postgres.migrated(),
        "CIOG_KAFKA": "127.0.0.1:1",
        "CIOG_KAFKA_USER": "sharer",
        "CIOG_KAFKA_PASSWORD_FILE": str(tmp_path / "password"),
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(EnvironmentFailed, match="The sharer has ended"):
        CliRunner().invoke(ciog, ["kafka", "worker", "sharer"], catch_exceptions=False)


def test_a_worker_tells_prometheus_what_it_does() -> None:
    metrics = WorkerMetrics("sharer")
    metrics.count("accepted", 3)
    metrics.handled([Received("t", 0, 0, (), b"")], 0.02)
    metrics.kept(0.01)
    metrics.rebalanced()
    metrics.turn(True)
    metrics.turn_lost()
    metrics.behind("incident.fire", 2, 7)
    metrics.oldest(1.5)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    metrics.serve(port)
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        told = answer.read().decode()
    for line in (
        'ciog_worker_events_total{outcome="accepted",worker="sharer"} 3.0',
        'ciog_worker_lag{partition="2",topic="incident.fire",worker="sharer"} 7.0',
        'ciog_worker_oldest_seconds{worker="sharer"} 1.5',
        'ciog_worker_rebalances_total{worker="sharer"} 1.0',
        'ciog_worker_turn{worker="sharer"} 0.0',
        'ciog_worker_turns_lost_total{worker="sharer"} 1.0',
        'ciog_worker_group_size_count{worker="sharer"} 1.0',
        'ciog_worker_transaction_seconds_count{worker="sharer"} 1.0',
    ):
        assert line in told
