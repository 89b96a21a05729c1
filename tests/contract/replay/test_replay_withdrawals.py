"""Contract 2: corrections and withdrawals act from their own time."""

from __future__ import annotations

from typing import Any

USUAL_DAYS = 130


def _run(lab: Any, *more: dict[str, Any]) -> Any:
    events = [*lab.usual("2026-01-05T00:00", USUAL_DAYS), *lab.knot("2026-03-18T00:00", 12)]
    return lab.replay([*events, *more])


def _withdrawn(lab: Any, time: str, numbers: range) -> list[dict[str, Any]]:
    return [lab.control("withdrawal", f"w-{n}", time, f"k-{n:02d}") for n in numbers]


def _changes(run: Any) -> list[tuple[str, str]]:
    return [(alert["type"].split(".")[1], alert["time"][:10]) for alert in run.alerts]


def test_what_is_withdrawn_before_it_would_alert_never_does(lab: Any) -> None:
    assert _changes(_run(lab))[0][0] == "raised"
    soon = [
        lab.control("withdrawal", f"w-{n}", f"2026-03-{18 + n // 2}T{20 + n % 2}:00", f"k-{n:02d}")
        for n in range(12)
    ]
    assert _changes(_run(lab, *soon)) == []
    twins = lab.knot("2026-03-18T00:00", 12)
    assert _changes(_run(lab, *twins, *soon)) == []


def test_a_withdrawal_changes_nothing_before_its_own_time(lab: Any) -> None:
    plain, later = _run(lab), _run(lab, *_withdrawn(lab, "2026-03-28T12:00", range(12)))
    same = [alert for alert in plain.alerts if alert["time"] < "2026-03-28"]
    assert same
    assert later.alerts[: len(same)] == same


def test_an_open_alert_forgets_what_is_withdrawn_at_the_next_midnight(lab: Any) -> None:
    plain = _run(lab)
    run = _run(lab, *_withdrawn(lab, "2026-03-28T12:00", range(9)))
    before = [alert for alert in plain.alerts if alert["time"] < "2026-03-29"][-1]["data"]
    (change,) = [alert for alert in run.alerts if alert["time"][:10] == "2026-03-29"]
    assert change["type"] == "alert.updated.v1"
    assert change["data"]["seen"] == before["seen"] - 9
    assert change["data"]["evidence"] == []
    assert run.alerts[-1]["type"] == "alert.closed.v1"


def test_an_alert_whose_events_are_all_withdrawn_closes_at_the_next_midnight(lab: Any) -> None:
    plain = _run(lab)
    names = {row["id"] for row in plain.lines("receipts/constabulary.jsonl")}
    gone = [lab.control("withdrawal", f"w-{n}", "2026-03-28T12:00", n) for n in sorted(names)]
    run = _run(lab, *gone)
    last = run.alerts[-1]
    assert (last["type"], last["time"][:10]) == ("alert.closed.v1", "2026-03-29")
    assert last["data"]["seen"] == 0
    assert "withdrawn" in last["data"]["reason"]
    for name in ("desk", "board"):
        assert run.lines(f"audiences/{name}/alerts.jsonl")[-1]["type"] == "alert.closed.v1"


def test_a_correction_takes_the_old_event_out_and_its_replacement_counts_by_itself(
    lab: Any,
) -> None:
    """Twelve events were in the wrong place: the right ones raise the alert there."""
    right = [
        lab.event(f"r-{n:02d}", "2026-03-24T10:00", f"2026-03-{18 + n // 2}T10:00",
                  at=lab.place(lab.dale, 8))
        for n in range(12)
    ]  # fmt: skip
    corrections = [
        lab.control("correction", f"c-{n}", "2026-03-24T10:01", f"k-{n:02d}", reason="wrong-place",
                    replacement=f"r-{n:02d}")
        for n in range(12)
    ]  # fmt: skip
    run = _run(lab, *right, *corrections)
    assert run.summary["rejected"] == 0
    raised = [alert["data"] for alert in run.alerts if alert["type"] == "alert.raised.v1"]
    assert [one["ciog"] for one in raised] == [lab.hill, lab.dale]
    hill = run.alerts[0]["subject"]
    ended = [a for a in run.alerts if a["subject"] == hill and a["type"] == "alert.closed.v1"]
    assert [alert["time"][:10] for alert in ended] == ["2026-03-25"]


def test_a_withdrawal_is_withheld_from_everyone_as_control(lab: Any) -> None:
    run = _run(lab, *_withdrawn(lab, "2026-03-28T12:00", range(3)))
    for recipient in run.summary["recipients"].values():
        assert recipient["withheld"]["control"] == 3
