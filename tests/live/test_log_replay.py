"""A live hub's log, gone through again by the batch runtime, gives the live hub's bytes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from tests.drilling import deep
from tests.live.conftest import LiveHubOfTest, SetClock
from tests.live.found import rows_of

from cioghub.bootstrap import default_areas
from cioghub.cli.main import ciog
from cioghub.ports.intake import Message, Mode
from cioghub.runtimes.embedded.opening import open_hub
from cioghub.settings import Settings
from cioghub.simulate.stream import Settings as Simulated
from cioghub.simulate.stream import Simulation
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.wire.areas import read_areas

FIRST = date(2026, 1, 5)


QUIET_DAYS, BUSY_DAYS, LOOKS = 54, 5, 2
RATE = deep(4, 10) / 10


def fill(live: LiveHubOfTest) -> None:
    """Let simulated days come in: weeks of them at once, then days with looks and midnights."""
    days = QUIET_DAYS + BUSY_DAYS
    run = Simulation(read_areas(default_areas()), Simulated(1, FIRST, days, RATE))
    lines = [line for part in run.lines() for line in part.splitlines()]
    timed = sorted((parse_rfc3339(orjson.loads(line)["time"]), line) for line in lines)
    began = timed[0][0]
    waiting: list[Message] = []
    for at, line in timed:
        step = 86_400 // LOOKS if at - began > QUIET_DAYS * 86_400 else 86_400
        if waiting and at // step != live.clock.at // step:
            live.opened.hub.load(waiting, live.feeds)
            waiting = []
            if step < 86_400:
                live.opened.hub.settle()
                live.opened.hub.look()
        live.clock.at = max(at, live.clock.at)
        waiting.append(Message(Mode.STRUCTURED, line))
    live.opened.hub.load(waiting, live.feeds)
    live.clock.at += 86_400
    live.opened.hub.settle()


@pytest.fixture
def live(tmp_path: Path) -> LiveHubOfTest:
    clock, home = SetClock(0), tmp_path / "hub"
    return LiveHubOfTest(home, clock, open_hub(Settings(home=home, keep_payloads=5), clock))


def test_the_log_gives_the_live_hub_s_bytes(live: LiveHubOfTest, tmp_path: Path) -> None:
    fill(live)
    out = tmp_path / "out"
    command = ["replay", "--log", str(live.home), "--out", str(out)]
    run = CliRunner().invoke(ciog, command, catch_exceptions=False)
    assert run.exit_code == 0, run.output

    assert rows_of(live.home, "SELECT count(*) FROM accepted WHERE payload IS NULL")[0][0]
    kept = rows_of(live.home, "SELECT name FROM memory WHERE name LIKE 'evening@%'")
    since = min(int(str(name)[8:]) for (name,) in kept)
    told: dict[str, bytes] = {}
    for audience, line in rows_of(
        live.home, f"SELECT audience, line FROM told WHERE at > {since} ORDER BY cursor"
    ):
        told[str(audience)] = told.get(str(audience), b"") + line + b"\n"
    assert told[""] == (out / "alerts.jsonl").read_bytes()
    for folder in (out / "audiences").iterdir():
        assert told.get(folder.name, b"") == (folder / "alerts.jsonl").read_bytes()
    noted = rows_of(live.home, f"SELECT line FROM notice WHERE at > {since} ORDER BY number")
    assert b"".join(line + b"\n" for (line,) in noted) == (out / "notices.jsonl").read_bytes()
    for audience, first, content, page in rows_of(
        live.home, f"SELECT audience, first, content, page FROM picture WHERE at > {since}"
    ):
        pictures = out / "audiences" / str(audience) / "pictures"
        assert (pictures / f"{first}.json").read_bytes() == content
        assert (pictures / f"{first}.html").read_bytes() == page
    summary = orjson.loads((out / "summary.json").read_bytes())
    assert summary["accepted"] == rows_of(live.home, "SELECT count(*) FROM accepted")[0][0]
    assert rows_of(live.home, f"SELECT count(*) FROM told WHERE provisional AND at > {since}")[0][0]
    assert rows_of(live.home, f"SELECT count(*) FROM picture WHERE at > {since}")[0][0]
