"""Saved mappings, and uploaded files as events that wait; times in whole seconds since 1970 UTC."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel


class MappingRow(SQLModel, table=True):
    """The mapping of an agency under a name, as its text."""

    __tablename__ = "mapping"

    party: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    text: str
    saved: int


class UploadRow(SQLModel, table=True):
    """One uploaded file: what became of its rows (JSON, codes and counts), never the file.

    `events` are packed lines of JSON while the upload waits, null afterwards; `shown` the first of
    them, null with them. `digest` is the hash of all, to know the same file again.
    """

    __tablename__ = "upload"

    number: int | None = Field(default=None, primary_key=True)
    party: str = Field(index=True)
    mapping: str
    source: str
    at: int
    state: str
    digest: bytes = Field(sa_column=Column(LargeBinary(16), nullable=False))
    preview: str
    shown: str | None = None
    events: bytes | None = None
    outcome: str | None = None
