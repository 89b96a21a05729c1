"""Keeps mappings and the events of uploaded files, until they are published or let go."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update

from cioghub.ports.uploads import Preview, State, Upload
from cioghub.stores.sql.audit import audit
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing

_MAPPING = METADATA.tables["mapping"]
_UPLOAD = METADATA.tables["upload"]
_COLUMNS = [column for column in _UPLOAD.columns if column.name != "events"]


class UploadStore:
    """The mappings and uploads of one hub."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mappings(self, party: str) -> Sequence[tuple[str, str, int]]:
        """Return name, text and time of each mapping that an agency has saved, by name."""
        found = select(_MAPPING.c.name, _MAPPING.c.text, _MAPPING.c.saved).where(
            _MAPPING.c.party == party
        )
        with self._engine.connect() as connection:
            return [(n, t, s) for n, t, s in connection.execute(found.order_by(_MAPPING.c.name))]

    def save_mapping(self, party: str, name: str, text: str, person: str, at: int) -> None:
        """Keep a mapping in place of the one that had its name."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(_MAPPING).where(_MAPPING.c.party == party, _MAPPING.c.name == name)
            )
            connection.execute(insert(_MAPPING).values(party=party, name=name, text=text, saved=at))
            audit(connection, at, person, "save-mapping", f"{party}/{name}", {})

    def keep(
        self,
        party: str,
        mapping: str,
        source: str,
        preview: Preview,
        lines: Sequence[bytes],
        digest: bytes,
        person: str,
        at: int,
    ) -> int:
        """Keep the events of a new upload; return its number."""
        counts, shown = _written(preview)
        values = {
            "party": party,
            "mapping": mapping,
            "source": source,
            "at": at,
            "state": State.WAITING.value,
            "digest": digest,
            "preview": counts,
            "shown": shown,
            "events": gzip.compress(b"\n".join(lines), 6, mtime=0),
        }
        with writing(self._engine) as connection:
            number = connection.execute(
                insert(_UPLOAD).values(**values).returning(_UPLOAD.c.number)
            ).scalar_one()
            facts = {"mapped": preview.mapped, "rejected": preview.rejected}
            audit(connection, at, person, "upload", f"{party}/{number}", facts)
        return int(number)

    def uploads(self, party: str, limit: int) -> Sequence[Upload]:
        """Return the last uploads of an agency, newest first."""
        newest = _UPLOAD.c.number.desc()
        found = select(*_COLUMNS).where(_UPLOAD.c.party == party).order_by(newest).limit(limit)
        with self._engine.connect() as connection:
            return [_upload(row, None) for row in connection.execute(found)]

    def upload(self, party: str, number: int) -> Upload | None:
        """Return one upload of an agency."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(*_COLUMNS).where(_UPLOAD.c.party == party, _UPLOAD.c.number == number)
            ).first()
            if row is None:
                return None
            same = connection.execute(
                select(_UPLOAD.c.number)
                .where(_UPLOAD.c.party == party, _UPLOAD.c.digest == row.digest)
                .where(_UPLOAD.c.number < number, _UPLOAD.c.state == State.CONFIRMED.value)
                .order_by(_UPLOAD.c.number)
            ).first()
        return _upload(row, same[0] if same else None)

    def lines(self, party: str, number: int) -> list[bytes]:
        """Return the events of an upload that waits, each as a line; none of another."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(_UPLOAD.c.events).where(_UPLOAD.c.party == party, _UPLOAD.c.number == number)
            ).first()
        return gzip.decompress(row[0]).splitlines() if row and row[0] else []

    def end(
        self,
        party: str,
        number: int,
        state: State,
        outcome: Mapping[str, int] | None,
        person: str,
        at: int,
    ) -> None:
        """Let go of the events of an upload that waits, and note how it ended."""
        with writing(self._engine) as connection:
            ended = connection.execute(
                update(_UPLOAD)
                .where(_UPLOAD.c.party == party, _UPLOAD.c.number == number)
                .where(_UPLOAD.c.state == State.WAITING.value)
                .values(
                    state=state.value,
                    events=None,
                    shown=None,
                    outcome=None if outcome is None else json.dumps(outcome),
                )
            )
            if ended.rowcount:
                subject = f"{party}/{number}"
                audit(connection, at, person, f"upload-{state.value}", subject, outcome or {})

    def forget(self, before: int) -> int:
        """Let go of what has waited since before a time; return how many uploads that were."""
        with writing(self._engine) as connection:
            ended = connection.execute(
                update(_UPLOAD)
                .where(_UPLOAD.c.state == State.WAITING.value, _UPLOAD.c.at < before)
                .values(state=State.DISCARDED.value, events=None, shown=None)
            )
        return int(ended.rowcount)


def _written(preview: Preview) -> tuple[str, str]:
    counts = {
        name: getattr(preview, name) for name in Preview.__dataclass_fields__ if name != "shown"
    }
    return json.dumps(counts), json.dumps(preview.shown)


def _upload(row: Row[Any], same_as: int | None) -> Upload:
    shown = json.loads(row.shown) if row.shown else []
    return Upload(
        number=row.number,
        mapping=row.mapping,
        source=row.source,
        at=row.at,
        state=State(row.state),
        preview=Preview(**json.loads(row.preview), shown=shown),
        same_as=same_as,
        outcome=json.loads(row.outcome) if row.outcome else None,
    )
