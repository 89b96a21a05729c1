"""What is told before midnight: an issue keeps its id through the day, and is ended by name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.conftest import Rules
from tests.unit.disclose.test_readings import CLOSED, UPDATED, closed, events, raised

from cioghub.steps.disclose.provisional import GOES_ON, NOT_HELD, Provisional
from cioghub.steps.disclose.readings import Readings
from cioghub.vocabulary.readings import Reading

NIGHT = 1_000


@pytest.fixture
def day(rules: Rules) -> Provisional:
    """A day whose alerts of the police the tactical group reads at once, and the board does not."""
    rules.add("police-rounded-to-hub", release={"tactical": "rounded", "board": "rounded"})
    loaded = rules.load()
    assert not isinstance(loaded, list)
    of = loaded.bundle
    return Readings(
        of.parties, of.agreements, of.audiences, of.areas, of.lists, of.hash
    ).provisional


def said(found: list[Reading]) -> list[tuple[str | None, str, int]]:
    return [(one.audience, one.alert.id, one.number) for one in found]


def test_an_issue_keeps_its_id_when_another_subject_comes_to_lead(day: Provisional) -> None:
    first = raised(events(1, 4), id="al-knife")
    assert said(day.tell([first])) == [(None, "al-knife", 1), ("tactical", "al-knife", 1)]
    robbery = replace(raised(events(2, 8), id="al-robbery"), hub_category="robbery")
    found = day.tell([robbery])
    assert said(found) == [(None, "al-knife", 2), ("tactical", "al-knife", 2)]
    assert {one.data["hub_category"] for one in found} == {"robbery"}
    assert day.tell([robbery]) == []


def test_an_issue_is_raised_once_a_day_and_then_updated_by_what_is_new(day: Provisional) -> None:
    day.tell([raised(events(1, 4), id="al-knife")])
    hub, tactical = day.tell([raised(events(1, 6), id="al-knife")])
    for one in (hub, tactical):
        assert (one.alert.change, len(one.alert.whole)) == (UPDATED, 6)
        assert one.data["evidence"] == [event.id for event in events(5, 6)]
    assert day.tell([raised(events(1, 6), id="al-knife")]) == []


def test_another_issue_has_an_id_of_its_own(day: Provisional) -> None:
    day.tell([raised(events(1, 4), id="al-knife")])
    apart = raised(events(4, 9), id="al-robbery")
    assert {one.alert.id for one in day.tell([apart])} == {"al-robbery"}


def test_two_issues_that_both_stand_keep_their_own_ids(day: Provisional) -> None:
    knife, robbery = raised(events(1, 4), id="al-knife"), raised(events(1, 5), id="al-robbery")
    day.tell([knife])
    assert {one.alert.id for one in day.tell([knife, robbery])} == {"al-robbery"}


def test_midnight_says_as_what_an_issue_goes_on(day: Provisional) -> None:
    day.tell([raised(events(1, 4), id="al-knife")])
    robbery = raised(events(2, 8), id="al-robbery")
    found = day.end(NIGHT, {"al-robbery"}, [robbery])
    assert [(one.audience, one.alert.id, one.alert.change) for one in found] == [
        (None, "al-knife", CLOSED),
        ("tactical", "al-knife", CLOSED),
    ]
    assert {one.data["reason"] for one in found} == {f"{GOES_ON}al-robbery."}


def test_who_may_not_read_what_it_goes_on_as_is_not_told_its_name(day: Provisional) -> None:
    day.tell([raised(events(1, 4), id="al-knife")])
    wider = events(2, 8) + events(9, 9, "police-rounded-to-hub")
    hub, tactical = day.end(NIGHT, {"al-robbery"}, [raised(wider, id="al-robbery")])
    assert hub.data["reason"] == f"{GOES_ON}al-robbery."
    assert (tactical.audience, tactical.data["reason"]) == ("tactical", NOT_HELD)


def test_what_does_not_hold_is_taken_back(day: Provisional) -> None:
    first = raised(events(1, 4), id="al-knife")
    day.tell([first])
    gone = closed(raised(events(1, 4), id="al-old"))
    assert {one.data["reason"] for one in day.end(NIGHT, (), [gone])} == {NOT_HELD}
    assert day.end(NIGHT, (), []) == []


def test_what_is_settled_under_its_id_is_not_ended(day: Provisional) -> None:
    first = raised(events(1, 4), id="al-knife")
    day.tell([first])
    assert day.end(NIGHT, {"al-knife"}, [first]) == []
