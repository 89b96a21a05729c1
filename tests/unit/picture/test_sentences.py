"""A chair has at most three sentences to say, and none of them says quiet for silence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.unit.conftest import shipped

from cioghub.steps.picture.feeds import FeedState
from cioghub.steps.picture.sentences import sentences
from cioghub.steps.picture.standing import Standing
from cioghub.vocabulary.fortnights import Fortnight

FORTNIGHT = Fortnight(date(2026, 1, 5))
LATE = FeedState("fire", "fire", "/fire/incident", None, late=True, contributed=False)


def standing(alert: str, state: str, level: str = "above") -> Standing:
    data = {
        "signal": "surge",
        "ciog": "north",
        "also": (),
        "hub_category": "knife",
        "level": level,
    }
    return Standing(alert, state, data, "2026-01-06")


def said(
    standings: list[Standing], feeds: list[FeedState], cells: list[dict[str, Any]]
) -> list[str]:
    return sentences(FORTNIGHT, standings, feeds, cells, shipped()[1])


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (["new"], "we have one new alert."),
        (["new", "new"], "we have two new alerts."),
        (["closed"], "we have one closed alert."),
        (["continuing"] * 10, "we have 10 continuing alerts."),
    ],
)
def test_one_alert_and_several_are_worded_apart(states: list[str], words: str) -> None:
    found = said([standing(str(n), state) for n, state in enumerate(states)], [], [])
    assert found[0].endswith(words)


def test_there_are_three_sentences_at_most() -> None:
    standings = [standing(str(n), "new") for n in range(5)]
    found = said(standings, [LATE], [])
    assert len(found) == 3
    assert found[2] == "We have heard nothing from fire for longer than agreed."


def test_the_alert_furthest_above_the_usual_is_looked_at_first() -> None:
    found = said([standing("a", "new"), standing("b", "new", "far-above")], [], [])
    alone = said([standing("b", "new", "far-above")], [], [])
    assert found[1] == alone[1]


def test_forms_of_quiet_are_joined_by_area() -> None:
    forms = {"A": "nothing-unusual", "B": "too-few", "C": "nothing-unusual"}
    found = said([], [], [{"name": name, "quiet": {"form": form}} for name, form in forms.items()])
    assert found[0].endswith(
        "there was no alert: nothing unusual in the data received in A and C; "
        "there is too little to say in B."
    )
