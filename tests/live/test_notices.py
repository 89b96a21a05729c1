"""Notices of a live hub are those of a replay of its log, a start in between or not."""

from __future__ import annotations

from pathlib import Path

import orjson
from click.testing import CliRunner
from tests.live.conftest import LiveHubOfTest
from tests.live.simulated import crime

from cioghub.cli.main import ciog
from cioghub.ports.reading_room import NoticeRow

DAY = 86_400
OUTSIDE = {"area": {"code": None, "edition": None, "confidence": "unknown"}}


def noticed(live: LiveHubOfTest, code: str) -> list[NoticeRow]:
    """Return the notices of a code, oldest first."""
    return [one for one in live.opened.room.notices(1000) if one.code == code][::-1]


def days(live: LiveHubOfTest, count: int, **data: object) -> None:
    """Let one crime come in on each of so many days, and settle them."""
    for _ in range(count):
        live.opened.hub.load([crime(live, f"c-{live.clock.at}", **data)], live.feeds)
        live.clock.at += DAY
    live.opened.hub.settle()


def test_a_backlog_is_told_at_midnight_and_by_a_replay_of_the_log(
    live: LiveHubOfTest, tmp_path: Path
) -> None:
    days(live, 8)
    live = live.again()  # what is usual is remembered over a start
    late = [crime(live, f"late-{n}", days_ago=9) for n in range(40)]
    live.opened.hub.load(late, live.feeds)
    days(live, 1)
    (told,) = noticed(live, "backlog")
    assert told.publisher == "warwickshire-police"
    assert told.words.startswith("41 events came on one day")

    out = tmp_path / "out"
    run = CliRunner().invoke(ciog, ["replay", "--log", str(live.home), "--out", str(out)])
    assert run.exit_code == 0, run.output
    replayed = (out / "notices.jsonl").read_bytes().splitlines()
    assert [orjson.loads(line)["words"] for line in replayed] == [
        one.words for one in live.opened.room.notices(1000)[::-1]
    ]


def test_events_in_no_known_place_are_told_at_once_and_for_each_fortnight(
    live: LiveHubOfTest,
) -> None:
    days(live, 9, **OUTSIDE)
    live = live.again()  # what came of a fortnight is remembered over a start
    days(live, 12, **OUTSIDE)
    first, fortnight = noticed(live, "unknown-places")
    assert first.words.startswith("1 event since yesterday, for the first time")
    assert fortnight.words.startswith("14 events of the fortnight lie in no place")
