"""A step, its action and its audit row are kept together or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from cioghub.ports.cases import About, Dismissed, Moved
from cioghub.stores.sql.cases import SqlCases
from cioghub.stores.sql.tables.people import AuditRow
from cioghub.vocabulary.cases import Case, CaseState, Move, Refusal, Step, Task

ALERT = About("a-1", "surge", "knife")
TASK = Task("rugby-council", "street-doctors", "prevent", "primary", "Visit.", date(2026, 5, 1))
ASSESS = Step(100, "p-1", "A. Analyst", Move.ASSESS, "likely-real", "Two agencies agree.")
ACKNOWLEDGE = Step(200, "p-2", "B. Chair", Move.ACKNOWLEDGE, None, "")
ACT = Step(300, "p-2", "B. Chair", Move.ACT, None, "")
DISMISS = Step(150, "p-1", "A. Analyst", Move.DISMISS, "data-quality", "A backlog.")


def audited(engine: Engine) -> list[tuple[int, str, str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(select(AuditRow.__table__).order_by(AuditRow.number)).all()
    return [(row.at, row.person, row.action, row.subject) for row in rows]


def test_a_case_is_kept_as_it_was_made(engine: Engine) -> None:
    cases = SqlCases(engine)
    assert cases.case("a-1") == Case("a-1")
    cases.make(ALERT, ASSESS, 0)
    cases.make(ALERT, ACKNOWLEDGE, 1)
    cases.make(ALERT, ACT, 2, TASK)
    made = cases.make(ALERT, replace(ACT, at=301), 3, replace(TASK, response=None))
    assert cases.case("a-1") == made
    end = Step(400, "p-2", "B. Chair", Move.END_ACTION, "done", "Visited.", action=1)
    made = cases.make(ALERT, end, 4)
    assert isinstance(made, Case)
    assert [action.ending for action in made.actions] == ["done", None]
    assert SqlCases(engine).cases(["a-1", "a-2"]) == {"a-1": made, "a-2": Case("a-2")}


def test_every_step_has_its_audit_row(engine: Engine) -> None:
    cases = SqlCases(engine)
    cases.make(ALERT, ASSESS, 0)
    cases.make(ALERT, ACKNOWLEDGE, 1)
    assert audited(engine) == [
        (100, "p-1", "case-assess", "a-1"),
        (200, "p-2", "case-acknowledge", "a-1"),
    ]


def test_without_its_audit_row_no_step_is_kept(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    with pytest.raises(DBAPIError):
        SqlCases(engine).make(ALERT, ASSESS, 0)
    assert SqlCases(engine).case("a-1") == Case("a-1")


def test_what_the_table_refuses_leaves_no_trace(engine: Engine) -> None:
    cases = SqlCases(engine)
    assert cases.make(ALERT, ACKNOWLEDGE, 0) is Refusal.NOT_NOW
    assert cases.make(ALERT, replace(DISMISS, code=None), 0) is Refusal.NO_CODE
    assert cases.make(ALERT, replace(DISMISS, words=""), 0) is Refusal.NO_WORDS
    assert cases.case("a-1") == Case("a-1")
    assert audited(engine) == []


def test_of_two_who_read_the_same_case_only_the_first_makes_a_step(engine: Engine) -> None:
    cases = SqlCases(engine)
    cases.make(ALERT, ASSESS, 0)
    with pytest.raises(Moved):
        cases.make(ALERT, DISMISS, 0)
    assert cases.case("a-1").state is CaseState.ASSESSED


def test_dismissals_are_counted_by_signal_category_and_reason_among_what_may_be_read(
    engine: Engine,
) -> None:
    cases = SqlCases(engine)
    for alert in ("a-1", "a-2", "a-3"):
        cases.make(replace(ALERT, alert=alert), DISMISS, 0)
    cases.make(About("a-4", "cluster", "robbery"), replace(DISMISS, code="too-small"), 0)
    cases.make(About("a-5", "surge", "knife"), DISMISS, 0)
    reopen = Step(500, "p-2", "B. Chair", Move.REOPEN, None, "It rose again.")
    cases.make(About("a-5", "surge", "knife"), reopen, 1)
    assert list(cases.dismissed(["a-1", "a-2", "a-4", "a-5"])) == [
        Dismissed("surge", "knife", "data-quality", 2),
        Dismissed("cluster", "robbery", "too-small", 1),
    ]
    assert list(cases.dismissed([])) == []
