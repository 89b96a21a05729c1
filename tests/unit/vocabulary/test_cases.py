"""The work on an alert goes its way by the table, and never ends without a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cioghub.vocabulary.cases import (
    ENDED,
    MOST_WORDS,
    MOVES,
    Case,
    CaseState,
    Move,
    Refusal,
    Step,
    Task,
    made,
    moves_from,
)

TASK = Task("rugby-council", "street-doctors", "prevent", "primary", "", date(2026, 5, 1))
S = CaseState

TRUTH = {
    # state: what each move leads to, in the order of `Move`; None where the move is refused
    S.NEW: (S.ASSESSED, None, None, None, None, None, None, S.DISMISSED, None),
    S.ASSESSED: (None, S.ACKNOWLEDGED, None, None, None, S.ASSESSED, None, S.DISMISSED, None),
    S.ACKNOWLEDGED: (
        *(None, None, S.ACTING, S.ACKNOWLEDGED, S.ESCALATED, S.ACKNOWLEDGED),
        *(S.CLOSED, S.DISMISSED, None),
    ),
    S.ACTING: (
        *(None, None, S.ACTING, S.ACTING, S.ESCALATED, S.ACTING),
        *(S.CLOSED, S.DISMISSED, None),
    ),
    S.ESCALATED: (
        *(None, None, S.ESCALATED, S.ESCALATED, S.ESCALATED, S.ESCALATED),
        *(S.CLOSED, S.DISMISSED, None),
    ),
    S.CLOSED: (None, None, None, None, None, None, None, None, S.ASSESSED),
    S.DISMISSED: (None, None, None, None, None, None, None, None, S.ASSESSED),
}


def step(move: Move, **changes: Any) -> Step:
    """Return a step that says all that its move must say."""
    codes = MOVES[move].codes
    good = Step(100, "p-1", "A. Analyst", move, next(iter(codes), None), "As discussed.")
    return replace(good, **changes)


def after(*steps: Step, case: Case | None = None) -> Case:
    """Return a case after steps that are all legal."""
    found = case or Case("a-1")
    for one in steps:
        moved = made(found, one, TASK if one.move is Move.ACT else None)
        assert isinstance(moved, Case)
        found = moved
    return found


ACKNOWLEDGED = (step(Move.ASSESS), step(Move.ACKNOWLEDGE))


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("move", Move)
def test_every_move_from_every_state(state: CaseState, move: Move) -> None:
    case = Case("a-1", state)
    action = None
    if move is Move.END_ACTION and state not in (S.NEW, S.ASSESSED, *ENDED):
        case = replace(after(*ACKNOWLEDGED, step(Move.ACT)), state=state)
        action = 1
    found = made(case, step(move, action=action), TASK if move is Move.ACT else None)
    wanted = TRUTH[state][list(Move).index(move)]
    if wanted is None:
        assert found is Refusal.NOT_NOW
        assert move not in moves_from(case)
    else:
        assert isinstance(found, Case)
        assert found.state is wanted
        assert move in moves_from(case)


def test_the_truth_is_told_of_every_move_and_state() -> None:
    assert set(TRUTH) == set(CaseState)
    assert {len(row) for row in TRUTH.values()} == {len(Move)}


@pytest.mark.parametrize("move", [move for move, rule in MOVES.items() if rule.codes])
def test_a_move_with_reasons_needs_one_of_them(move: Move) -> None:
    case = after(*ACKNOWLEDGED) if S.NEW not in MOVES[move].ways else Case("a-1")
    for code in (None, "", "because"):
        assert made(case, step(move, code=code)) is Refusal.NO_CODE


@pytest.mark.parametrize("move", [Move.CLOSE, Move.DISMISS, Move.ESCALATE, Move.REMARK])
def test_nothing_ends_without_words(move: Move) -> None:
    assert made(after(*ACKNOWLEDGED), step(move, words=" \n")) is Refusal.NO_WORDS


def test_words_have_an_end() -> None:
    case = after(*ACKNOWLEDGED)
    assert made(case, step(Move.REMARK, words="x" * (MOST_WORDS + 1))) is Refusal.TOO_LONG
    long = replace(TASK, words="x" * (MOST_WORDS + 1))
    assert made(case, step(Move.ACT), long) is Refusal.TOO_LONG


@pytest.mark.parametrize("move", [Move.CLOSE, Move.DISMISS])
def test_nothing_ends_while_an_action_is_open(move: Move) -> None:
    case = after(*ACKNOWLEDGED, step(Move.ACT), step(Move.ACT), step(Move.END_ACTION, action=1))
    assert made(case, step(move)) is Refusal.OPEN_ACTION
    assert move not in moves_from(case)
    done = after(step(Move.END_ACTION, action=2), case=case)
    assert isinstance(made(done, step(move)), Case)


def test_an_action_is_asked_numbered_and_ended_once() -> None:
    case = after(*ACKNOWLEDGED)
    assert made(case, step(Move.ACT)) is Refusal.NO_TASK
    sooner = replace(TASK, due=date(2026, 4, 1))
    case = after(step(Move.ACT), case=case)
    both = made(case, step(Move.ACT, at=200), sooner)
    assert isinstance(both, Case)
    assert [one.number for one in both.open_actions] == [2, 1]
    ended = after(step(Move.END_ACTION, action=2, code="dropped", at=300), case=both)
    assert [(one.number, one.ending, one.ended_at) for one in ended.actions] == [
        (1, None, None),
        (2, "dropped", 300),
    ]
    again = made(ended, step(Move.END_ACTION, action=2))
    assert again is Refusal.NO_SUCH_ACTION


def test_a_case_tells_the_state_that_it_was_in() -> None:
    case = after(
        step(Move.ASSESS, at=10),
        step(Move.ACKNOWLEDGE, at=20),
        step(Move.ESCALATE, at=30),
        step(Move.ACT, at=40),
    )
    states = [case.state_at(at) for at in (9, 10, 25, 30, 40)]
    assert states == [S.NEW, S.ASSESSED, S.ACKNOWLEDGED, S.ESCALATED, S.ESCALATED]
    assert case.looked_at
    assert not Case("a-2").looked_at
