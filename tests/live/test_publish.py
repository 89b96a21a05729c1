"""`ciog publish` against a real hub on a real port: what leaves, what stays, what resumes.

Between the two stands a wire that keeps what was sent over it, and can break.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner, Result
from tests.live.conftest import LiveHubOfTest
from tests.people import feed_token
from tests.web.serving import served

from cioghub.cli.main import ciog
from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.publishing.door import EventsDoor

FIRE = "/warwickshire-fire/incident"
POLICE = "/warwickshire-police/crime"
ROOT = Path(__file__).parents[2]
NHS_NUMBER = "943 476 5919".replace(" ", "")
PATIENCE_SECONDS = 120


@dataclass
class Wire:
    """Carries requests to a hub; `before` and `after` may answer or act in its place."""

    hub: str
    sent: list[list[dict[str, Any]]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    busy: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    kill_at: int = 0
    victim: subprocess.Popen[bytes] | None = None
    address: str = ""

    def take(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any, bytes]:
        """Return the status, the headers and the body of the answer to a request."""
        self.raw.append(body)
        self.headers.append(headers)
        self.sent.append(json.loads(gzip.decompress(body)))
        if self.busy:
            status, said = self.busy.pop(0)
            return status, said, b""
        kept = {k: v for k, v in headers.items() if k.lower() not in ("host", "content-length")}
        kept["Host"] = "testserver"  # the name that this hub answers to
        answer = httpx2.post(self.hub + path, content=body, headers=kept, timeout=PATIENCE_SECONDS)
        if self.kill_at == len(self.sent) and self.victim is not None:
            # The hub has taken the batch; its sender dies before it hears so.
            self.victim.send_signal(signal.SIGKILL)
            self.victim.wait()
        return answer.status_code, {}, answer.content

    def ids(self) -> list[str]:
        """Return the id of every event that was ever sent."""
        return [event["id"] for batch in self.sent for event in batch]


@pytest.fixture
def wire(live_hub: LiveHubOfTest) -> Iterator[Wire]:
    with served(live_hub.app) as hub:
        between = Wire(hub)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, content = between.take(self.path, dict(self.headers), body)
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    pass  # the sender has gone

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        between.address = f"http://127.0.0.1:{server.server_port}"
        yield between
        server.shutdown()
        server.server_close()


@pytest.fixture
def folder(tmp_path: Path, live_hub: LiveHubOfTest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An agency's own folder, with its token in the environment."""
    monkeypatch.setenv("CIOG_HOME", str(tmp_path / "agency"))
    use_token(live_hub, FIRE, monkeypatch)
    return tmp_path


def use_token(live_hub: LiveHubOfTest, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = feed_token(live_hub.opened.engine, source, live_hub.clock.now())
    monkeypatch.setenv("CIOG_TOKEN", secret)


def event(id: str, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": id,
        "source": FIRE,
        "type": "fire.incident.v1",
        "time": "2026-02-28T22:00:00+00:00",
        "datacontenttype": "application/json",
        "data": {
            "category": "primary-fire",
            "category_list": "fire_incident_groups",
            "occurred_from": "2026-02-28T21:10:00+00:00",
            "occurred_to": "2026-02-28T21:10:00+00:00",
            "area": {"code": "E01031049", "edition": "lsoa11", "confidence": "street"},
            "held_for": "fire-rescue",
            "motive": "deliberate-others-property",
            **data,
        },
    }


def written(path: Path, *events: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")
    return path


def publish(*arguments: Any, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(
        ciog, ["publish", *map(str, arguments)], input=stdin, standalone_mode=False
    )


def code(result: Result) -> int:
    """Return the exit code that `ciog` leaves with."""
    if isinstance(result.exception, WrongUse | EnvironmentFailed):
        return result.exception.exit_code
    assert result.exception is None, result.exception
    return int(result.return_value or 0)


def accepted(live_hub: LiveHubOfTest) -> int:
    return sum(feed.accepted for feed in live_hub.opened.room.feeds())


def rejects(folder: Path) -> list[dict[str, Any]]:
    (path,) = (folder / "agency" / "publish").glob("*.rejects.jsonl")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_all_accepted_leaves_with_zero(wire: Wire, folder: Path, live_hub: LiveHubOfTest) -> None:
    with gzip.open(folder / "a.jsonl.gz", "wb") as file:
        file.write(json.dumps(event("fire-1")).encode() + b"\n")
    done = publish(folder / "a.jsonl.gz", "--to", wire.address)
    assert (code(done), done.output) == (0, "a.jsonl.gz: 1 accepted, 0 held back.\n")
    assert wire.headers[0]["Content-Type"] == "application/cloudevents-batch+json"
    assert accepted(live_hub) == 1


def test_an_event_with_an_identifier_is_held_back_and_never_on_the_wire(
    wire: Wire, folder: Path, live_hub: LiveHubOfTest
) -> None:
    file = written(
        folder / "a.jsonl",
        event("fire-1"),
        event(f"fire-{NHS_NUMBER}"),
        event("fire-3", name="Somebody Known"),
        event("fire-4", category="no-such-code"),
    )
    done = publish(file, "--to", wire.address)
    assert code(done) == 1
    assert wire.ids() == ["fire-1"]
    assert accepted(live_hub) == 1
    rows = rejects(folder)
    found = [
        (r["number"], r["by"], r["faults"][0]["pointer"], r["faults"][0]["code"]) for r in rows
    ]
    assert found == [
        (2, "here", "/id", "identifier"),
        (3, "here", "/data/*", "unknown-field"),
        (4, "here", "/data/category", "unknown-code"),
    ]
    for told in (done.output, json.dumps(rows), *map(str, wire.sent)):
        assert NHS_NUMBER not in told
        assert "Somebody" not in told


def test_the_same_file_twice_changes_nothing(
    wire: Wire, folder: Path, live_hub: LiveHubOfTest
) -> None:
    file = written(folder / "a.jsonl", event("fire-1"), event("fire-2"))
    assert code(publish(file, "--to", wire.address)) == 0
    second = publish(file, "--to", wire.address)
    assert code(second) == 0
    assert "sent before, 2 accepted" in second.output
    assert len(wire.sent) == 1
    again = publish(file, "--to", wire.address, "--again")
    assert "2 accepted" in again.output
    assert len(wire.sent) == 2
    assert wire.raw[0] == wire.raw[1]
    assert accepted(live_hub) == 2


def test_another_body_under_one_identity_is_told_as_a_conflict(wire: Wire, folder: Path) -> None:
    first = written(folder / "a.jsonl", event("fire-1"))
    other = written(folder / "b.jsonl", event("fire-1", motive=None), event("fire-2"))
    assert code(publish(first, "--to", wire.address)) == 0
    done = publish(other, "--to", wire.address)
    assert code(done) == 1
    assert "1 accepted, 1 refused by the hub, 0 held back" in done.output
    assert [(r["number"], r["answer"]) for r in rejects(folder)] == [(1, "conflict")]


def test_what_was_refused_is_sent_again_by_the_same_command(
    wire: Wire, folder: Path, live_hub: LiveHubOfTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(folder / "a.jsonl", event("fire-1"))
    use_token(live_hub, POLICE, monkeypatch)
    assert code(publish(file, "--to", wire.address)) == 1
    assert [row["answer"] for row in rejects(folder)] == ["not-yours"]
    use_token(live_hub, FIRE, monkeypatch)
    assert code(publish(file, "--to", wire.address)) == 0
    assert rejects(folder) == []


def test_a_busy_hub_is_asked_again_as_it_says(wire: Wire, live_hub: LiveHubOfTest) -> None:
    waits: list[float] = []
    told: list[float] = []
    wire.busy = [(503, {"Retry-After": "7"}), (429, {"Retry-After": "0"}), (502, {})]
    secret = feed_token(live_hub.opened.engine, FIRE, live_hub.clock.now())
    with EventsDoor(wire.address, secret, 600, sleep=waits.append) as door:
        (answered,) = door.send([json.dumps(event("fire-1")).encode()], told.append)
    assert answered.answer == "accepted"
    assert waits == told
    assert 7 < waits[0] <= 7.5
    assert 0.5 <= waits[1] <= 1 <= waits[2] <= 2
    assert len(set(wire.raw)) == 1
    assert accepted(live_hub) == 1


def test_a_hub_that_stays_busy_is_given_up_in_time(wire: Wire) -> None:
    waits: list[float] = []
    wire.busy = [(503, {"Retry-After": "40"})] * 9
    with (
        EventsDoor(wire.address, "any", 100, sleep=waits.append) as door,
        pytest.raises(EnvironmentFailed, match="503"),
    ):
        door.send([b"{}"], lambda seconds: None)
    assert len(waits) == 2


def test_a_hub_that_is_not_there_leaves_with_three(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(folder / "a.jsonl", event("fire-1"))
    nobody = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    address = f"http://127.0.0.1:{nobody.server_port}"
    nobody.server_close()
    assert code(publish(file, "--to", address, "--give-up-after", "0")) == 3
    monkeypatch.delenv("CIOG_TOKEN")
    assert code(publish(file, "--to", address)) == 2
    assert code(publish(file)) == 2
    assert code(publish(folder / "none.jsonl", "--dry-run")) == 2


def test_a_token_that_opens_nothing_and_an_open_road_are_wrong_use(
    wire: Wire, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(folder / "a.jsonl", event("fire-1"))
    assert code(publish(file, "--to", "http://hub.example")) == 2
    monkeypatch.setenv("CIOG_TOKEN", "no-such-token")
    assert code(publish(file, "--to", wire.address)) == 2


def test_a_killed_sender_goes_on_where_it_stopped(
    wire: Wire, folder: Path, live_hub: LiveHubOfTest
) -> None:
    names = [f"fire-{n}" for n in range(1, 1201)]
    events = [event(name) for name in names]
    events[0] = event("fire-1", category="no-such-code")
    events[600] = event("fire-601", category="no-such-code")
    file = written(folder / "a.jsonl", *events)
    arguments = ["publish", str(file), "--to", wire.address]
    wire.kill_at = 2
    wire.victim = subprocess.Popen(
        [sys.executable, "-c", f"from cioghub.cli.main import main; main({arguments!r})"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "services")},
    )
    assert wire.victim.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    assert len(wire.sent) == 2
    done = publish(file, "--to", wire.address)
    assert code(done) == 1
    assert "going on after number 500." in done.output
    assert "a.jsonl: 1198 accepted, 2 held back." in done.output
    assert wire.raw[1] == wire.raw[2]
    good = [name for name in names if name not in ("fire-1", "fire-601")]
    assert [e["id"] for batch in (wire.sent[0], *wire.sent[2:]) for e in batch] == good
    assert accepted(live_hub) == 1198
    assert [row["number"] for row in rejects(folder)] == [1, 601]


def test_a_dry_run_sends_nothing_and_says_so(wire: Wire, folder: Path) -> None:
    file = written(folder / "a.jsonl", event("fire-1"), event("fire-2", category="no-such-code"))
    keys = folder / "own.json"
    done = publish(file, "--dry-run", "--token-keys", keys)
    assert code(done) == 1
    assert "1 would be sent, 1 held back." in done.output
    assert "nothing was sent" in done.output
    assert wire.sent == []
    assert not keys.exists()
    assert not (folder / "agency").exists()


def test_a_folder_is_sent_file_by_file_and_stdin_as_one(
    wire: Wire, folder: Path, live_hub: LiveHubOfTest
) -> None:
    (folder / "outbox").mkdir()
    written(folder / "outbox" / "b.jsonl", event("fire-2"))
    written(folder / "outbox" / "a.jsonl", event("fire-1"))
    done = publish(folder / "outbox", "--to", wire.address)
    assert code(done) == 0
    assert wire.ids() == ["fire-1", "fire-2"]
    stdin = io.BytesIO((json.dumps(event("fire-3")) + "\n").encode()).getvalue()
    done = publish("-", "--to", wire.address, stdin=stdin)
    assert (code(done), done.output) == (0, "stdin: 1 accepted, 0 held back.\n")
    assert accepted(live_hub) == 3


def test_a_table_is_mapped_and_its_references_are_keyed_before_they_leave(
    wire: Wire, folder: Path, live_hub: LiveHubOfTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_token(live_hub, POLICE, monkeypatch)
    examples = ROOT / "tests" / "unit" / "mappings" / "police-crimes.csv"
    header, first, *_ = examples.read_text(encoding="utf-8").splitlines()
    opened = first.rpartition(",")[0].rpartition(",")[0]
    rows = [f"{opened},AB/1234,CD/77".replace("23/1/25", f"23/{n}/25") for n in (1, 2)]
    (folder / "crimes.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    mapping = ROOT / "deploy" / "mappings" / "police-crimes.yaml"
    keys = folder / "own.json"
    options = ["--mapping", mapping, "--to", wire.address, "--token-keys", keys]
    done = publish(folder / "crimes.csv", *options)
    assert (code(done), done.output) == (0, "crimes.csv: 2 accepted, 0 held back.\n")
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    one, other = (sent["data"] for sent in wire.sent[0])
    assert one["suspect_token"] == other["suspect_token"] != one["victim_token"]
    assert len(one["suspect_token"]) == 40
    for reference in ("AB/1234", "CD/77", "23/1/25"):
        assert reference not in str(wire.sent)
    publish(folder / "crimes.csv", *options, "--again")
    assert wire.sent[0] == wire.sent[1]
    assert accepted(live_hub) == 2


def test_a_table_with_open_references_is_held_back_without_a_key_file(
    wire: Wire, folder: Path
) -> None:
    examples = ROOT / "tests" / "unit" / "mappings" / "police-crimes.csv"
    text = examples.read_text(encoding="utf-8").replace("mfrggzdfmztwq2lknnwg23tpob", "AB/1234")
    (folder / "crimes.csv").write_text(text, encoding="utf-8")
    mapping = ROOT / "deploy" / "mappings" / "police-crimes.yaml"
    done = publish(folder / "crimes.csv", "--mapping", mapping, "--to", wire.address)
    assert code(done) == 1
    assert "wrong-form" in json.dumps(rejects(folder))
    assert "AB/1234" not in str(wire.sent) + done.output + json.dumps(rejects(folder))
