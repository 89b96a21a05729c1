"""Quiet has four honest forms, and says what rise would have been noticed."""

from __future__ import annotations

from typing import Any

import pytest
from scipy.stats import poisson

from cioghub.steps.picture.feeds import FeedState
from cioghub.steps.picture.quiet import NOTICED_CHANCE, quiet_words, rise_noticed


def feed(late: bool) -> FeedState:
    return FeedState("fire", "fire", "/fire/incident", None, late, not late)


def row(count: int | str, noticed: int | None) -> dict[str, Any]:
    entry = {"publisher": "fire", "count": count, "last": count, "noticed": noticed}
    return {"name": "Deliberate fires", "counts": [entry]}


@pytest.mark.parametrize("usual", [0, 0.5, 1, 3.5, 20, 150, 900, 40_000])
def test_the_rise_noticed_is_the_smallest_rare_count(usual: float) -> None:
    count = rise_noticed(usual)
    expected = max(usual, 0.5)
    assert poisson.sf(count - 1, expected) <= NOTICED_CHANCE < poisson.sf(count - 2, expected)


def test_an_ended_agreement_is_said_before_anything_else() -> None:
    found = quiet_words([feed(True)], "not shared, since the agreement of fire has ended", [], True)
    assert found["form"] == "not-shared"


def test_a_late_feed_is_no_quiet() -> None:
    found = quiet_words([feed(True)], None, [row(9, 20)], True)
    assert found == {
        "form": "late-feed",
        "words": "Cannot say: no data from fire for longer than agreed.",
    }


def test_a_short_history_is_too_little_to_say() -> None:
    limit = "there are 2 weeks of history and 8 are needed"
    found = quiet_words([feed(False)], limit, [row(9, 20)], True)
    assert found["form"] == "too-few"
    assert found["words"].endswith("A rise of deliberate fires to 20 would have been noticed.")


@pytest.mark.parametrize("rows", [[], [row(2, 6)]])
def test_an_area_with_hardly_an_event_is_not_called_quiet(rows: list[dict[str, Any]]) -> None:
    assert quiet_words([feed(False)], None, rows, True)["form"] == "too-few"


def test_who_reads_no_counts_is_not_told_that_there_are_few() -> None:
    assert quiet_words([feed(False)], None, [], False)["form"] == "nothing-unusual"


def test_hidden_counts_may_be_many_and_give_no_figure() -> None:
    found = quiet_words([feed(False)], None, [row("under 8", None)], True)
    assert found == {"form": "nothing-unusual", "words": "Nothing unusual in the data received."}
