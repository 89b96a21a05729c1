"""The durable log on SQL: a group or a tick is one transaction, on disk when it returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.exc import OperationalError

from cioghub.ports.live_log import Effect, Group, LogFull, NewEvent, Standing
from cioghub.stores.sql.forgetting import forget
from cioghub.stores.sql.log_rows import (
    accepted_row,
    contribution_row,
    count,
    kind_number,
    notes_of,
    pairs_of,
    withdraw,
)
from cioghub.stores.sql.many import among, insert_all
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import upsert, writing
from cioghub.vocabulary.arrivals import Arrival
from cioghub.vocabulary.contribution import Contribution
from cioghub.vocabulary.incidents import Notes
from cioghub.vocabulary.keeping import Horizons

_TABLES = METADATA.tables
ACCEPTED, SHARED = _TABLES["accepted"], _TABLES["shared"]
CONTRIBUTION, KIND = _TABLES["contribution"], _TABLES["contribution_kind"]
DECISION, REFUSED = _TABLES["decision_class"], _TABLES["refused"]
TICKED, MEMORY = _TABLES["ticked"], _TABLES["memory"]
TOLD, PICTURE = _TABLES["told"], _TABLES["picture"]
NOTICE, RECEIPT = _TABLES["notice"], _TABLES["receipt"]

_CHUNK = 500
LAST = 2**62
"""A position past every other."""


class SqlLiveLog:
    """One hub's log in its database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with engine.connect() as connection:
            self._kinds = kinds_of(connection)

    def digests(self, refs: Iterable[bytes]) -> Mapping[bytes, bytes]:
        """Return the digests of those of these events that were accepted."""
        found: dict[bytes, bytes] = {}
        with self._engine.connect() as connection:
            for part in _parts(list(refs)):
                rows = connection.execute(
                    select(ACCEPTED.c.ref, ACCEPTED.c.digest).where(
                        among(connection, ACCEPTED.c.ref, part)
                    )
                )
                found.update((ref, digest) for ref, digest in rows)
        return found

    def keep(self, group: Group) -> Sequence[int]:
        """Keep a group; return the positions of its events."""
        kinds = dict(self._kinds)
        try:
            with writing(self._engine) as connection:
                last = connection.execute(select(func.max(ACCEPTED.c.position))).scalar() or 0
                pairs = self._events(connection, group, last)
                self._contribute(connection, pairs, kinds)
        except OperationalError as error:
            raise LogFull from error
        self._kinds = kinds
        return [position for position, _ in pairs]

    def _events(
        self, connection: Connection, group: Group, last: int
    ) -> list[tuple[int, NewEvent]]:
        """Write all of a group but what it gives the correlator; return events by position.

        `last` is the last position so far, 0 for none.
        """
        self._refusals(connection, group)
        count(connection, group)
        if group.classes:
            connection.execute(
                upsert(connection, DECISION).on_conflict_do_nothing(),
                [{"id": name, "content": content} for name, content in group.classes.items()],
            )
        if not group.events:
            return []
        pairs = [(last + n, event) for n, event in enumerate(group.events, start=1)]
        insert_all(connection, ACCEPTED, [accepted_row(p, e) for p, e in pairs])
        shared = [
            {"position": p, "recipient": recipient, "line": line}
            for p, e in pairs
            for recipient, line in e.shared
        ]
        insert_all(connection, SHARED, shared)
        return pairs

    @staticmethod
    def _contribute(
        connection: Connection,
        pairs: list[tuple[int, NewEvent]],
        kinds: dict[tuple[str, str, Notes], int],
    ) -> None:
        rows = [
            contribution_row(p, e.contribution, kind_number(connection, e.contribution, kinds))
            for p, e in pairs
            if e.contribution is not None
        ]
        if rows:
            connection.execute(insert(CONTRIBUTION), rows)
        for _, event in pairs:
            if event.withdraws is not None:
                withdraw(connection, event.withdraws, event.accepted)

    @staticmethod
    def _refusals(connection: Connection, group: Group) -> None:
        if group.refusals:
            connection.execute(
                insert(REFUSED),
                [
                    {"at": r.at, "source": r.source, "name": r.name, "faults": r.faults}
                    for r in group.refusals
                ],
            )

    def settle(self, effect: Effect) -> None:
        """Keep what a tick brought."""
        try:
            with writing(self._engine) as connection:
                self._settle(connection, effect)
        except OperationalError as error:
            raise LogFull from error

    def _settle(self, connection: Connection, effect: Effect) -> None:
        connection.execute(insert(TICKED), [effect.tick._asdict()])
        for table, rows in (
            (TOLD, effect.lines),
            (PICTURE, effect.pictures),
            (NOTICE, effect.notices),
        ):
            if rows:
                connection.execute(insert(table), [row._asdict() for row in rows])
        self._receipts(connection, effect)
        remember(connection, effect.memory)

    @staticmethod
    def _receipts(connection: Connection, effect: Effect) -> None:
        wanted = {one.position for one in effect.behind}
        known: dict[int, tuple[str, str | None]] = {}
        for part in _parts(sorted(wanted)):
            for position, source, name in connection.execute(
                select(ACCEPTED.c.position, ACCEPTED.c.source, ACCEPTED.c.event_id).where(
                    ACCEPTED.c.position.in_(part)
                )
            ):
                known[position] = (source, name)
        rows = [
            {"publisher": b.publisher, "source": source, "id": name, "alert": b.alert}
            | {"noted": effect.tick.at}
            for b in effect.behind
            for source, name in [known[b.position]]
            if name is not None
        ]
        if rows:
            connection.execute(upsert(connection, RECEIPT).on_conflict_do_nothing(), rows)

    def contributions(self, after: int = 0, to: int = LAST) -> Iterator[Standing]:
        """Yield the correlator's set in order of position, from past `after` on and up to `to`."""
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=5_000).execute(
                select(CONTRIBUTION)
                .where(CONTRIBUTION.c.position > after, CONTRIBUTION.c.position <= to)
                .order_by(CONTRIBUTION.c.position)
            )
            # After the rows: others write, and a kind is kept together with the first that has it.
            kinds = {number: key for key, number in kinds_of(connection).items()}
            for row in rows:
                publisher, type_name, notes = kinds[row.kind]
                edition, _, code = (row.place or "").partition(" ")
                yield Standing(
                    row.position,
                    Contribution(
                        row.id,
                        row.accepted,
                        row.day,
                        row.monthly,
                        (edition, code) if row.place else None,
                        publisher,
                        type_name,
                        notes,
                        pairs_of(row.tokens),
                        pairs_of(row.former),
                    ),
                    row.withdrawn,
                )

    def targets(self, refs: Iterable[bytes]) -> Mapping[bytes, str | None]:
        """Return, of those of these events that were accepted, the correlator's id, if any."""
        found: dict[bytes, str | None] = {}
        with self._engine.connect() as connection:
            for part in _parts(list(refs)):
                rows = connection.execute(
                    select(ACCEPTED.c.ref, CONTRIBUTION.c.id)
                    .join(
                        CONTRIBUTION,
                        CONTRIBUTION.c.position == ACCEPTED.c.position,
                        isouter=True,
                    )
                    .where(among(connection, ACCEPTED.c.ref, part))
                )
                found.update((ref, name) for ref, name in rows)
        return found

    def arrivals(self, after: int, before: int) -> Sequence[Arrival]:
        """Return what was accepted from `after` on and before `before` (seconds), in order."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(
                    ACCEPTED.c.source,
                    ACCEPTED.c.accepted,
                    ACCEPTED.c.ended,
                    ACCEPTED.c.incident,
                    ACCEPTED.c.tray,
                )
                .where(ACCEPTED.c.accepted >= after, ACCEPTED.c.accepted < before)
                .order_by(ACCEPTED.c.position)
            )
            return [Arrival(*row) for row in rows]

    def quarters(self) -> Sequence[int]:
        """Return the quarters of an hour (their first seconds) in which anything was accepted."""
        with self._engine.connect() as connection:
            rows = connection.execute(text("SELECT DISTINCT accepted / 900 * 900 FROM accepted"))
            return sorted(at for (at,) in rows)

    def span(self) -> tuple[int, int] | None:
        """Return when the first and the last event were accepted, None where none was."""
        with self._engine.connect() as connection:
            low, high = connection.execute(
                select(func.min(ACCEPTED.c.accepted), func.max(ACCEPTED.c.accepted))
            ).one()
        return None if low is None else (low, high)

    def last_midnight(self) -> int | None:
        """Return the time of the last midnight that was settled."""
        with self._engine.connect() as connection:
            found: int | None = connection.execute(
                select(func.max(TICKED.c.at)).where(TICKED.c.midnight)
            ).scalar()
        return found

    def position(self) -> int:
        """Return the last position, 0 for none."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(ACCEPTED.c.position))).scalar() or 0

    def memory(self, name: str) -> bytes | None:
        """Return what was kept under a name."""
        with self._engine.connect() as connection:
            found: bytes | None = connection.execute(
                select(MEMORY.c.content).where(MEMORY.c.name == name)
            ).scalar()
        return found

    def forget(self, before: Horizons) -> int:
        """Delete what is old; return how many events lost their payload."""
        try:
            with writing(self._engine) as connection:
                gone = forget(connection, before)
            if self._engine.dialect.name == "sqlite":
                # Overwritten pages still stand in the write-ahead log until it is emptied.
                with self._engine.connect() as connection:
                    connection.exec_driver_sql("ROLLBACK")
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except OperationalError as error:
            raise LogFull from error
        return gone


def kinds_of(connection: Connection) -> dict[tuple[str, str, Notes], int]:
    """Return the numbers of what many contributions have in common."""
    return {
        (row.publisher, row.type, notes_of(row.notes)): row.id
        for row in connection.execute(select(KIND))
    }


def remember(connection: Connection, memory: Mapping[str, bytes]) -> None:
    """Keep memory by name, in the place of what was kept before."""
    for name, content in memory.items():
        statement = upsert(connection, MEMORY).values(name=name, content=content)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"content": content})
        )


def _parts(values: list[Any]) -> Iterator[list[Any]]:
    for at in range(0, len(values), _CHUNK):
        yield values[at : at + _CHUNK]
