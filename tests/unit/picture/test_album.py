"""Each fortnight is frozen once for each audience, from what that audience has read by then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from tests.unit.conftest import Rules
from tests.unit.disclose.test_readings import closed, events, joined, raised

from cioghub.steps.disclose.readings import Readings
from cioghub.steps.picture.album import LEAST_WEEKS, SEASON_FORTNIGHTS, Album
from cioghub.steps.picture.feeds import FeedState
from cioghub.vocabulary.buckets import local_day, midnight
from cioghub.vocabulary.fortnights import Fortnight
from cioghub.vocabulary.signals import Alert
from cioghub.vocabulary.tallies import Home, Tally

ZONE = ZoneInfo("Europe/London")
NORTH = Home("E07000219", "E22000320", "north")
BEFORE, THIS = Fortnight(date(2026, 1, 5)), Fortnight(date(2026, 1, 19))
FREEZE = THIS.last + timedelta(days=3)
LISTENING = date(2024, 1, 1)


@dataclass
class Hub:
    """A partnership that reads: what it is told by day, what it counts, and who is heard."""

    rules: Rules
    since: date = LISTENING
    told: list[tuple[date, Alert]] = field(default_factory=list)
    counted: list[tuple[date, date, str]] = field(default_factory=list)
    """(day of acceptance, day it is counted on, agreement)"""

    def count(self, on: date, times: int, accepted: date | None = None, **of: str) -> None:
        entry = (accepted or on, on, of.get("agreement", "police-to-hub"))
        self.counted += [entry] * times

    def tally(self, known_at: int, first: date, last: date, monthly: bool) -> Tally:
        day = local_day(known_at, ZONE)
        found = Counter(
            (agreement, NORTH, "knife")
            for accepted, on, agreement in self.counted
            if accepted < day and first <= on <= last and not monthly
        )
        return Tally(found)

    def feeds(self, fortnight: Fortnight) -> Sequence[FeedState]:
        return [
            FeedState("police", "police", "/police/crime", "2026-02-01", False, True),
            FeedState("schools", "schools", "/schools/concern", None, True, False),
        ]

    def album(self) -> Album:
        loaded = self.rules.load()
        assert not isinstance(loaded, list)
        b = loaded.bundle
        readings = Readings(b.parties, b.agreements, b.audiences, b.areas, b.lists, b.hash)
        album = Album(
            readings.audiences,
            readings.sources,
            readings.guard.protect,
            b.agreements,
            b.areas,
            b.hash,
            ZONE,
            self.since,
            None,
        )
        for day, alert in self.told:
            album.note(day + timedelta(days=1), readings.of([alert]))
        return album

    def frozen(self, album: Album | None = None, on: date = FREEZE) -> dict[str, dict[str, Any]]:
        """Return what freezes at the midnight that begins a day, by audience."""
        made = (album or self.album()).freeze(midnight(on, ZONE), on, self.tally, self.feeds)
        return {one.audience: dict(one.content) for one in made}


@pytest.fixture
def hub(rules: Rules) -> Hub:
    return Hub(rules)


def states(picture: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["alert"], one["state"], one["raised"]) for one in picture["alerts"]]


def entry(picture: dict[str, Any]) -> dict[str, Any]:
    """Return the one count of the north."""
    (north,) = (area for area in picture["areas"] if area["code"] == "north")
    found: dict[str, Any] = north["counts"][0]["counts"][0]
    return found


def quiet(picture: dict[str, Any]) -> dict[str, str]:
    (north,) = (area for area in picture["areas"] if area["code"] == "north")
    found: dict[str, str] = north["quiet"]
    return found


def test_alerts_are_new_continuing_or_closed_in_the_fortnight(hub: Hub) -> None:
    old, gone, ended, new, brief, after = (
        raised(events(n, n + 8), id=f"al-{n}") for n in (10, 20, 30, 40, 50, 60)
    )
    hub.told = [
        (BEFORE.first, old),
        (BEFORE.first, gone),
        (BEFORE.last, ended),
        (BEFORE.last, closed(gone)),
        (THIS.first, new),
        (THIS.first, closed(ended)),
        (THIS.first, brief),
        (THIS.last, closed(brief)),
        (THIS.last + timedelta(days=1), after),
        (THIS.last + timedelta(days=1), closed(old)),
    ]
    assert states(hub.frozen()["tactical"]) == [
        ("al-40", "new", "2026-01-19"),
        ("al-10", "continuing", "2026-01-05"),
        ("al-30", "closed", "2026-01-18"),
        ("al-50", "closed", "2026-01-19"),
    ]


def test_an_alert_stands_as_it_was_read_on_the_last_day(hub: Hub) -> None:
    first = raised(events(1, 9))
    second = joined(first, events(10, 20), level="well-above")
    hub.told = [
        (THIS.first, first),
        (THIS.last, second),
        (THIS.last + timedelta(days=1), joined(second, events(21, 40), level="far-above")),
    ]
    (found,) = hub.frozen()["tactical"]["alerts"]
    assert (found["level"], found["seen"]) == ("well-above", [{"publisher": "police", "count": 20}])


def test_an_audience_finds_in_its_picture_only_what_it_has_read(hub: Hub) -> None:
    hub.rules.add("police-secret-to-hub", release={"tactical": "exact"})
    hub.told = [
        (THIS.first, raised(events(1, 9, "police-secret-to-hub"))),
        (THIS.first, raised(events(10, 19, ciog="south"), id="al-2")),
        (THIS.first, raised(events(20, 29), id="al-3")),
    ]
    found = hub.frozen()
    assert {one[0] for one in states(found["tactical"])} == {"al-1", "al-2", "al-3"}
    assert {one[0] for one in states(found["board"])} == {"al-3"}


def test_a_change_is_against_the_last_fortnight_as_it_is_known_now(hub: Hub) -> None:
    hub.count(BEFORE.first, 20)
    hub.count(BEFORE.last, 4, accepted=THIS.last)
    hub.count(THIS.first, 30)
    found = hub.frozen()
    assert entry(found["tactical"])["last"] == 24
    assert entry(found["tactical"])["change"] == "up 25%"
    words = "counts since the last picture was frozen"
    assert found["tactical"]["late"] == [{"publisher": "police", "words": f"+4 {words}"}]
    words = "some counts have changed since the last picture was frozen"
    assert found["board"]["late"] == [{"publisher": "police", "words": words}]


def test_what_came_before_the_freeze_is_in_the_picture_and_not_late(hub: Hub) -> None:
    hub.count(BEFORE.last, 20)
    hub.count(BEFORE.last, 4, accepted=BEFORE.last + timedelta(days=2))
    hub.count(THIS.last, 7, accepted=FREEZE - timedelta(days=1))
    hub.count(THIS.last, 9, accepted=FREEZE)
    found = hub.frozen()["tactical"]
    assert (entry(found)["count"], entry(found)["last"], found["late"]) == (7, 24, [])


def test_the_season_is_the_same_fortnight_of_the_year_before(hub: Hub) -> None:
    season = THIS.back(SEASON_FORTNIGHTS)
    hub.count(season.first, 3)
    hub.count(season.last, 2)
    hub.count(season.last + timedelta(days=1), 50)
    hub.count(season.first - timedelta(days=1), 50)
    assert entry(hub.frozen()["tactical"])["season"] == 5
    assert season.first == date(2025, 1, 20)


def test_no_period_is_compared_with_that_began_before_the_hub_listened(hub: Hub) -> None:
    hub.count(THIS.first, 9)
    hub.since = BEFORE.first
    found = entry(hub.frozen()["tactical"])
    assert (found["last"], found["season"]) == (0, None)
    hub.since = BEFORE.first + timedelta(days=1)
    found = hub.frozen()["tactical"]
    assert (entry(found)["last"], entry(found)["change"], found["late"]) == (None, None, [])


def test_feeds_are_told_only_to_whom_their_publisher_names(hub: Hub) -> None:
    hub.count(THIS.first, 30)
    hub.rules.add("schools-to-hub", publisher="schools", release={"board": "rounded"})
    found = hub.frozen()
    assert [one["publisher"] for one in found["tactical"]["agencies"]] == ["police"]
    assert [one["publisher"] for one in found["board"]["agencies"]] == ["police", "schools"]
    assert quiet(found["tactical"])["form"] == "nothing-unusual"
    assert quiet(found["board"])["form"] == "late-feed"


def test_too_short_a_history_is_too_few_to_say(hub: Hub) -> None:
    hub.count(THIS.first, 30)
    hub.count(BEFORE.first, 30)
    hub.since = THIS.first - timedelta(weeks=LEAST_WEEKS)
    assert quiet(hub.frozen()["tactical"])["form"] == "nothing-unusual"
    hub.since += timedelta(days=1)
    assert quiet(hub.frozen()["tactical"]) == {
        "form": "too-few",
        "words": "Too few to say: there are 7 weeks of history and 8 are needed.",
    }


ENDED = "Cannot say: not shared, since the agreement of police has ended."
BOTH = ["police.crime.v1", "police.incident.v1"]
LATER = {"starts": "2026-01-11", "ends": "2027-03-31"}


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([], True),
        ([{"events": ["police.incident.v1"]}], True),
        ([{}], True),  # beside the one that ended: what each of them shares, the other does not
        ([LATER], False),
        ([{**LATER, "events": BOTH}], False),
        ([{**LATER, "release": {"board": "rounded"}}], True),
        ([{**LATER, "ends": "2026-01-31"}], True),
        ([{**LATER, "starts": "2026-02-02"}], True),
    ],
    ids=[
        "alone",
        "other events beside it",
        "same events beside it",
        "the same after it",
        "more after it",
        "not for this audience",
        "ended too",
        "not started",
    ],
)
def test_each_agreement_that_ends_is_said_until_another_takes_its_place(
    hub: Hub, others: list[dict[str, Any]], said: bool
) -> None:
    hub.count(THIS.first, 30)
    hub.rules.agreements["police-to-hub"]["ends"] = "2026-01-10"
    for number, changes in enumerate(others):
        hub.rules.add(f"police-{number}-to-hub", **changes)
    found = quiet(hub.frozen()["tactical"])
    assert (found["form"] == "not-shared") is said
    assert (found["words"] == ENDED) is said


def test_an_agreement_of_two_kinds_of_events_needs_both_replaced(hub: Hub) -> None:
    hub.count(THIS.first, 30)
    hub.rules.agreements["police-to-hub"] |= {"ends": "2026-01-10", "events": BOTH}
    hub.rules.add("crime-to-hub", **LATER, events=BOTH[:1])
    assert quiet(hub.frozen()["tactical"])["words"] == ENDED
    hub.rules.add("incident-to-hub", **LATER, events=BOTH[1:])
    assert quiet(hub.frozen()["tactical"])["form"] != "not-shared"


def test_an_agreement_that_ends_on_the_last_day_has_not_ended(hub: Hub) -> None:
    hub.count(THIS.first, 30)
    hub.rules.agreements["police-to-hub"]["ends"] = THIS.last.isoformat()
    assert quiet(hub.frozen()["tactical"])["form"] != "not-shared"


def test_asked_again_a_picture_is_the_same_to_the_byte(hub: Hub) -> None:
    hub.rules.add("hospital-to-hub", publisher="hospital", release={"board": "rounded"})
    hub.count(THIS.first, 6, agreement="hospital-to-hub")
    hub.count(THIS.first, 9)
    alerts = [raised(events(n, n + 8), id=f"al-{n}") for n in (10, 30, 50)]
    hub.told = [(THIS.first, alert) for alert in alerts]
    album = hub.album()
    once = orjson.dumps(hub.frozen(album))
    hub.count(THIS.first, 5, accepted=FREEZE + timedelta(days=1))
    assert orjson.dumps(hub.frozen(album)) == once
    hub.told.reverse()
    hub.counted.reverse()
    assert orjson.dumps(hub.frozen()) == once


def test_nothing_freezes_on_any_other_day(hub: Hub) -> None:
    days = [THIS.first + timedelta(days=n) for n in range(28)]
    assert [day for day in days if hub.frozen(on=day)] == [
        THIS.first + timedelta(days=2),
        FREEZE,
    ]


def test_a_reader_of_words_only_has_no_count_and_is_not_told_that_there_are_few(hub: Hub) -> None:
    hub.rules.agreements["police-to-hub"]["release"] = {"tactical": "level"}
    hub.told = [(BEFORE.first, raised(events(1, 9))), (BEFORE.last, closed(raised(events(1, 9))))]
    found = hub.frozen()["tactical"]
    assert [area["counts"] for area in found["areas"]] == [[], [], []]
    assert quiet(found)["form"] == "nothing-unusual"
