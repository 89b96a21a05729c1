"""What workers on several machines need beside the log: what is to be sent, and whose turn it is;
what doors are answered, how they seal, and what of the ledger was signed.

Times are whole seconds since 1970 UTC.
"""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Outgoing(SQLModel, table=True):
    """One message that was decided in a transaction and is to be sent; it goes soon after.

    `worker` names the kind of worker that sends it, `made` when it was decided;
    `headers` are a JSON array of pairs.
    """

    __tablename__ = "outgoing"

    number: int | None = Field(default=None, primary_key=True)
    worker: str
    made: int
    topic: str
    key: bytes
    value: bytes
    headers: str


class OnTheWay(SQLModel, table=True):
    """An event that the correlator is to have and has not put into its set yet."""

    __tablename__ = "on_the_way"

    position: int = Field(primary_key=True)
    accepted: int = Field(index=True)


class Withdrawal(SQLModel, table=True):
    """That the event at a position was withdrawn at `at`, told before the event itself came."""

    __tablename__ = "withdrawal"

    position: int = Field(primary_key=True)
    at: int


class Turn(SQLModel, table=True):
    """Whose turn it is to do what one worker at a time does: the last epoch given out is the one.

    `reached` is a time that the work has come to: of the log, nothing is accepted before it.
    """

    __tablename__ = "turn"

    name: str = Field(primary_key=True)
    epoch: int
    reached: int


class AnswerRow(SQLModel, table=True):
    """What a door that waits is answered to one of its questions; it goes as soon as it is read."""

    __tablename__ = "answer"

    door: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: int
    content: bytes


class SealRow(SQLModel, table=True):
    """The public key with which doors seal what sharers alone are to read; there is one."""

    __tablename__ = "seal"

    number: int = Field(primary_key=True)
    public: bytes


class CheckpointRow(SQLModel, table=True):
    """A checkpoint of the ledger whose entries are the events of the log, and its verifying key."""

    __tablename__ = "checkpoint"

    number: int = Field(primary_key=True)
    key: str
    line: bytes
