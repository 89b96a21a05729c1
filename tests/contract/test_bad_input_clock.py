"""Clocks that are wrong: a replay's clock is the events' own, and it never runs through decades."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import Ciog, Replayed, event, jsonl

Replay = Callable[..., Replayed]


def at(when: str, **changes: Any) -> dict[str, Any]:
    """Return an event that happened, was recorded and was published at one moment."""
    data = {"occurred_from": when, "occurred_to": when, "recorded_at": when}
    return event(time=when, data=data, **changes)


def peak_memory_mb() -> float:
    """Return what this process, in which the replay runs, has needed so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def notices(done: Replayed, code: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (done.out / "notices.jsonl").open()]
    return [row for row in rows if row["code"] == code]


def test_a_clock_in_2099_jumps_with_one_notice_and_shares_nothing_then(replay: Replay) -> None:
    began, before = time.process_time(), peak_memory_mb()
    done = replay(jsonl(event(id="a"), at("2099-06-01T12:00:00Z", id="b")), "--timings")
    assert time.process_time() - began < 20
    assert done.counts == (2, 2, 0, 0)
    assert done.summary["peak_memory_mb"] < before + 150
    (jump,) = notices(done, "clock-jump")
    assert jump["time"].startswith("2099-06-01T00:00:00")
    for recipient in done.summary["recipients"].values():
        withheld = recipient["withheld"]
        assert recipient["shared"] + sum(withheld.values()) == 2
        assert withheld.get("ended", 0) + withheld.get("no-agreement", 0) >= 1
        assert recipient["shared"] <= 1
    rows = [json.loads(line) for line in (done.out / "withheld.jsonl").open()]
    assert {row["reason"] for row in rows if row["recipient"] == "hub-correlation"} == {"ended"}


def test_events_far_in_the_past_cost_no_more_than_others(replay: Replay) -> None:
    lines = [
        event(
            id=f"e{year}",
            data={
                "occurred_from": f"{year}-06-01T00:00:00Z",
                "occurred_to": f"{year}-06-02T00:00:00Z",
            },
        )
        for year in range(1900, 2026)
    ]
    before = peak_memory_mb()
    done = replay(jsonl(*lines), "--timings")
    assert done.counts[0] == done.counts[1] == len(lines)
    assert done.summary["peak_memory_mb"] < before + 150


def test_a_month_of_silence_is_ticked_through_and_more_is_jumped_over(replay: Replay) -> None:
    for day, jumps in (("2026-02-10", 0), ("2026-02-11", 1)):
        done = replay(jsonl(event(id="a"), at(f"{day}T12:00:00Z", id="b")))
        assert len(notices(done, "clock-jump")) == jumps


def test_an_end_in_2099_is_one_jump(replay: Replay) -> None:
    done = replay(jsonl(event()), "--until", "2099-01-01T00:00:00Z")
    assert done.done.code == 0
    assert len(notices(done, "clock-jump")) == 1


@pytest.mark.parametrize("until", ["2026-01-01T00:00:00Z", "1900-01-01T00:00:00Z"])
def test_an_end_before_the_events_settles_no_day_and_loses_nothing(
    replay: Replay, until: str
) -> None:
    done = replay(jsonl(event()), "--until", until)
    assert done.counts == (1, 1, 0, 0)
    assert (done.out / "notices.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    "until",
    [
        "tomorrow",
        "",
        "2026-01-05",
        "2026-01-05T00:00:00",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2200-01-01T00:00:00Z",
    ],
)
def test_an_end_that_is_no_time_is_wrong_use(replay: Replay, until: str) -> None:
    done = replay(jsonl(event()), "--until", until)
    assert done.done.code == 2
    assert "--until is no time" in done.done.err
    assert not done.out.exists()


@pytest.mark.parametrize("first", ["1989-12-31", "2091-01-01", "0001-01-01", "9999-12-31"])
def test_a_simulation_in_another_age_is_wrong_use(ciog: Ciog, tmp_path: Any, first: str) -> None:
    done = ciog("simulate", "--seed", 1, "--from", first, "--days", 1, "--out", tmp_path / "sim")
    assert done.code == 2
    assert not (tmp_path / "sim").exists()


def test_a_rotation_at_the_end_of_the_calendar_is_taken_or_refused(ciog: Ciog) -> None:
    assert ciog("keys", "new").code == 0
    assert ciog("keys", "rotate", "--from", "0001-01-01").code == 2
    assert ciog("keys", "rotate", "--from", "9999-12-31").code == 0
    assert ciog("keys", "rotate").code == 2
