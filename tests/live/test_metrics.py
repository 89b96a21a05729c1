"""Operators see counts, ages and times, and no content."""

from __future__ import annotations

from fastapi.testclient import TestClient
from tests.live.conftest import LiveHubOfTest, heartbeat

from cioghub.ports.intake import Message, Mode


def test_events_faults_and_the_age_of_each_feed_are_told(live_hub: LiveHubOfTest) -> None:
    live_hub.publish(heartbeat(live_hub, "secret-name"), Message(Mode.STRUCTURED, b'{"id": "x"}'))
    live_hub.clock.at += 60
    text = TestClient(live_hub.app).get("/metrics").text
    source = sorted(live_hub.feeds)[0]
    assert 'ciog_events_total{outcome="accepted"} 1.0' in text
    assert 'ciog_events_total{outcome="rejected"} 1.0' in text
    assert 'ciog_faults_total{code="missing"} 1.0' in text
    assert f'ciog_feed_age_seconds{{source="{source}"}} 60.0' in text
    assert "secret-name" not in text


def test_a_hub_says_whether_it_lives_and_whether_it_takes_events(live: LiveHubOfTest) -> None:
    client = TestClient(live.app)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    with live.opened.hub:
        assert client.get("/readyz").status_code == 200
