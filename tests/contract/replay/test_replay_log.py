"""Contract 5: the log is the accepted events by time, source and id, in any order of lines."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import pytest

Event = dict[str, Any]


def _timed(event: Event, time: str) -> Event:
    return {**event, "time": time}


def test_the_order_of_lines_changes_no_byte(lab: Any) -> None:
    events = [
        *lab.usual("2026-01-05T00:00", 70),
        *lab.knot("2026-03-02T00:00", 12, lab.place(lab.dale, 4)),
        lab.event("f", "2026-02-01T10:00", type="fire.incident.v1"),
        lab.event("h", "2026-02-01T10:00", type="health.assault.v1"),
        lab.event("s", "2026-02-01T10:00", type="schools.concern.v1"),
        lab.event("u-003-0", "2026-01-02T10:00"),
        lab.control("withdrawal", "w", "2026-03-06T10:00", "k-03"),
        b"no event",
        b"no event",
    ]
    first = lab.replay(events)
    assert first.summary["alerts"]["raised"] > 0
    for seed in (1, 2):
        random.Random(seed).shuffle(events)
        assert lab.replay(events).files() == first.files()


def test_backlogs_of_two_feeds_are_told_in_one_order(lab: Any) -> None:
    """Which feed's line is read first is no fact about the log."""

    def feed(kind: str) -> list[Event]:
        name = kind.split(".")[1]
        days = [lab.event(f"{name}-{d}", f"2026-01-{d:02d}T12:00", type=kind) for d in range(5, 15)]
        late = [
            lab.event(f"{name}-late-{n}", "2026-01-15T12:00", "2026-01-06T12:00", type=kind)
            for n in range(40)
        ]
        return [*days, *late]

    both = feed("police.crime.v1"), feed("police.incident.v1")
    end = lab.event("z", "2026-01-17T12:00", type="fire.incident.v1")
    runs = [lab.replay([*a, *b, end]) for a, b in itertools.permutations(both)]
    assert [n["code"] for n in runs[0].lines("notices.jsonl")].count("backlog") == 2
    assert runs[0].files() == runs[1].files()


def test_of_several_bodies_the_earliest_time_stands_and_the_others_conflict(lab: Any) -> None:
    late = lab.event("a", "2026-03-01T10:00", severity=1)
    early = lab.event("a", "2026-03-01T09:00", severity=3)
    for order in ([late, early], [early, late]):
        run = lab.replay(order)
        (shared,) = run.lines("shared/hub-correlation.jsonl")
        assert shared["data"]["severity"] == 3
        (rejected,) = run.lines("rejected.jsonl")
        assert (rejected["source"], rejected["id"]) == ("/constabulary/crime", "a")
        assert [fault["code"] for fault in rejected["faults"]] == ["conflict"]
        counts = run.summary
        assert (counts["read"], counts["accepted"], counts["rejected"]) == (2, 1, 1)


@pytest.mark.parametrize("severity", [1, 2, 3, 5])
def test_earliest_means_to_the_fraction_of_a_second(lab: Any, severity: int) -> None:
    late = _timed(lab.event("a", "2026-03-01T10:00"), "2026-03-01T10:00:00.25Z")
    early = _timed(
        lab.event("a", "2026-03-01T10:00", severity=severity), "2026-03-01T11:00:00.0625+01:00"
    )
    (shared,) = lab.replay([late, early]).lines("shared/hub-correlation.jsonl")
    assert shared["data"]["severity"] == severity


def test_a_fraction_of_four_digits_counts_as_any_other(lab: Any) -> None:
    """A time with four digits and Z is as long as a time in whole seconds with its offset."""
    first, second = "2026-03-01T10:00:00.05Z", "2026-03-01T10:00:00.1234Z"
    twins = [
        _timed(lab.event("a", "2026-03-01T10:00", severity=1), second),
        _timed(lab.event("a", "2026-03-01T10:00", severity=3), first),
    ]
    for order in (twins, twins[::-1]):
        (shared,) = lab.replay(order).lines("shared/hub-correlation.jsonl")
        assert shared["data"]["severity"] == 3


def test_a_withdrawal_comes_after_its_target_to_the_fraction_of_a_second(lab: Any) -> None:
    first, second = "2026-03-01T10:00:00.05Z", "2026-03-01T10:00:00.1234Z"

    def rejected(target: str, withdrawal: str) -> list[str]:
        run = lab.replay(
            [
                _timed(lab.event("a", "2026-03-01T10:00"), target),
                _timed(lab.control("withdrawal", "w", "2026-03-01T10:00", "a"), withdrawal),
            ]
        )
        return [row["id"] for row in run.lines("rejected.jsonl")]

    assert rejected(target=first, withdrawal=second) == []
    assert rejected(target=second, withdrawal=first) == ["w"]


def test_at_one_time_the_smallest_hash_stands_in_every_order(lab: Any) -> None:
    bodies = [lab.event("a", "2026-03-01T10:00", severity=n) for n in (1, 2, 3)]
    runs = [lab.replay(order) for order in itertools.permutations(bodies)]
    assert all(run.files() == runs[0].files() for run in runs)
    assert runs[0].summary["rejected"] == 2


def test_a_body_that_is_refused_competes_with_none(lab: Any) -> None:
    good = lab.event("a", "2026-03-01T10:00")
    bad = lab.event("a", "2026-03-01T09:00", severity=99)
    run = lab.replay([bad, good])
    assert run.summary["accepted"] == 1
    (rejected,) = run.lines("rejected.jsonl")
    assert {fault["pointer"] for fault in rejected["faults"]} == {"/data/severity"}


def test_a_byte_equal_twin_of_any_line_leaves_no_trace_but_its_count(lab: Any) -> None:
    lines = [
        json.dumps(lab.event("a", "2026-03-01T10:00")),
        json.dumps(lab.event("b", "2026-03-02T10:00", severity=99)),
        json.dumps(lab.control("withdrawal", "w", "2026-03-03T10:00", "a")),
        json.dumps(lab.control("withdrawal", "v", "2026-03-03T10:00", "nothing")),
        json.dumps({**lab.event("c", "2026-03-01T10:00"), "more": "x"}),
        '{"id":',
        "[]",
        "[" * 40,
        '"' + "x" * 70_000 + '"',
    ]
    once, twice = lab.replay(lines), lab.replay([*lines, *lines, lines[0]])
    before, after = once.files(), twice.files()
    assert once.summary["duplicates"] == 0
    assert twice.summary == {**once.summary, "read": 19, "duplicates": 10}
    del before["summary.json"], after["summary.json"]
    assert before == after


def test_the_last_line_needs_no_end_to_be_a_twin(lab: Any) -> None:
    line = b'"' + b"x" * 70_000 + b'"'
    path = lab.folder / "unended.jsonl"
    path.write_bytes(line + b"\n\n" + line)
    out = lab.folder / "out-unended"
    code, _, _ = lab.call(
        *("replay", path, "--rules", lab.rules, "--areas", lab.areas),
        *("--out", out, "--keys", lab.folder / "keys.json"),
    )
    assert code == 0
    counts = json.loads((out / "summary.json").read_bytes())
    assert (counts["read"], counts["rejected"], counts["duplicates"]) == (2, 1, 1)


def test_read_is_accepted_rejected_and_duplicates_and_each_recipient_gets_its_share(
    lab: Any,
) -> None:
    events = lab.usual("2026-01-05T00:00", 30)
    mixed = [
        *events,
        *events[:7],
        *(lab.event(f"u-{n:03d}-0", "2026-01-20T10:00", severity=1) for n in range(9)),
        *(lab.event(f"bad-{n}", "2026-01-20T10:00", weapon="a spoon") for n in range(5)),
        lab.event("out", "2024-01-20T10:00"),
        lab.event("end", "2027-04-01T00:00"),
        lab.event("odd", "2026-01-20T10:00", category="1/1"),
        lab.control("correction", "c", "2026-01-25T10:00", "u-003-0"),
        b"broken",
    ]
    counts = lab.replay(mixed).summary
    assert counts["read"] == len(mixed)
    assert counts["read"] == counts["accepted"] + counts["rejected"] + counts["duplicates"]
    for recipient in counts["recipients"].values():
        assert recipient["shared"] + sum(recipient["withheld"].values()) == counts["accepted"]


@pytest.mark.parametrize(
    "time",
    [
        *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"),
        *("9999-12-31T23:59:59-14:00", "2026-02-30T10:00:00Z", "2026-03-01T10:00:60Z"),
    ],
)
def test_an_impossible_time_is_one_event_s_fault_and_never_stops_the_others(
    lab: Any, time: str
) -> None:
    bad = _timed(lab.event("bad", "2026-03-01T10:00"), time)
    bad["data"] |= {"occurred_from": time, "occurred_to": time}
    run = lab.replay([lab.event("good", "2026-03-01T10:00"), bad])
    assert run.code == 0
    assert run.summary["accepted"] == 1
    (rejected,) = run.lines("rejected.jsonl")
    assert "/time" in {fault["pointer"] for fault in rejected["faults"]}


def test_a_target_that_its_source_never_had_accepted_is_a_fault(lab: Any) -> None:
    run = lab.replay(
        [
            lab.event("a", "2026-03-01T10:00"),
            lab.event("other", "2026-03-01T10:00", type="police.incident.v1"),
            lab.event("refused", "2026-03-01T10:00", severity=99),
            lab.control("withdrawal", "1", "2026-03-02T10:00", "a"),
            lab.control("withdrawal", "2", "2026-03-02T10:00", "nothing"),
            lab.control("correction", "3", "2026-03-02T10:00", "other"),
            lab.control("correction", "4", "2026-03-02T10:00", "refused"),
            lab.control("correction", "5", "2026-03-01T09:00", "a"),
        ]
    )
    faults = {
        row["id"]: [(fault["pointer"], fault["code"]) for fault in row["faults"]]
        for row in run.lines("rejected.jsonl")
    }
    assert {id for id in faults if faults[id] == [("/data/id", "unknown-target")]} == {
        *("2", "3", "4", "5")
    }
    assert run.summary["accepted"] == 3
