"""The state of the areas as it is at one moment, in a file, and put back from it.

It is what correlator and reporter made: the set, what they remember, and what was told. What
sharers accepted and decided is the log itself, and is not in it.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import os
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.ports.workers import CORRELATOR, HISTORY, REPORTER
from cioghub.stores.sql.correlator_set import whole
from cioghub.stores.sql.sharing_log import ON_THE_WAY, on_the_way_again
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.turns import TURN, reached, take
from cioghub.stores.sql.writing import writing
from cioghub.stores.whole_files import whole_files

_TABLES = METADATA.tables
KEPT = tuple(
    _TABLES[name]
    for name in (
        "contribution_kind",
        "contribution",
        "withdrawal",
        "ticked",
        "told",
        "picture",
        "notice",
        "receipt",
        "memory",
    )
)
OUTGOING = _TABLES["outgoing"]
REBUILDING = {"position": 0, "accepted": 0}
"""An event that is on the way for as long as a set is rebuilt: nothing is settled meanwhile."""

PATIENCE_SECONDS = 60.0
"""So long a reporter may take to tell what is found; a midnight takes it a second."""

_AT_ONCE = 1_000
_HEAD = "snapshot"


class Snapshot(NamedTuple):
    """What a file holds: rows by table, and the position up to which all events had come."""

    whole: int
    rows: Mapping[str, list[dict[str, Any]]]


def take_snapshot(engine: Engine, path: Path, patience: float = PATIENCE_SECONDS) -> None:
    """Write the state of the areas into a file, packed if its name ends in `.gz`.

    It waits until every midnight that is found is told, for so many seconds at most.

    Raises:
        EnvironmentFailed: one is found and still not told.
    """
    isolation = "REPEATABLE READ" if engine.dialect.name == "postgresql" else "SERIALIZABLE"
    with (
        engine.connect().execution_options(isolation_level=isolation) as connection,
        _all_told(connection, patience),
        whole_files([path]) as (file,),
    ):
        os.fchmod(file.fileno(), 0o600)  # before anything is in it: it holds pseudonyms
        head = [_HEAD, {"whole": whole(connection)}]
        file.write(orjson.dumps(head) + b"\n")
        for table in (*KEPT, TURN):
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(select(table)):
                file.write(orjson.dumps([table.name, row._asdict()], default=_text) + b"\n")


@contextlib.contextmanager
def _all_told(connection: Connection, patience: float) -> Iterator[None]:
    """Begin a view of the database in which the reporter is as far as the correlator.

    What is between them lies on a topic alone, and would be gone from a state made again.
    """
    deadline = time.monotonic() + patience
    while reached(connection, CORRELATOR) != reached(connection, REPORTER):
        if time.monotonic() > deadline:
            raise EnvironmentFailed(
                "A midnight is found and not told yet, so that no snapshot can be taken.",
                "What is between correlator and reporter would be missing from it.",
                "Start the reporter, or look why it stands still, then take the snapshot.",
            )
        connection.rollback()
        time.sleep(0.1)
    yield


def read_snapshot(path: Path) -> Snapshot:
    """Return what `take_snapshot` wrote.

    Raises:
        WrongUse: it is no snapshot.
    """
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        for line in content.splitlines():
            name, row = orjson.loads(line)
            rows[name].append({key: _value(one) for key, one in row.items()})
        (head,) = rows.pop(_HEAD)
        return Snapshot(int(head["whole"]), rows)
    except (OSError, EOFError, zlib.error, KeyError, ValueError, TypeError) as error:
        raise WrongUse(
            f"{path} is no snapshot.", "", "Name a file that `ciog kafka snapshot` wrote."
        ) from error


def restore_snapshot(engine: Engine, snapshot: Snapshot) -> None:
    """Put a state in the place of what there is; who had a turn has lost it.

    What was found on the former state and not told yet is not told any more. Until `finish` is
    called nothing is settled, since what came after the snapshot is not there; and nothing past an
    event that was passed on since and does not come again.
    """
    rows = snapshot.rows
    come_to = {row["name"]: row["reached"] for row in rows.get(TURN.name, ())}
    with writing(engine) as connection:
        connection.execute(delete(OUTGOING).where(OUTGOING.c.worker.in_((CORRELATOR, REPORTER))))
        for table in reversed(KEPT):
            connection.execute(delete(table))
        for table in KEPT:
            if table.name in rows:
                connection.execute(insert(table), rows[table.name])
        connection.execute(delete(ON_THE_WAY).where(ON_THE_WAY.c.position == 0))
        connection.execute(insert(ON_THE_WAY), REBUILDING)
        on_the_way_again(connection, snapshot.whole)
        for name in (CORRELATOR, REPORTER):
            connection.execute(
                update(TURN)
                .where(TURN.c.name == name)
                .values(epoch=TURN.c.epoch + 1, reached=come_to.get(name, 0))
            )
        take(connection, HISTORY)


def finish(engine: Engine) -> int:
    """Let midnights be settled again; return how many events have still to come for the last."""
    with writing(engine) as connection:
        connection.execute(delete(ON_THE_WAY).where(ON_THE_WAY.c.position == 0))
        return connection.execute(select(func.count()).select_from(ON_THE_WAY)).scalar_one()


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    raise TypeError


def _value(value: Any) -> Any:
    return base64.b64decode(value["bytes"]) if isinstance(value, dict) else value
