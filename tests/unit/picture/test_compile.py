"""What a picture says of counts: changes on a fair base, what came late, what is not quiet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pytest
from tests.unit.conftest import shipped

from cioghub.steps.disclose.release import EXACT, ROUNDED, shown
from cioghub.steps.picture.compile import Counted, Period, Reader, compile_picture
from cioghub.steps.picture.feeds import FeedState
from cioghub.steps.picture.standing import Standing
from cioghub.vocabulary.fortnights import Fortnight
from cioghub.vocabulary.readings import Shown, Source
from cioghub.vocabulary.tallies import Home, Tally

FORTNIGHT = Fortnight(date(2026, 1, 5))
NORTH = Home("E07000219", "E22000320", "north")
SOUTH = Home("E07000221", "E22000321", "south")
POLICE = Source("police", "police", ("police-to-hub",), lambda n: shown(n, EXACT), exact=True)
FIRE = Source("fire", "fire", ("fire-to-hub",), lambda n: shown(n, ROUNDED), exact=False)
HEARD = FeedState("police", "police", "/police/crime", "2026-01-18", late=False, contributed=True)
SILENT = FeedState("fire", "fire", "/fire/incident", None, late=True, contributed=False)
GRID = (("ciog", "north", "North"), ("ciog", "south", "South"))


def tally(
    north: int = 0, south: int = 0, agreement: str = "police-to-hub", category: str = "knife"
) -> Tally:
    counts = {NORTH: north, SOUTH: south}
    return Tally({(agreement, home, category): n for home, n in counts.items() if n})


def period(counted: Tally, left_out: Iterable[str] = ()) -> Period:
    """Return a period whose counts are shown as released, but those of some areas left out."""
    hidden = set(left_out)

    def show(source: Source, level: str, code: str, category: str) -> Shown:
        if code in hidden:
            return None
        return source.show(counted.of(source.agreements, level, code, category))

    return Period(counted, show)


def counted(
    now: Tally,
    last: Tally | None = None,
    season: Tally | None = None,
    then: Tally | None = None,
    month: Tally | None = None,
) -> Counted:
    return Counted(
        now=period(now),
        last=period(last) if last else None,
        season=period(season) if season else None,
        last_then=then or last,
        month=period(month) if month else None,
        month_name="2025-12",
    )


def picture(
    counts: Counted,
    sources: Sequence[Source] = (POLICE,),
    standings: Sequence[Standing] = (),
    feeds: Sequence[FeedState] = (HEARD,),
    limits: dict[str, str] | None = None,
    grid: tuple[tuple[str, str, str], ...] = GRID,
) -> dict[str, Any]:
    _, areas, _ = shipped()
    return compile_picture(
        Reader("tactical", "Tactical group", grid),
        FORTNIGHT,
        counts,
        sources,
        standings,
        feeds,
        limits or {},
        areas,
        "2026-01-21T00:00:00Z",
        "bundle",
        None,
    )


def north(found: dict[str, Any]) -> dict[str, Any]:
    """Return the first count of the first row of the first area."""
    entry: dict[str, Any] = found["areas"][0]["counts"][0]["counts"][0]
    return entry


@pytest.mark.parametrize(
    ("now", "last", "words"),
    [
        (30, 20, "up 50%"),
        (15, 20, "down 25%"),
        (38, 19, "up"),
        (0, 19, "down"),
        (3, 0, "up"),
        (7, 7, "same"),
        (0, 40, "down 100%"),
    ],
)
def test_a_percentage_stands_on_a_base_of_twenty_or_more(now: int, last: int, words: str) -> None:
    assert north(picture(counted(tally(now), tally(last))))["change"] == words


def test_the_same_fortnight_of_last_year_stands_beside_and_changes_nothing() -> None:
    entry = north(picture(counted(tally(30), tally(20), season=tally(10))))
    assert (entry["count"], entry["last"], entry["season"]) == (30, 20, 10)
    assert entry["change"] == "up 50%"
    assert entry["left_out"] == []


def test_of_a_period_before_the_hub_listened_nothing_is_said() -> None:
    entry = north(picture(counted(tally(30))))
    assert (entry["last"], entry["season"], entry["change"]) == (None, None, None)
    assert entry["left_out"] == []


def test_no_change_is_worked_out_from_a_count_that_is_hidden_or_left_out() -> None:
    hidden = counted(tally(30, agreement="fire-to-hub"), tally(6, agreement="fire-to-hub"))
    entry = north(picture(hidden, [FIRE]))
    assert (entry["count"], entry["last"], entry["change"]) == (30, "under 8", None)
    made = counted(tally(30))
    out = Counted(
        **{
            **{name: getattr(made, name) for name in Counted.__slots__},
            "last": period(tally(25), ["north"]),
        }
    )
    entry = north(picture(out))
    assert (entry["last"], entry["left_out"], entry["change"]) == (None, ["last"], None)


def test_a_row_of_zeros_is_left_away_and_one_with_a_zero_left_out_is_not() -> None:
    assert picture(counted(tally(), tally()))["areas"][0]["counts"] == []
    made = Counted(period(tally(), ["north"]), period(tally()), None, tally(), None, None)
    entry = north(picture(made))
    assert (entry["count"], entry["last"], entry["left_out"]) == (None, 0, ["count"])


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (tally(20, 3), tally(22, 3), "+2 counts since the last picture was frozen"),
        (tally(20, 3), tally(19, 3), "-1 counts since the last picture was frozen"),
        (tally(20, 3), tally(22, 2), "+2 and -1 counts since the last picture was frozen"),
        (tally(20, 3), tally(21, 2), "+1 and -1 counts since the last picture was frozen"),
    ],
)
def test_what_came_late_is_said_to_whom_counts_are_exact(
    then: Tally, now: Tally, words: str
) -> None:
    found = picture(counted(tally(9), now, then=then))
    assert found["late"] == [{"publisher": "police", "words": words}]


def test_that_something_came_late_is_said_without_a_number_where_counts_are_hidden() -> None:
    before, after = tally(3, agreement="fire-to-hub"), tally(4, agreement="fire-to-hub")
    found = picture(counted(tally(9), after, then=before), [POLICE, FIRE])
    words = "some counts have changed since the last picture was frozen"
    assert found["late"] == [{"publisher": "fire", "words": words}]


def test_nothing_came_late_when_nothing_changed_or_there_was_no_picture_before() -> None:
    assert picture(counted(tally(9), tally(20)))["late"] == []
    assert picture(counted(tally(9)))["late"] == []


def test_a_picture_is_marked_as_still_filling() -> None:
    (words,) = picture(counted(tally(9)))["provisional"]
    assert "still filling" in words


def test_an_alert_keeps_its_own_mark_and_that_nobody_has_looked_at_it() -> None:
    data = {
        "signal": "surge",
        "hub_category": "knife",
        "ciog": "north",
        "also": [],
        "csps": [],
        "places": [],
        "level": "above",
        "provisional": True,
    }
    (found,) = picture(counted(tally(9)), standings=[Standing("al-1", "new", data, "2026-01-06")])[
        "alerts"
    ]
    assert (found["provisional"], found["looked_at_by_a_person"]) == (True, False)


def test_each_area_has_the_form_of_its_own_quiet() -> None:
    history = "there are 2 weeks of history and 8 are needed"
    many, few = tally(30, 2), tally(30, 2)

    def forms(**changes: Any) -> list[str]:
        return [one["quiet"]["form"] for one in picture(counted(many, few), **changes)["areas"]]

    assert forms() == ["nothing-unusual", "too-few"]
    assert forms(limits={"ciog:north": history}) == ["too-few", "too-few"]
    assert forms(feeds=[HEARD, SILENT]) == ["late-feed", "late-feed"]
    ended = "not shared, since the agreement of fire has ended"
    assert forms(feeds=[SILENT], limits={"ciog:north": ended}) == ["not-shared", "late-feed"]


def test_quiet_says_what_rise_would_have_been_noticed_where_counts_are_exact() -> None:
    one, other = picture(counted(tally(30, 2), tally(30, 2)))["areas"]
    assert one["counts"][0]["noticed"] > 30
    assert "A rise of knife crime to about" in one["quiet"]["words"]
    assert other["quiet"]["words"].startswith("Too few to say")
    rounded = tally(30, agreement="fire-to-hub")
    hidden, _ = picture(counted(rounded, rounded), [FIRE])["areas"]
    assert hidden["counts"][0]["noticed"] is None
    assert hidden["quiet"]["words"] == "Nothing unusual in the data received."


def test_only_an_alert_that_is_open_breaks_the_quiet_and_only_where_it_touches() -> None:
    data = {"signal": "surge", "hub_category": "knife", "ciog": "east", "also": ["north"]}
    data |= {"csps": ["E22000320"], "places": [], "level": "above"}

    def quiet(state: str) -> list[bool]:
        grid = (*GRID, ("csp", "E22000320", "One"), ("csp", "E22000321", "Two"))
        standing = Standing("al-1", state, data, "2026-01-06")
        found = picture(counted(tally(9), tally(9)), standings=[standing], grid=grid)
        return [one["quiet"] is not None for one in found["areas"]]

    assert quiet("new") == quiet("continuing") == [False, True, False, True]
    assert quiet("closed") == [True] * 4


def test_months_are_a_panel_of_their_own_and_never_added() -> None:
    found = picture(counted(tally(30), month=tally(12)))
    assert north(found)["count"] == 30
    assert found["monthly"]["month"] == "2025-12"
    assert [(row["code"], row["count"]) for row in found["monthly"]["counts"]] == [("north", 12)]
    assert picture(counted(tally(30)))["monthly"] is None
