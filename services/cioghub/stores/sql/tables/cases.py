"""The work on alerts, and what people write beside what the hub has said.

Times are whole seconds since 1970 UTC; `due` and `first` are local days. `person` is the id of who
wrote, `name` what they were called then: minutes outlive an account.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class CaseRow(SQLModel, table=True):
    """One case and what its alert is about; `reason` is the code that it ended with, if it has."""

    __tablename__ = "alert_case"

    alert: str = Field(primary_key=True)
    signal: str
    hub_category: str
    state: str
    reason: str | None = None


class CaseStepRow(SQLModel, table=True):
    """One step, numbered from 1 in its case."""

    __tablename__ = "alert_case_step"

    alert: str = Field(primary_key=True, foreign_key="alert_case.alert")
    number: int = Field(primary_key=True)
    at: int
    person: str
    name: str
    move: str
    code: str | None = None
    words: str
    action: int | None = None
    state: str


class CaseActionRow(SQLModel, table=True):
    """One action, numbered from 1 in its case."""

    __tablename__ = "alert_case_action"

    alert: str = Field(primary_key=True, foreign_key="alert_case.alert")
    number: int = Field(primary_key=True)
    at: int
    person: str
    name: str
    owner: str
    response: str | None = None
    pillar: str
    level: str
    words: str
    due: str
    ending: str | None = None
    ended_at: int | None = None
    ended_words: str = ""


class ErratumRow(SQLModel, table=True):
    """One erratum beside a frozen picture."""

    __tablename__ = "erratum"
    __table_args__ = (Index("erratum_by_picture", "audience", "first"),)

    number: int | None = Field(default=None, primary_key=True)
    audience: str
    first: str
    words: str
    at: int
    person: str
    name: str


class HappenedRow(SQLModel, table=True):
    """What was found of an alert of a shadow, or what happened without one (`alert` null)."""

    __tablename__ = "happened"

    number: int | None = Field(default=None, primary_key=True)
    alert: str | None = None
    ciog: str
    finding: str
    words: str
    at: int
    person: str
    name: str
