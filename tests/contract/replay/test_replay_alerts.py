"""Contract 5: alerts, what an audience may read of them, and each publisher's receipts."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

from tests.openapi_document import faults_of

KEYS = {
    *("signal", "hub_category", "ciog", "also", "csps", "places", "window", "agencies", "seen"),
    *("expected", "level", "provisional", "reason", "evidence", "rules", "method", "follows"),
}
RARITY = {"p_value", "recurrence_days"}
ANCHOR = date(2025, 1, 6)


def _story(lab: Any) -> Any:
    """Two knots in one place with quiet between them, and one that health sees as well."""
    ward = lab.place(lab.dale, 7)
    health: dict[str, Any] = {"type": "health.assault.v1", "qualifiers": ["X99"]}
    seldom = [
        lab.event(f"s-{n}", f"2026-{1 + n // 4:02d}-{5 + n % 4 * 6:02d}T12:00", at=ward, **health)
        for n in range(24)
    ]
    often = [
        lab.event(f"h-{n}", f"2026-07-{10 + n // 2:02d}T1{n % 2}:30", at=ward, **health)
        for n in range(16)
    ]
    return lab.replay(
        [
            *lab.usual("2026-01-05T00:00", 250),
            *lab.knot("2026-03-18T00:00", 14, name="one"),
            *lab.knot("2026-05-20T00:00", 24, name="two"),
            *lab.knot("2026-07-10T00:00", 16, ward, name="three"),
            *seldom,
            *often,
        ]
    )


def test_an_alert_is_a_cloud_event_with_exactly_these_data(lab: Any) -> None:
    run = _story(lab)
    assert {alert["type"] for alert in run.alerts} == {
        *("alert.raised.v1", "alert.updated.v1", "alert.closed.v1")
    }
    for alert in run.alerts:
        assert set(alert) == {
            *("specversion", "id", "source", "type", "time", "subject", "datacontenttype", "data")
        }
        data = alert["data"]
        assert set(data) - RARITY == KEYS
        assert len(RARITY & set(data)) <= 1
        assert data["signal"] in {"surge", "cluster", "convergence", "linkage"}
        assert data["ciog"] in {lab.hill, lab.dale}
        assert data["ciog"] not in data["also"]
        assert set(data["window"]) == {"from", "to"}
        assert data["window"]["from"] <= data["window"]["to"] < alert["time"][:10]
        assert set(data["agencies"]) <= set(lab.publishers)
        assert type(data["seen"]) is int
        assert type(data["expected"]) is float
        assert data["level"] in {"above", "well-above", "far-above"}
        assert data["provisional"] is False
        assert data["rules"] == run.summary["bundle"]
        assert set(data["method"]) == {"name", "version"}
        assert data["reason"].endswith(".")
    assert len({alert["id"] for alert in run.alerts}) == len(run.alerts)


def test_evidence_is_what_the_correlator_received_each_event_once(lab: Any) -> None:
    run = _story(lab)
    received = {event["id"] for event in run.lines("shared/hub-correlation.jsonl")}
    for subject in {alert["subject"] for alert in run.alerts}:
        changes = [alert["data"]["evidence"] for alert in run.alerts if alert["subject"] == subject]
        evidence = [id for change in changes for id in change]
        assert len(set(evidence)) == len(evidence)
        assert set(evidence) <= received
        assert changes[0]


def test_an_alert_is_raised_then_updated_then_closed_and_a_later_one_follows(lab: Any) -> None:
    run = _story(lab)
    told: dict[str, list[str]] = {}
    for alert in run.alerts:
        told.setdefault(alert["subject"], []).append(alert["type"])
    for types in told.values():
        assert types[0] == "alert.raised.v1"
        assert set(types[1:-1]) <= {"alert.updated.v1"}
    first, second, *_ = [alert for alert in run.alerts if alert["type"] == "alert.raised.v1"]
    assert told[first["subject"]][-1] == "alert.closed.v1"
    assert first["data"]["follows"] is None
    assert second["data"]["follows"] == first["subject"]


def test_while_an_issue_is_open_no_second_alert_is_raised_for_it(lab: Any) -> None:
    run = lab.replay(
        [
            *lab.usual("2026-01-05T00:00", 110),
            *lab.knot("2026-03-18T00:00", 20, name="one"),
            *lab.knot("2026-03-30T00:00", 14, name="two"),
        ]
    )
    assert run.summary["alerts"]["raised"] == 1
    assert run.summary["alerts"]["updated"] > 2


def test_an_issue_on_a_border_is_one_alert_with_a_lead_and_the_areas_it_touches(lab: Any) -> None:
    border = [lab.place(lab.hill, 2), lab.place(lab.dale, 0)]  # side by side
    knot = lab.knot("2026-03-18T00:00", 16)
    for n, event in enumerate(knot):
        event["data"]["area"]["code"] = border[n % 3 == 1]
    run = lab.replay([*lab.usual("2026-01-05T00:00", 90), *knot])
    assert [alert["type"] for alert in run.alerts].count("alert.raised.v1") == 1
    last = run.alerts[-1]["data"]
    assert (last["ciog"], last["also"]) == (lab.hill, [lab.dale])
    assert set(border) <= set(last["places"])
    assert last["csps"] == [f"csp-{lab.dale}", f"csp-{lab.hill}"]


def test_what_is_as_usual_stays_within_the_budget_of_false_alarms(lab: Any) -> None:
    """One a quarter an area: five months of two areas, three times, bear about ten."""
    runs = [lab.replay(lab.usual("2026-01-05T00:00", 150, seed)) for seed in (1, 2, 3)]
    assert sum(run.summary["alerts"]["raised"] for run in runs) <= 10


def test_an_alert_is_read_only_where_every_contributing_publisher_names_the_audience(
    lab: Any,
) -> None:
    made = lab.agreements()
    for one in made:
        if one["publisher"] == "infirmary":
            one["release"] = {"dale-board": "level"}
    lab.rules = lab.rules_of(made)
    run = _story(lab)
    agencies: dict[str, set[str]] = {alert["subject"]: set() for alert in run.alerts}
    for alert in run.alerts:
        agencies[alert["subject"]] |= set(alert["data"]["agencies"])
    joint = {subject for subject, found in agencies.items() if "infirmary" in found}
    alone = agencies.keys() - joint
    assert joint
    assert alone
    told = {
        name: run.lines(f"audiences/{name}/alerts.jsonl")
        for name in ("desk", "board", "dale-board")
    }
    assert {one["subject"] for one in told["board"]} == alone
    assert all("infirmary" not in one["data"]["agencies"] for one in told["desk"])
    assert {one["subject"] for one in told["dale-board"]} & joint


def test_numbers_of_the_whole_are_read_only_where_all_release_exact(lab: Any) -> None:
    run = _story(lab)
    exact = run.lines("audiences/desk/alerts.jsonl")
    assert any("expected" in one["data"] for one in exact)
    weaker = [
        *(one for one in exact if "infirmary" in one["data"]["agencies"]),
        *run.lines("audiences/board/alerts.jsonl"),
        *run.lines("audiences/dale-board/alerts.jsonl"),
    ]
    assert weaker
    for one in weaker:
        data = one["data"]
        assert not set(data) & {"expected", "p_value", "recurrence_days", "evidence"}
        assert one["time"][11:19] == "00:00:00"
        first, last = (date.fromisoformat(data["window"][end]) for end in ("from", "to"))
        assert (first - ANCHOR).days % 7 == 0
        assert (last - ANCHOR).days % 7 == 6
    for one in (*exact, *weaker):
        for row in one["data"]["seen"]:
            assert set(row) == {"publisher", "count"}
    for one in run.lines("audiences/board/alerts.jsonl"):
        for row in one["data"]["seen"]:
            assert row["count"] == "under 8" or row["count"] % 5 == 0
            assert row["publisher"] != "infirmary"


def test_audiences_are_told_of_no_alert_that_the_hub_does_not_have(lab: Any) -> None:
    run = _story(lab)
    inside = {(alert["subject"], alert["time"]) for alert in run.alerts}
    for name in ("desk", "board", "dale-board"):
        told: Counter[str] = Counter()
        for one in run.lines(f"audiences/{name}/alerts.jsonl"):
            assert (one["subject"], one["time"]) in inside
            told[one["subject"]] += 1
            assert one["id"] == f"{one['subject']}.{told[one['subject']]}"
            assert one["data"]["level"] in {"above", "well-above", "far-above"}


def test_what_audiences_read_is_what_the_openapi_document_says(lab: Any) -> None:
    run = _story(lab)
    for name in ("desk", "board", "dale-board"):
        for one in run.lines(f"audiences/{name}/alerts.jsonl"):
            assert faults_of("AlertEvent", one) == []
        pictures = sorted((run.folder / "audiences" / name / "pictures").glob("*.json"))
        assert pictures
        for path in pictures:
            assert faults_of("Picture", json.loads(path.read_bytes())) == []


def test_a_group_with_areas_reads_only_what_touches_them(lab: Any) -> None:
    run = _story(lab)
    told = run.lines("audiences/dale-board/alerts.jsonl")
    assert told
    for one in told:
        assert lab.dale in {one["data"]["ciog"], *one["data"]["also"]}
        assert not [code for code in one["data"]["places"] if code.startswith("H")]
        assert one["data"]["csps"] == [f"csp-{lab.dale}"]


def test_receipts_give_each_publisher_its_own_events_and_no_other_s(lab: Any) -> None:
    run = _story(lab)
    rows = {name: run.lines(f"receipts/{name}.jsonl") for name in lab.publishers}
    subjects = {alert["subject"] for alert in run.alerts}
    for name, found in rows.items():
        assert all(set(row) == {"source", "id", "alert"} for row in found)
        assert all(row["source"].startswith(f"/{name}/") for row in found)
        assert {row["alert"] for row in found} <= subjects
    evidence = sum(len(alert["data"]["evidence"]) for alert in run.alerts)
    assert sum(map(len, rows.values())) == evidence
    assert {row["id"] for row in rows["infirmary"]} <= {f"h-{n}" for n in range(16)} | {
        f"s-{n}" for n in range(24)
    }
    assert rows["infirmary"]
    assert rows["academy"] == []
