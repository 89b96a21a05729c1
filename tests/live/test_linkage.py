"""Linkage in a live hub: its past is kept as counts, and its pseudonyms are not kept."""

from __future__ import annotations

from pathlib import Path

import orjson
from click.testing import CliRunner
from tests.live.conftest import LiveHubOfTest
from tests.live.found import rows_of
from tests.live.simulated import crime

from cioghub.cli.main import ciog

DAY = 86_400
QUIET_DAYS, BUSY_DAYS = 86, 5
"""Two windows before the first in which anything recurs must pass, midnight by midnight: the test
takes long."""


def token(subject: int) -> str:
    return f"{subject:032x}"


def days(live: LiveHubOfTest, count: int, subjects: int = 0) -> None:
    """Let days pass: each with a crime of somebody never named again, and one of each subject."""
    for _ in range(count):
        at = live.clock.at
        named = [token(at), *(token(1 + n) for n in range(subjects))]
        messages = [crime(live, f"c-{at}-{n}", suspect_token=t) for n, t in enumerate(named)]
        live.opened.hub.load(messages, live.feeds)
        live.clock.at += DAY
    live.opened.hub.settle()


def told(home: Path) -> list[bytes]:
    """Return what was told inside the hub of linkage, in order."""
    lines = rows_of(home, "SELECT line FROM told WHERE audience = '' ORDER BY cursor")
    return [line for (line,) in lines if orjson.loads(line)["data"]["signal"] == "linkage"]


def test_repeat_involvement_is_told_live_over_starts_and_by_a_replay_of_the_log(
    live: LiveHubOfTest, tmp_path: Path
) -> None:
    days(live, QUIET_DAYS)
    assert told(live.home) == []
    live = live.again()
    days(live, BUSY_DAYS, subjects=6)
    first = orjson.loads(told(live.home)[0])
    assert (first["type"], first["data"]["seen"]) == ("alert.raised.v1", 6)

    question = "SELECT min(accepted) FROM contribution WHERE tokens IS NOT NULL"
    ((oldest,),) = rows_of(live.home, question)
    assert oldest > live.clock.at - 29 * DAY, "the pseudonyms of the windows before are gone"

    out = tmp_path / "out"
    run = CliRunner().invoke(ciog, ["replay", "--log", str(live.home), "--out", str(out)])
    assert run.exit_code == 0, run.output
    lines = (out / "alerts.jsonl").read_bytes().splitlines()
    assert told(live.home) == [one for one in lines if b'"linkage"' in one]
