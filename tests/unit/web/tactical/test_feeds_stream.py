"""Alerts as they are told: over a real port, to real clients, through a kill of the server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from tests.postgres import PostgresServer
from tests.unit.web.tactical.reading import EAST, NORTH, Desk, hub_on
from tests.web.serving import CHROMIUM, chromium, served

from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.stores.sql.database import engine_of
from cioghub.web.app import create_app
from cioghub.web.tactical.feeds_listening import Listening

ROOT = Path(__file__).parents[4]


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    with served(app) as address:
        yield address
        app.state.listening.close()


@contextmanager
def stream(address: str, headers: dict[str, str], query: str = "") -> Iterator[Iterator[str]]:
    """Yield the lines of a stream that has begun."""
    with (
        httpx2.Client(base_url=address, timeout=20) as client,
        client.stream("GET", f"/v1/alerts/stream{query}", headers=headers) as answer,
    ):
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield answer.iter_lines()


def begun(lines: Iterator[str]) -> str:
    """Return the cursor that a stream begins with."""
    return next(line for line in lines if line.startswith("id: ")).removeprefix("id: ")


def taken(lines: Iterator[str], count: int) -> list[str]:
    """Return the ids of the next events."""
    found: list[str] = []
    last = ""
    while len(found) < count:
        line = next(lines)
        if line.startswith("id: "):
            last = line.removeprefix("id: ")
        if line.startswith("data: "):
            found.append(last)
    return found


def test_a_listener_is_told_what_is_told_from_now_on(address: str, desk: Desk) -> None:
    desk.tell(EAST, "old")
    with stream(address, desk.reader(EAST)) as lines:
        assert begun(lines) == "old.1"
        told = [desk.tell(EAST, "a"), desk.tell(EAST, "b")]
        assert taken(lines, 2) == told


def test_a_listener_hears_nothing_of_another_audience(address: str, desk: Desk) -> None:
    with stream(address, desk.reader(EAST)) as lines:
        assert begun(lines) == "0"
        desk.tell(NORTH, "n")
        desk.tell(EAST, "a")
        assert taken(lines, 1) == ["a.1"]


@pytest.mark.parametrize("way", ["Last-Event-ID", "cursor"])
def test_it_goes_on_after_the_event_that_the_reader_has(address: str, desk: Desk, way: str) -> None:
    told = [desk.tell(EAST, f"a{n}") for n in range(450)]
    headers = desk.reader(EAST)
    has = told[2]
    extra, query = ({way: has}, "") if way == "Last-Event-ID" else ({}, f"?cursor={has}")
    with stream(address, {**headers, **extra}, query) as lines:
        assert begun(lines) == has
        assert taken(lines, 447) == told[3:]


@pytest.mark.parametrize("cursor", ["0", "n.1", "nonsense"])
def test_who_has_nothing_that_is_known_is_told_all_anew(
    address: str, desk: Desk, cursor: str
) -> None:
    desk.tell(NORTH, "n")
    told = [desk.tell(EAST, alert) for alert in "abc"]
    with stream(address, desk.reader(EAST), f"?cursor={cursor}") as lines:
        assert taken(lines, 3) == told


def test_readers_of_webs_side_by_side_are_told_the_same_and_may_change_from_one_to_another(
    loaded: LoadedBundle, postgres: PostgresServer
) -> None:
    url = postgres.migrated()
    engines = [engine_of(url) for _ in range(2)]
    desk = Desk(engines[0])
    apps = [create_app(hub_on(engine, loaded)) for engine in engines]
    with served(apps[0]) as one, served(apps[1]) as other:
        reader, second = desk.reader(EAST), desk.reader(EAST)
        with stream(one, reader) as here, stream(other, second) as there:
            assert begun(here) == begun(there) == "0"
            told = [desk.tell(EAST, alert) for alert in "abc"]
            assert taken(here, 3) == taken(there, 3) == told
        missed = desk.tell(EAST, "d")
        with stream(other, {**reader, "Last-Event-ID": told[-1]}) as there:
            assert taken(there, 1) == [missed]
        for app in apps:
            app.state.listening.close()
    for engine in engines:
        engine.dispose()


def test_a_quiet_stream_gives_a_sign_of_life(
    address: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cioghub.web.tactical.feeds_stream.HEARTBEAT_SECONDS", 0.05)
    with stream(address, desk.reader(EAST)) as lines:
        begun(lines)
        assert next(line for line in lines if line.startswith(":")) == ": still here"


def test_a_stream_ends_by_itself_so_that_who_comes_back_is_asked_again(
    address: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cioghub.web.tactical.feeds_stream.LONGEST_SECONDS", 0.1)
    with stream(address, desk.reader(EAST)) as lines:
        assert list(lines)[1:] == ["retry: 1000", "id: 0", ""]


def test_one_listener_too_many_is_asked_to_come_later(
    app: FastAPI, address: str, desk: Desk
) -> None:
    app.state.listening = Listening(app.state.hub.room, most=2)
    headers = desk.reader(EAST)
    with stream(address, headers) as one, stream(address, headers) as two:
        begun(one)
        begun(two)
        refused = httpx2.get(f"{address}/v1/alerts/stream", headers=headers)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
        assert refused.headers["content-type"] == "application/problem+json"
    desk.tell(EAST, "a")
    for _ in range(100):  # a seat is free once the server has seen the reader go
        with httpx2.stream("GET", f"{address}/v1/alerts/stream", headers=headers) as answer:
            if answer.status_code == 200:
                return
    pytest.fail("no seat was given back")


@contextmanager
def process(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve a home from a process of its own, until the block ends or somebody kills it."""
    script = Path(__file__).with_name("stream_server.py")
    running = subprocess.Popen(
        [sys.executable, str(script), str(home), str(port)],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'services'}{os.pathsep}{ROOT}"},
    )
    try:
        with httpx2.Client(transport=httpx2.HTTPTransport(retries=12)) as client:
            client.get(f"http://127.0.0.1:{port}/help")
        yield running
    finally:
        running.kill()
        running.wait()


LISTENING = """<!DOCTYPE html><title>x</title><script>
window.got = [];
const source = new EventSource("/v1/alerts/stream?cursor=0");
source.onmessage = event => window.got.push([event.lastEventId, JSON.parse(event.data).id]);
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_a_browser_that_listens_misses_nothing_when_the_server_is_killed(
    desk: Desk, tmp_path: Path
) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, home = f"http://127.0.0.1:{port}", tmp_path / "home"
    told = [desk.tell(EAST, "a"), desk.tell(EAST, "b")]
    with chromium() as browser:
        page = browser.new_context(extra_http_headers=desk.reader(EAST)).new_page()
        page.route(
            "**/listening", lambda route: route.fulfill(body=LISTENING, content_type="text/html")
        )
        with process(home, port) as server:
            page.goto(f"{address}/listening")
            page.wait_for_function("window.got.length >= 2")
            server.send_signal(signal.SIGKILL)
            server.wait()
        told += [desk.tell(EAST, "c"), desk.tell(EAST, "a", 2)]
        with process(home, port):
            page.wait_for_function("window.got.length >= 4", timeout=60_000)
            told.append(desk.tell(EAST, "d"))
            page.wait_for_function("window.got.length >= 5")
            assert page.evaluate("window.got") == [[id, id] for id in told]
