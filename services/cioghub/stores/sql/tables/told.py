"""What was told, and to whom: alerts by audience, pictures, notices, receipts.

`audience` is empty for the inside of the hub. Times are whole seconds since 1970 UTC.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class ToldRow(SQLModel, table=True):
    """One change of one alert, as one audience was told of it; `line` is the CloudEvent."""

    __tablename__ = "told"
    __table_args__ = (
        Index("told_by_audience", "audience", "cursor"),
        Index("told_by_alert", "audience", "alert", "cursor"),
        {"sqlite_autoincrement": True},
    )

    cursor: int | None = Field(default=None, primary_key=True)
    audience: str
    alert: str
    change: str
    at: int
    provisional: bool
    line: bytes


class PictureRow(SQLModel, table=True):
    """One frozen picture; `first` is the first day of its fortnight."""

    __tablename__ = "picture"

    audience: str = Field(primary_key=True)
    first: str = Field(primary_key=True)
    at: int
    content: bytes
    page: bytes


class NoticeRow(SQLModel, table=True):
    """One notice; `line` is the row of the contract."""

    __tablename__ = "notice"

    number: int | None = Field(default=None, primary_key=True)
    at: int
    code: str
    publisher: str | None = None
    words: str
    line: bytes


class ReceiptRow(SQLModel, table=True):
    """One of a publisher's own events behind an alert."""

    __tablename__ = "receipt"

    publisher: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    alert: str = Field(primary_key=True)
    noted: int
