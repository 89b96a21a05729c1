"""Contract 5: a tick at each local midnight; the clock ends at the last event or --until."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest


def _times(run: Any) -> list[str]:
    return [alert["time"] for alert in run.alerts]


def _codes(run: Any) -> list[str]:
    return [notice["code"] for notice in run.lines("notices.jsonl")]


@pytest.mark.parametrize(
    ("first", "knot", "offsets"),
    [
        ("2026-01-05", "2026-03-25", {"+00:00", "+01:00"}),
        ("2025-08-04", "2025-10-22", {"+01:00", "+00:00"}),
    ],
    ids=["clocks go forward", "clocks go back"],
)
def test_what_is_settled_is_settled_at_local_midnights(
    lab: Any, first: str, knot: str, offsets: set[str]
) -> None:
    run = lab.replay([*lab.usual(f"{first}T00:00", 100), *lab.knot(f"{knot}T00:00", 14)])
    times = _times(run)
    assert len(times) >= 3
    assert {time[11:19] for time in times} == {"00:00:00"}
    assert {time[19:] for time in times} == offsets
    assert [datetime.fromisoformat(t) for t in times] == sorted(map(datetime.fromisoformat, times))
    assert not any(alert["data"]["provisional"] for alert in run.alerts)


def test_a_tick_sees_what_was_accepted_before_it_and_nothing_later(lab: Any) -> None:
    """Ten events of one day, told a second before midnight or on its stroke."""
    usual = lab.usual("2026-01-05T00:00", 90)

    def told_at(time: str) -> str:
        days = [f"2026-03-20T{hour:02d}:00" for hour in range(9, 19)]
        knot = [lab.event(f"k-{n}", time, day) for n, day in enumerate(days)]
        return str(_times(lab.replay([*usual, *knot]))[0])

    assert told_at("2026-03-20T23:59:59") == "2026-03-21T00:00:00+00:00"
    assert told_at("2026-03-21T00:00:00") == "2026-03-22T00:00:00+00:00"


def test_what_comes_late_is_counted_from_when_it_came(lab: Any) -> None:
    usual = lab.usual("2026-01-05T00:00", 90)
    happened = [f"2026-03-20T{hour:02d}:00" for hour in range(9, 19)]
    knot = [lab.event(f"k-{n}", "2026-03-24T12:00", day) for n, day in enumerate(happened)]
    first = lab.replay([*usual, *knot]).alerts[0]
    assert first["time"] == "2026-03-25T00:00:00+00:00"
    assert first["data"]["window"]["from"] <= "2026-03-20"


def test_the_clock_ends_at_the_last_accepted_time(lab: Any) -> None:
    events = [*lab.usual("2026-01-05T00:00", 80), *lab.knot("2026-03-18T00:00", 16)]
    last = max(datetime.fromisoformat(event["time"]) for event in events)
    refused = lab.event("late", "2026-06-01T10:00", severity=99)
    run = lab.replay([*events, refused])
    assert run.summary["alerts"]["raised"] == 1
    assert run.summary["alerts"]["closed"] == 0
    assert max(map(datetime.fromisoformat, _times(run))) <= last


def test_until_carries_the_clock_on_and_what_is_quiet_closes(lab: Any) -> None:
    events = [*lab.usual("2026-01-05T00:00", 80), *lab.knot("2026-03-18T00:00", 16)]
    run = lab.replay(events, "--until", "2026-05-20T00:00:00+01:00")
    assert run.alerts[-1]["type"] == "alert.closed.v1"
    assert "2026-03-26" < run.alerts[-1]["time"][:10] <= "2026-05-20"


def test_until_stops_the_clock_before_the_last_event_and_loses_no_decision(lab: Any) -> None:
    events = [*lab.usual("2026-01-05T00:00", 80), *lab.knot("2026-03-18T00:00", 16)]
    whole = lab.replay(events)
    raised = whole.alerts[0]["time"]
    until = lab.replay(events, "--until", raised)
    before = lab.replay(events, "--until", raised[:10] + "T00:00:00+00:30")
    assert set(_times(until)) == {raised}
    assert _times(before) == []
    for run in (until, before):
        for name in ("ledger/entries.jsonl", "shared/hub-correlation.jsonl", "withheld.jsonl"):
            assert run.files()[name] == whole.files()[name]


def test_until_is_a_time_with_an_offset(lab: Any) -> None:
    for text in ("2026-04-20", "2026-04-20T00:00:00", "soon", "9999-12-31T23:59:59Z"):
        run = lab.replay([lab.event("a", "2026-03-01T10:00")], "--until", text)
        assert run.code == 2
        assert "--until" in run.err
        assert not run.folder.exists()


@pytest.mark.parametrize(("days", "jumps"), [(35, 0), (36, 0), (40, 1), (400, 1), (27_000, 1)])
def test_more_than_35_days_without_an_event_is_one_jump_and_one_notice(
    lab: Any, days: int, jumps: int
) -> None:
    start = datetime.fromisoformat("2026-01-05T12:00")
    later = datetime.fromordinal(start.toordinal() + days).replace(hour=12)
    run = lab.replay(
        [
            lab.event("a", start.isoformat()),
            lab.event("b", later.isoformat()),
            lab.event("c", later.replace(hour=14).isoformat()),
        ]
    )
    assert run.code == 0
    assert _codes(run).count("clock-jump") == jumps


def test_until_far_beyond_the_last_event_is_a_jump_as_well(lab: Any) -> None:
    run = lab.replay(lab.usual("2026-01-05T00:00", 20), "--until", "2030-01-01T00:00:00+00:00")
    assert _codes(run).count("clock-jump") == 1


def test_a_clock_in_2099_is_taken_at_its_word_and_noticed(lab: Any) -> None:
    events = [*lab.usual("2026-01-05T00:00", 80), *lab.knot("2026-03-18T00:00", 16)]
    run = lab.replay([*events, lab.event("far", "2099-01-01T10:00")])
    assert run.code == 0
    assert _codes(run).count("clock-jump") == 1
    assert run.alerts[-1]["type"] == "alert.closed.v1"
    assert run.summary["recipients"]["hub-correlation"]["withheld"] == {"ended": 1}


def test_a_feed_is_late_once_and_again_only_after_it_was_heard(lab: Any) -> None:
    rules = lab.rules_of(lab.agreements(), lab.parties(due_hours=48))
    crimes = [lab.event(f"c-{d}", f"2026-01-{d:02d}T12:00") for d in range(5, 29)]
    fires = [
        lab.event(f"f-{d}", f"2026-01-{d:02d}T12:00", type="fire.incident.v1")
        for d in (*range(5, 10), *range(18, 22))
    ]
    run = lab.replay([*crimes, *fires], rules=rules)
    late = [n for n in run.lines("notices.jsonl") if n.get("source") == "/brigade/incident"]
    assert [(n["code"], n["publisher"], n["time"][:10]) for n in late] == [
        ("feed-late", "brigade", "2026-01-12"),
        ("feed-late", "brigade", "2026-01-24"),
    ]
