"""What an audience reads of an alert: hidden counts stay so, repeat involvement says little."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tests.unit.conftest import shipped
from tests.unit.disclose.test_alert_places import event, places
from tests.unit.disclose.test_guard import ACROSS, alert, guard

from cioghub.steps.disclose.alerts import AlertDisclosure
from cioghub.steps.disclose.guard import Guard
from cioghub.steps.disclose.release import Releases
from cioghub.vocabulary.areas import Place
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.readings import Audience
from cioghub.vocabulary.rules import Agreement
from cioghub.vocabulary.signals import Alert, SignalKind
from cioghub.vocabulary.words import subject_words


def agreement(**release: str) -> Agreement:
    """Return an agreement of the hospital with the correlator that releases this."""
    return Agreement(
        name="to-hub",
        version="1",
        title="",
        publisher="hospital",
        recipient=HUB_RECIPIENT,
        held_for=(),
        gateway="",
        lawful_basis="",
        regime="",
        purpose="",
        lane="",
        anonymity_assessed=None,
        starts=date(2025, 1, 1),
        ends=date(2027, 1, 1),
        review_by=date(2026, 6, 1),
        retention_days=28,
        events=(),
        fields=(),
        only_when=(),
        never_when=(),
        release=tuple(release.items()),
        file="",
    )


def behind(found: list[Place], **changes: Any) -> Alert:
    """Return an alert on one event of the hospital in each of these places."""
    evidence = tuple(event(place) for place in found)
    made = alert(ACROSS)
    signal = replace(made.signal, evidence=evidence, seen=len(evidence), **changes)
    return replace(made, signal=signal, evidence=evidence, whole=evidence)


class Silent(Guard):
    """A guard that lets no alert say a count."""

    def may_say(self, alert: Alert, publisher: str, count: object) -> bool:
        return False


def read(made: Alert, release: str, speaks: bool = True, reader: str = "board") -> Any:
    _, areas, _ = shipped()
    releases = Releases([agreement(**{reader: release})])
    judge = guard() if speaks else Silent(areas, (), {}, {}, {})
    disclosure = AlertDisclosure(releases, areas, judge, "bundle")
    return disclosure.read(made, Audience(reader, reader, (), ()))


def test_places_of_a_publisher_that_releases_words_only_do_not_count_its_events() -> None:
    some = places(7)
    found = read(behind(some), "level")
    assert found["seen"] == []
    assert found["places"] == sorted({place.parents["msoa"] for place in some})


def test_places_of_a_count_that_may_not_be_said_do_not_say_it() -> None:
    some = places(7)
    found = read(behind(some), "rounded", speaks=False)
    assert found["seen"] == []
    assert found["places"] == sorted({place.parents["msoa"] for place in some})


def test_an_exact_count_stands_beside_all_its_places() -> None:
    some = places(12)
    rounded = read(behind(some), "rounded")
    assert rounded["seen"] == [{"publisher": "hospital", "count": 10}]
    exact = read(behind(some), "exact")
    assert exact["seen"] == [{"publisher": "hospital", "count": 12}]
    assert exact["places"] == sorted(place.code for place in some)


def test_what_else_an_issue_shows_as_is_said_in_words_to_every_reader() -> None:
    made = replace(behind(places(3)), beside=("robbery", "asb"))
    words = read(made, "level")["reason"]
    assert words.endswith("It shows as robbery and antisocial behaviour too.")


def test_repeat_involvement_says_no_category_no_place_and_no_number_to_others() -> None:
    made = behind(places(4), kind=SignalKind.LINKAGE, subjects=4)
    found = read(made, "exact")
    assert (found["hub_category"], found["places"], found["csps"]) == ("context-only", [], [])
    assert (found["seen"], found["level"]) == ([], "above")
    assert not set(found) & {"expected", "p_value", "recurrence_days", "evidence"}
    assert found["reason"].startswith("Repeat involvement is above usual in ")
    assert read(replace(made, signal=replace(made.signal, subjects=2)), "exact") is None


def test_the_tokens_publisher_reads_the_category_of_its_own_repeat_involvement() -> None:
    made = behind(places(4), kind=SignalKind.LINKAGE, subjects=4)
    found = read(made, "exact", reader="hospital")
    assert found["hub_category"] == "knife"
    assert len(found["evidence"]) == 4


def test_repeat_involvement_is_called_so_whatever_its_category() -> None:
    assert subject_words("linkage", "knife") == "Repeat involvement"
    assert subject_words("surge", "knife") == "Knife crime"
