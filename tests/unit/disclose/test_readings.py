"""What an audience is told of an alert, once: in its own numbers, and nothing by the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.unit.conftest import Rules, shipped

from cioghub.steps.disclose.readings import Readings
from cioghub.vocabulary.areas import Place
from cioghub.vocabulary.readings import Reading
from cioghub.vocabulary.signals import Alert, AlertChange, Evidence, Method, Signal, SignalKind

RAISED, UPDATED, CLOSED = AlertChange.RAISED, AlertChange.UPDATED, AlertChange.CLOSED
DAY = date(2026, 1, 7)  # a Wednesday
WEEK = {"from": "2026-01-05", "to": "2026-01-11"}


def places(ciog: str) -> list[Place]:
    _, areas, _ = shipped()
    return [place for place in areas.places("lsoa11") if place.ciog == ciog]


def events(
    first: int, last: int, agreement: str = "police-to-hub", ciog: str = "north"
) -> tuple[Evidence, ...]:
    """Return the events of these numbers, all of them in one place of a CIOG's area."""
    publisher = agreement.split("-")[0]
    place = places(ciog)[0]
    return tuple(
        Evidence(
            number=number,
            id=f"{number:032x}",
            publisher=publisher,
            kind="health" if publisher == "hospital" else publisher,
            agreement=agreement,
            categories=("knife",),
            place=(place.edition, place.code),
            floor="lsoa",
            ciog=ciog,
            csp=place.parents["csp"],
            day=DAY,
        )
        for number in range(first, last + 1)
    )


def raised(behind: tuple[Evidence, ...], id: str = "al-1", follows: str | None = None) -> Alert:
    signal = Signal(
        kind=SignalKind.CLUSTER,
        hub_category="knife",
        ciogs=("north",),
        first=DAY,
        last=DAY,
        seen=len(behind),
        expected=0.4,
        chance=1e-6,
        limit=1e-5,
        p_value=None,
        recurrence_days=1e6,
        evidence=behind,
        method=Method("scan", "1"),
    )
    return Alert(
        id=id,
        sequence=1,
        change=RAISED,
        at=0,
        signal=signal,
        hub_category="knife",
        ciog="north",
        also=(),
        level="above",
        reason="with true counts",
        evidence=behind,
        whole=behind,
        follows=follows,
        provisional=False,
    )


def joined(former: Alert, behind: tuple[Evidence, ...], **changes: Any) -> Alert:
    whole = former.whole + behind
    return replace(
        former,
        sequence=former.sequence + 1,
        change=UPDATED,
        signal=replace(former.signal, seen=len(whole), evidence=whole),
        evidence=behind,
        whole=whole,
        **changes,
    )


def closed(former: Alert, withdrawn: bool = False) -> Alert:
    signal = replace(former.signal, seen=0, evidence=()) if withdrawn else former.signal
    return replace(former, sequence=former.sequence + 1, change=CLOSED, signal=signal, evidence=())


Reader = Callable[..., list[Reading]]


@pytest.fixture
def told(rules: Rules) -> Callable[[str], Reader]:
    """Return, for an audience, who listens from the beginning to what it is told.

    Of the police's three agreements one releases `exact` to the tactical group and `rounded` to the
    board of the north, one names the tactical group alone, one releases `rounded` to both, as the
    hospital's does.
    """
    rules.add("police-secret-to-hub", release={"tactical": "exact"})
    rules.add("police-rounded-to-hub", release={"tactical": "rounded", "board": "rounded"})
    rules.add(
        "hospital-to-hub",
        publisher="hospital",
        release={"tactical": "rounded", "board": "rounded"},
    )
    loaded = rules.load()
    assert not isinstance(loaded, list)
    bundle = loaded.bundle

    def of(audience: str | None) -> Reader:
        readings = Readings(
            bundle.parties,
            bundle.agreements,
            bundle.audiences,
            bundle.areas,
            bundle.lists,
            bundle.hash,
        )

        def read(*alerts: Alert) -> list[Reading]:
            return [one for one in readings.of(alerts) if one.audience == audience]

        return read

    return of


def test_each_reader_counts_the_changes_that_it_was_told_of(told: Any) -> None:
    first = raised(events(1, 9))
    same = joined(first, events(10, 11))  # still 10 to whom it is rounded
    more = joined(same, events(12, 20))
    hub, board = told(None), told("board")
    assert [one.number for one in hub(first, same, more)] == [1, 2, 3]
    read = board(first, same, more)
    assert [one.number for one in read] == [1, 2]
    assert [one.data["seen"] for one in read] == [
        [{"publisher": "police", "count": 10}],
        [{"publisher": "police", "count": 20}],
    ]


def test_numbers_of_two_alerts_are_counted_apart(told: Any) -> None:
    one, other = raised(events(1, 4)), raised(events(5, 8), id="al-2")
    read = told("tactical")(one, other, joined(other, events(9, 9)), closed(one))
    assert [(r.alert.id, r.number) for r in read] == [
        ("al-1", 1),
        ("al-2", 1),
        ("al-2", 2),
        ("al-1", 2),
    ]


def test_to_whom_an_alert_reaches_late_it_is_new_and_whole(told: Any) -> None:
    first = raised(events(1, 4, ciog="south"))
    (read,) = told("board")(first, joined(first, events(5, 6), also=("north",)))
    assert (read.alert.change, read.number) == (RAISED, 1)
    assert [one.number for one in read.alert.evidence] == [1, 2, 3, 4, 5, 6]


def test_an_alert_follows_another_only_for_who_read_the_other(told: Any) -> None:
    secret = raised(events(1, 4, "police-secret-to-hub"))
    later = raised(events(5, 8), id="al-2", follows="al-1")
    last = raised(events(9, 12), id="al-3", follows="al-2")
    changes = (secret, closed(secret), later, closed(later), last)
    found = {
        audience: {r.alert.id: r.data["follows"] for r in told(audience)(*changes)}
        for audience in (None, "tactical")
    }
    assert found[None] == found["tactical"] == {"al-1": None, "al-2": "al-1", "al-3": "al-2"}


def test_a_former_alert_that_may_not_be_read_is_not_named(told: Any) -> None:
    secret = raised(events(1, 4, "police-secret-to-hub"))
    later = raised(events(5, 8), id="al-2", follows="al-1")
    last = raised(events(9, 12), id="al-3", follows="al-2")
    read = told("board")(secret, closed(secret), later, closed(later), last)
    assert [(r.alert.id, r.data["follows"]) for r in read] == [
        ("al-2", None),
        ("al-2", None),
        ("al-3", "al-2"),
    ]


def test_a_closing_adds_no_evidence_and_says_nothing_else_that_is_new(told: Any) -> None:
    first = raised(events(1, 4))
    opened, ended = told("tactical")(first, closed(first))
    assert opened.data["evidence"]
    assert ended.data["evidence"] == []
    assert ended.data["reason"] == "Nothing new for a fortnight: the alert is closed."
    changed = {key for key in ended.data if ended.data[key] != opened.data[key]}
    assert changed == {"evidence", "reason"}


def test_who_reads_no_evidence_is_given_none_at_the_closing_either(told: Any) -> None:
    first = raised(events(1, 9))
    opened, ended = told("board")(first, closed(first))
    assert "evidence" not in opened.data
    assert set(ended.data) == set(opened.data)


def test_an_alert_whose_events_are_all_withdrawn_closes_without_a_count(told: Any) -> None:
    first = raised(events(1, 9))
    _, ended = told("board")(first, closed(first, withdrawn=True))
    assert ended.data["seen"] == []
    assert "withdrawn" in ended.data["reason"]


def test_an_alert_closes_for_whom_all_events_of_their_areas_are_withdrawn(told: Any) -> None:
    here, there = events(1, 9), events(10, 18, ciog="south")
    first = raised(here + there)
    left = joined(raised(there), (), also=("south",))
    again = joined(left, events(19, 30))
    opened, ended, renewed = told("board")(first, left, again)
    assert (opened.alert.change, ended.alert.change) == (RAISED, CLOSED)
    assert ended.data["seen"] == []
    assert "withdrawn" in ended.data["reason"]
    assert (renewed.alert.change, renewed.number) == (RAISED, 3)
    assert told("board")(first, left, closed(left))[1:] == [ended]
    whole = told("tactical")(first, left)
    assert [one.alert.change for one in whole] == [RAISED, UPDATED]


def test_who_was_never_told_of_an_alert_is_not_told_of_its_end(told: Any) -> None:
    secret = raised(events(1, 4, "police-secret-to-hub"))
    assert told("board")(secret, closed(secret)) == []


def test_an_end_is_told_as_it_was_last_read_whatever_joined_since(told: Any) -> None:
    first = raised(events(1, 9))
    hidden = joined(first, events(10, 30, "police-secret-to-hub"), level="far-above")
    read = told("board")(first, hidden, closed(hidden))
    assert [(one.alert.change, one.number) for one in read] == [(RAISED, 1), (CLOSED, 2)]
    assert read[1].data["level"] == "above"
    assert read[1].data["seen"] == [{"publisher": "police", "count": 10}]


@pytest.mark.parametrize(
    ("behind", "seen", "window"),
    [
        (events(1, 12), [{"publisher": "police", "count": 12}], None),
        (
            events(1, 6) + events(7, 12, "police-rounded-to-hub"),
            [{"publisher": "police", "count": 10}],
            WEEK,
        ),
        (
            events(1, 12) + events(13, 15, "hospital-to-hub"),
            [{"publisher": "hospital", "count": "under 8"}, {"publisher": "police", "count": 12}],
            WEEK,
        ),
    ],
    ids=["exact", "two agreements of one publisher", "two publishers"],
)
def test_a_publisher_s_coarsest_release_counts_and_a_window_not_exact_is_whole_weeks(
    told: Any, behind: tuple[Evidence, ...], seen: object, window: object
) -> None:
    (read,) = told("tactical")(raised(behind))
    assert read.data["seen"] == seen
    day = {"from": DAY.isoformat(), "to": DAY.isoformat()}
    assert read.data["window"] == (window or day)
    numbers = {"expected", "recurrence_days", "evidence"} & set(read.data)
    assert bool(numbers) is (window is None)
