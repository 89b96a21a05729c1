"""Quiet has four honest forms, and says what rise would have been noticed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from cioghub.steps.correlate.budget import threshold
from cioghub.steps.correlate.series import VIEWS
from cioghub.steps.correlate.surge import score_surge, screen_surge
from cioghub.steps.picture.feeds import FeedState
from cioghub.steps.picture.quiet import NOTICED_CHANCE, quiet_words, rise_noticed
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.signals import SignalKind


def feed(late: bool) -> FeedState:
    return FeedState("fire", "fire", "/fire/incident", None, late, not late)


def row(count: int | str, noticed: int | None) -> dict[str, Any]:
    entry = {"publisher": "fire", "count": count, "last": count}
    return {"name": "Deliberate fires", "counts": [entry], "noticed": noticed}


@pytest.mark.parametrize("usual", [0.5, 1, 2, 5, 10, 20, 50, 100])
@pytest.mark.parametrize("dispersion", [1.0, 1.5])
def test_the_rise_that_would_be_noticed_is_raised_in_eight_of_ten_series(
    usual: float, dispersion: float
) -> None:
    limit = threshold(SignalKind.SURGE, float(len(VIEWS) * len(COUNTED)))
    periods = [date(2026, 1, 5) + timedelta(days=14 * n) for n in range(27)]
    random = np.random.default_rng(20260105)
    count, series, raised = rise_noticed(usual), 50, 0
    for _ in range(series):
        if dispersion == 1.0:
            past = random.poisson(usual, 26)
        else:
            past = random.negative_binomial(usual / (dispersion - 1), 1 / dispersion, 26)
        counts = np.append(past, count)
        if screen_surge(counts):
            raised += score_surge(counts, periods, "week").p_value <= limit
    assert raised >= 0.8 * series


def test_the_chance_is_what_the_budget_leaves_one_test_for_surges() -> None:
    limit = threshold(SignalKind.SURGE, float(len(VIEWS) * len(COUNTED)))
    assert pytest.approx(limit, rel=0.01) == NOTICED_CHANCE


def test_more_is_needed_where_more_is_usual() -> None:
    found = [rise_noticed(usual) for usual in (0, 0.5, 1, 3.5, 20, 150, 900, 40_000)]
    assert found == sorted(found)
    assert found[0] == found[1]
    assert all(count > 3 for count in found)


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
    assert found == {"form": "too-few", "words": f"Too few to say: {limit}."}


def test_quiet_says_what_rise_would_have_been_noticed() -> None:
    found = quiet_words([feed(False)], None, [row(9, 20)], True)
    assert found["words"] == (
        "Nothing unusual in the data received. "
        "A rise of deliberate fires to about 20 would have been noticed."
    )


@pytest.mark.parametrize("rows", [[], [row(2, 6)]])
def test_an_area_with_hardly_an_event_is_not_called_quiet(rows: list[dict[str, Any]]) -> None:
    assert quiet_words([feed(False)], None, rows, True)["form"] == "too-few"


def test_who_reads_no_counts_is_not_told_that_there_are_few() -> None:
    assert quiet_words([feed(False)], None, [], False)["form"] == "nothing-unusual"


def test_hidden_counts_may_be_many_and_give_no_figure() -> None:
    found = quiet_words([feed(False)], None, [row("under 8", None)], True)
    assert found == {"form": "nothing-unusual", "words": "Nothing unusual in the data received."}
