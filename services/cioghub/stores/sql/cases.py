"""Keeps the work on alerts: every step with its audit row, in one transaction.

What a step may do is decided by the table of moves inside that transaction, on the case as it then
is; so two people who press at once cannot both be right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update
from sqlmodel import SQLModel

from cioghub.ports.cases import About, Dismissed, Moved
from cioghub.stores.sql.audit import audit
from cioghub.stores.sql.tables.cases import CaseActionRow, CaseRow, CaseStepRow
from cioghub.stores.sql.writing import writing
from cioghub.vocabulary.cases import (
    ENDED,
    Action,
    Case,
    CaseState,
    Move,
    Refusal,
    Step,
    Task,
    made,
)

_TABLES = SQLModel.metadata.tables
_CASE, _STEP, _ACTION = (
    _TABLES[str(model.__tablename__)] for model in (CaseRow, CaseStepRow, CaseActionRow)
)


class SqlCases:
    """The case book in the hub's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def case(self, alert: str) -> Case:
        """Return the work on one alert; a case without steps where nobody has begun."""
        with self._engine.connect() as connection, connection.begin():
            return _read(connection, [alert])[alert]

    def cases(self, alerts: Collection[str]) -> Mapping[str, Case]:
        """Return the work on each of these alerts."""
        with self._engine.connect() as connection, connection.begin():
            return _read(connection, alerts)

    def make(
        self, about: About, step: Step, known: int, task: Task | None = None
    ) -> Case | Refusal:
        """Make a step on a case of which `known` steps were read; return the case, or why not.

        Raises:
            Moved: the case has other steps than were read.
        """
        with writing(self._engine) as connection:
            before = _read(connection, [about.alert])[about.alert]
            if len(before.steps) != known:
                raise Moved
            after = made(before, step, task)
            if isinstance(after, Refusal):
                return after
            _write(connection, about, before, after)
            said = after.steps[-1]
            facts = {"code": said.code, "action": said.action, "state": said.state.value}
            audit(connection, step.at, step.person, f"case-{step.move}", about.alert, facts)
            return after

    def dismissed(self, alerts: Collection[str]) -> Sequence[Dismissed]:
        """Return how many of these alerts stand dismissed, by signal, category and reason."""
        key = (_CASE.c.signal, _CASE.c.hub_category, _CASE.c.reason)
        asked = (
            select(*key, func.count())
            .where(_CASE.c.state == CaseState.DISMISSED.value, _CASE.c.alert.in_(alerts))
            .group_by(*key)
            .order_by(func.count().desc(), *key)
        )
        with self._engine.connect() as connection, connection.begin():
            return [Dismissed(*row) for row in connection.execute(asked)]


def _read(connection: Connection, alerts: Collection[str]) -> dict[str, Case]:
    steps: dict[str, list[Step]] = {alert: [] for alert in alerts}
    asked = select(_STEP).where(_STEP.c.alert.in_(alerts)).order_by(_STEP.c.alert, _STEP.c.number)
    for row in connection.execute(asked):
        steps[row.alert].append(_step(row))
    actions: dict[str, list[Action]] = {alert: [] for alert in alerts}
    asked = (
        select(_ACTION)
        .where(_ACTION.c.alert.in_(alerts))
        .order_by(_ACTION.c.alert, _ACTION.c.number)
    )
    for row in connection.execute(asked):
        actions[row.alert].append(_action(row))
    return {
        alert: Case(alert, made[-1].state, tuple(made), tuple(actions[alert]))
        if made
        else Case(alert)
        for alert, made in steps.items()
    }


def _step(row: Row[Any]) -> Step:
    return Step(
        at=row.at,
        person=row.person,
        name=row.name,
        move=Move(row.move),
        code=row.code,
        words=row.words,
        action=row.action,
        state=CaseState(row.state),
    )


def _action(row: Row[Any]) -> Action:
    task = Task(
        owner=row.owner,
        response=row.response,
        pillar=row.pillar,
        level=row.level,
        words=row.words,
        due=date.fromisoformat(row.due),
    )
    return Action(
        number=row.number,
        at=row.at,
        person=row.person,
        name=row.name,
        task=task,
        ending=row.ending,
        ended_at=row.ended_at,
        ended_words=row.ended_words,
    )


def _write(connection: Connection, about: About, before: Case, after: Case) -> None:
    step = after.steps[-1]
    reason = step.code if after.state in ENDED else None
    standing = {"state": after.state.value, "reason": reason}
    if before.steps:
        connection.execute(update(_CASE).where(_CASE.c.alert == about.alert).values(**standing))
    else:
        connection.execute(insert(_CASE).values(**asdict(about), **standing))
    connection.execute(
        insert(_STEP).values(alert=about.alert, number=len(after.steps), **asdict(step))
    )
    for action in _changed(before.actions, after.actions):
        values = asdict(action) | {"alert": about.alert}
        values |= values.pop("task") | {"due": action.task.due.isoformat()}
        if action.ending is None:
            connection.execute(insert(_ACTION).values(**values))
        else:
            this = (_ACTION.c.alert == about.alert) & (_ACTION.c.number == action.number)
            connection.execute(update(_ACTION).where(this).values(**values))


def _changed(before: Iterable[Action], after: Iterable[Action]) -> list[Action]:
    known = set(before)
    return [action for action in after if action not in known]
