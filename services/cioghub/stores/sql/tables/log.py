"""The durable log: accepted events, what the rules made of them, ticks, and what was refused.

Times are whole seconds since 1970 UTC, by the hub's clock unless said otherwise. A payload, an
agency's own id and a token leave these tables when their retention ends; what stays is a blinded
reference, a decision, and what counts are made of.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, text
from sqlmodel import Field, SQLModel

_ID_KEPT = text("event_id IS NOT NULL")


class Accepted(SQLModel, table=True):
    """One accepted event; `position` is its place in the log and in the ledger, from 1.

    `digest` is the hash of its canonical body, against conflicts; `time` is the event's own.
    `payload` is that body; it and `event_id` are null once deleted.
    """

    __tablename__ = "accepted"
    __table_args__ = (
        Index(
            "ix_accepted_own_id",
            "source",
            "event_id",
            sqlite_where=_ID_KEPT,
            postgresql_where=_ID_KEPT,
        ),
    )

    position: int | None = Field(default=None, primary_key=True)
    ref: bytes = Field(sa_column=Column(LargeBinary(16), nullable=False, unique=True))
    digest: bytes = Field(sa_column=Column(LargeBinary(16), nullable=False))
    accepted: int = Field(index=True)
    source: str
    event_id: str | None = None
    type: str
    time: int
    ended: int
    incident: bool
    tray: str | None = None
    decision: str
    payload: bytes | None = None


class DecisionClassRow(SQLModel, table=True):
    """What one decision class says, as the ledger writes it (JSON), by its id."""

    __tablename__ = "decision_class"

    id: str = Field(primary_key=True)
    content: bytes


class Shared(SQLModel, table=True):
    """One event as one recipient receives it: the line of the contract."""

    __tablename__ = "shared"

    position: int = Field(
        sa_column=Column(Integer, ForeignKey("accepted.position"), primary_key=True)
    )
    recipient: str = Field(primary_key=True)
    line: bytes | None = None


class ContributionRow(SQLModel, table=True):
    """What the correlator keeps of one event.

    `day` is a local day as an ordinal; `monthly` 0 for a day that is known, 1 for a month at best,
    2 for no time at all; `place` is "edition code" or null; `tokens` and `former` are JSON objects
    of pseudonyms by field, null once deleted. `withdrawn` is when the event was withdrawn.
    """

    __tablename__ = "contribution"

    position: int = Field(
        sa_column=Column(Integer, ForeignKey("accepted.position"), primary_key=True)
    )
    id: str
    accepted: int
    day: int
    monthly: int
    place: str | None = None
    kind: int = Field(foreign_key="contribution_kind.id")
    tokens: str | None = None
    former: str | None = None
    withdrawn: int | None = None


class ContributionKind(SQLModel, table=True):
    """What many contributions have in common: publisher, type and notes, the last as JSON."""

    __tablename__ = "contribution_kind"

    id: int = Field(primary_key=True)
    publisher: str
    type: str
    notes: str


class Refused(SQLModel, table=True):
    """One rejected event: `faults` as JSON, never a value.

    `name` is its id or a blinded reference, empty once deleted.
    """

    __tablename__ = "refused"

    number: int | None = Field(default=None, primary_key=True)
    at: int = Field(index=True)
    source: str | None = None
    name: str
    faults: str


class FeedDay(SQLModel, table=True):
    """How many of one feed's events had one outcome on one local day; `reason` a fault code."""

    __tablename__ = "feed_day"

    source: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    events: int


class Heard(SQLModel, table=True):
    """When a feed was last heard of: an event or a heartbeat, and the rules of its last event."""

    __tablename__ = "heard"

    source: str = Field(primary_key=True)
    last_event: int | None = None
    last_heartbeat: int | None = None
    bundle: str | None = None


class Ticked(SQLModel, table=True):
    """One tick: what had been accepted up to `position` was settled as at `at`."""

    __tablename__ = "ticked"

    number: int | None = Field(default=None, primary_key=True)
    position: int
    at: int
    midnight: bool
    jumped: bool = False
    bundle: str


class Memory(SQLModel, table=True):
    """What the hub remembers between two ticks, by name: bytes that only the hub reads."""

    __tablename__ = "memory"

    name: str = Field(primary_key=True)
    content: bytes
