"""Contract 2, control events: heartbeats, corrections and withdrawals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .rivershire import rules
from .rivershire.events import control, crime
from .rivershire.lab import Lab, Out

BEFORE = "2025-05-15T07:00:00+01:00"


def changed(event: dict[str, Any], **data: Any) -> dict[str, Any]:
    return {**event, "data": {**event["data"], **data}}


def of_other_feed(event: dict[str, Any]) -> dict[str, Any]:
    return {**event, "source": "/river-police/incident"}


GOOD = [
    crime("one"),
    crime("two"),
    crime("three"),
    crime("four"),
    crime("five"),
    control(
        "correction", "w1", "one", data={"id": "one", "reason": "wrong-place", "replacement": "two"}
    ),
    control("withdrawal", "w2", "three"),
    changed(control("withdrawal", "w3", "four"), reason="data-subject-decision"),
    crime("beat-1", _type="feed.heartbeat.v1", _data={}),
    crime("beat-2", _type="feed.heartbeat.v1", _data={"complete_to": "2025-05-14T00:00:00+01:00"}),
]
BAD = [
    (control("withdrawal", "unknown", "nothing-of-ours"), "/data/id", "unknown-target"),
    (control("correction", "unknown-too", "nothing-of-ours"), "/data/id", "unknown-target"),
    (of_other_feed(control("withdrawal", "of-another", "five")), "/data/id", "unknown-target"),
    (control("withdrawal", "too-soon", "five", time=BEFORE), "/data/id", "unknown-target"),
    (control("withdrawal", "of-a-rejected", "spoilt"), "/data/id", "unknown-target"),
    (changed(control("withdrawal", "reason", "five"), reason="because"), "/data/reason", ""),
    (changed(control("withdrawal", "reason-2", "five"), reason=None), "/data/reason", ""),
    (changed(control("withdrawal", "target", "five"), id="with space"), "/data/id", ""),
    (changed(control("withdrawal", "target-2", "five"), id=None), "/data/id", ""),
    (changed(control("withdrawal", "target-3", "five"), id="x" * 129), "/data/id", ""),
    (changed(control("withdrawal", "target-4", "five"), id="943-476-5919"), "/data/id", ""),
    (changed(control("correction", "other", "five"), replacement=""), "/data/replacement", ""),
    (changed(control("correction", "other-2", "five"), replacement=7), "/data/replacement", ""),
    (changed(control("correction", "more", "five"), note="why"), "/data/*", ""),
    (crime("beat-3", _type="feed.heartbeat.v1", _data={"note": "x"}), "/data/*", ""),
    (
        crime("beat-4", _type="feed.heartbeat.v1", _data={"complete_to": "now"}),
        "/data/complete_to",
        "",
    ),
    (crime("spoilt", severity=9), "/data/severity", ""),
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("control"))


@pytest.fixture(scope="module")
def bundle(lab: Lab) -> Any:
    fields = {**rules.INCIDENT_FIELDS, **rules.TOKENS}
    rows = rules.agreement(
        "rows", recipient="gold", fields={**fields, "suspect_token": "drop"}, lane="anonymised"
    )
    return lab.rules(rules.agreement(), rows)


@pytest.fixture(scope="module")
def out(lab: Lab, bundle: Any) -> Out:
    return lab.replay([*GOOD, *(event for event, _, _ in BAD)], bundle)


def test_controls_are_taken_from_the_source_of_their_target(out: Out) -> None:
    assert {one["id"] for one in GOOD} & set(out.faults) == set()
    assert out.summary["accepted"] == len(GOOD)


def test_a_target_that_this_source_never_had_accepted_is_a_fault(out: Out) -> None:
    for event, pointer, code in BAD:
        (fault,) = out.faults[event["id"]]
        assert fault[0] == pointer
        assert code in ("", fault[1])


def test_controls_are_withheld_from_every_recipient_as_control(out: Out) -> None:
    assert out.reasons("hub-correlation") == ["control"] * 5
    assert out.reasons("gold") == ["control"] * 5
    assert len(out.shared()) == 5


def _knife_of(lab: Lab, bundle: Any, fortnight: str, *events: dict[str, Any]) -> dict[str, Any]:
    """Return the count of knife crimes of Upper that a picture for exact readers holds."""
    early, late = "2025-04-20T10:00:00+01:00", "2025-06-10T10:00:00+01:00"
    ends = [crime("early", at=early, _time=early), crime("late", at=late, _time=late)]
    out = lab.replay([*ends, *events], bundle, "--until", "2025-06-11T00:00:00+01:00")
    file = out.folder / "audiences" / "gold" / "pictures" / f"{fortnight}.json"
    (upper,) = (one for one in json.loads(file.read_text())["areas"] if one["code"] == "upper")
    (knife,) = (one for one in upper["counts"] if one["hub_category"] == "knife")
    count: dict[str, Any] = knife["counts"][0]
    return count


def test_a_corrected_event_leaves_the_counts_and_its_replacement_is_counted(
    lab: Lab, bundle: Any
) -> None:
    again = crime("again", category="V1", _time="2025-05-16T07:00:00+01:00")
    correction = changed(control("correction", "fix", "one"), replacement="again")
    kept, gone = crime("two"), crime("one")
    assert _knife_of(lab, bundle, "2025-05-05", kept, gone)["count"] == 2
    assert _knife_of(lab, bundle, "2025-05-05", kept, gone, again, correction)["count"] == 1


def test_a_withdrawal_acts_from_its_own_time_and_changes_nothing_frozen(
    lab: Lab, bundle: Any
) -> None:
    late = control("withdrawal", "gone", "one", time="2025-05-30T08:00:00+01:00")
    events = [crime("one"), crime("two"), late]
    assert _knife_of(lab, bundle, "2025-05-05", *events)["count"] == 2
    assert _knife_of(lab, bundle, "2025-05-19", *events)["last"] == 1
