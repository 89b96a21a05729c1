"""Reads a whole log from a hub's database, to go through it again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine, func, select

from cioghub.errors import WrongUse
from cioghub.ports.live_log import Entry, NewRefusal, Snapshot, Standing, Tick
from cioghub.stores.sql.database import DATABASE, existing_database_at, open_database
from cioghub.stores.sql.live_log import (
    ACCEPTED,
    DECISION,
    MEMORY,
    REFUSED,
    TICKED,
    SqlLiveLog,
)
from cioghub.stores.sql.log_rows import FEED_DAY

_PART = 2_000
_WHOLE, _HALVES = ("evening",), ("found", "told")
"""What is remembered at a midnight, by one process or by two."""


class SqlLogReader:
    """The log of one home, or of a backup of one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._log = SqlLiveLog(engine)

    @classmethod
    def of(cls, folder: Path, url: str | None = None) -> SqlLogReader:
        """Return the log in a folder, or in the database at a URL.

        Raises:
            WrongUse: the folder holds no log.
            EnvironmentFailed: the database at the URL cannot be reached, or is of another version.
        """
        if url is not None:
            return cls(existing_database_at(url))
        if not (folder / DATABASE).is_file():
            raise WrongUse(
                f"{folder} holds no log of a live hub.",
                "A log is read from the home of a hub, or from a backup of one.",
                "Name the folder that CIOG_HOME named when the hub ran.",
            )
        return cls(open_database(folder))

    def snapshot(self) -> Snapshot | None:
        """Return the oldest midnight from which on every payload is there; None: from the first."""
        with self._engine.connect() as connection:
            deleted = connection.scalar(
                select(func.max(ACCEPTED.c.accepted)).where(ACCEPTED.c.payload.is_(None))
            )
            if deleted is None:
                return None
            rows = connection.execute(
                select(MEMORY.c.name, MEMORY.c.content).where(MEMORY.c.name.contains("@"))
            )
            kept: dict[int, dict[str, bytes]] = defaultdict(dict)
            for name, content in rows:
                part, _, at = name.partition("@")
                if part in _WHOLE + _HALVES:
                    kept[int(at)][part] = content
        whole = [at for at, parts in kept.items() if set(parts) in (set(_WHOLE), set(_HALVES))]
        at = min((at for at in whole if at > deleted), default=None)
        if at is None:
            raise WrongUse(
                "The log holds no midnight from which on all its events are there.",
                "Payloads are deleted at their time, and there was no midnight since then.",
                "Run the hub past its next midnight, then replay its log.",
            )
        return Snapshot(at, tuple(kept[at].values()))

    def entries(self) -> Iterator[Entry]:
        """Yield every accepted event in order of position."""
        asked = select(
            ACCEPTED.c.position,
            ACCEPTED.c.ref,
            ACCEPTED.c.accepted,
            ACCEPTED.c.decision,
            ACCEPTED.c.payload,
        ).order_by(ACCEPTED.c.position)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=_PART).execute(asked):
                yield Entry(*row)

    def ticks(self) -> Sequence[Tick]:
        """Return every tick in order."""
        asked = select(
            TICKED.c.position, TICKED.c.at, TICKED.c.midnight, TICKED.c.jumped, TICKED.c.bundle
        ).order_by(TICKED.c.number)
        with self._engine.connect() as connection:
            return [Tick(*row) for row in connection.execute(asked)]

    def memory(self, name: str) -> bytes | None:
        """Return what was kept under a name."""
        return self._log.memory(name)

    def refused(self) -> Iterator[NewRefusal]:
        """Yield every rejected event in the order of coming."""
        asked = select(REFUSED.c.at, REFUSED.c.source, REFUSED.c.name, REFUSED.c.faults).order_by(
            REFUSED.c.number
        )
        with self._engine.connect() as connection:
            for at, source, name, faults in connection.execute(asked):
                codes = tuple(one["code"] for one in json.loads(faults))
                yield NewRefusal(at, source, name, faults, codes)

    def classes(self) -> Mapping[str, bytes]:
        """Return what each decision class says, as JSON, by id."""
        with self._engine.connect() as connection:
            return dict(connection.execute(select(DECISION.c.id, DECISION.c.content)).all())

    def contributions(self) -> Iterator[Standing]:
        """Yield the correlator's set in order of position."""
        return self._log.contributions()

    def duplicates(self) -> int:
        """Return how many twins came of events that had been accepted."""
        asked = select(func.sum(FEED_DAY.c.events)).where(FEED_DAY.c.outcome == "duplicate")
        with self._engine.connect() as connection:
            return int(connection.scalar(asked) or 0)  # a sum is a Decimal on PostgreSQL
