"""The ledger of a hub on several machines: its entries are the log, its checkpoints are kept here.

Nothing of an entry is written twice: whoever verifies or reads the ledger makes its lines anew from
the decisions in the log, and holds them against what was signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from cioghub.ledger.checkpoints import verifying_key
from cioghub.ledger.entries import LedgerEntry, class_id_of, class_line, entry_line
from cioghub.ledger.merkle import leaf_hash
from cioghub.ledger.verify import Classes, prove_inclusion
from cioghub.stores.ledger_growth import LedgerGrowth
from cioghub.stores.sql.decision_log import SqlDecisionLog
from cioghub.stores.sql.tables import METADATA
from cioghub.vocabulary.keys import Secret

_ACCEPTED, _CHECKPOINT = METADATA.tables["accepted"], METADATA.tables["checkpoint"]
_PART = 10_000
PLACE = "the database"


class SqlLedgerSigner:
    """Signs what the log has decided; several may, and each takes up what another has signed.

    `signing` is a secret of the hub, of which the signing key is derived; `bundle_hash` names the
    rules in force for as long as there is no entry.
    """

    def __init__(self, engine: Engine, signing: Secret, bundle_hash: str) -> None:
        self._engine = engine
        self._growth = LedgerGrowth(PLACE, signing, SqlDecisionLog(engine), bundle_hash)
        self._whole = False

    def follow(self) -> int:
        """Sign what is due; return how many entries are signed then.

        Raises:
            EnvironmentFailed: what was signed is not of this log and key.
        """
        if not self._whole:
            self._open()
        while self._whole and (due := self._growth.due()):
            _, heads = self._growth.grow(*due)
            self._keep(heads)
        return self._growth.size

    def _open(self) -> None:
        """Take up what was signed, and go through the log to there."""
        asked = select(_CHECKPOINT.c.key, _CHECKPOINT.c.line).order_by(_CHECKPOINT.c.number)
        with self._engine.connect() as connection:
            rows = connection.execute(asked).all()
        self._growth.begin()
        if any(row.key != self._key for row in rows):
            raise self._growth.not_one_log("it was signed with another key")
        self._growth.retrace(self._growth.opened(row.line for row in rows), lambda step: None)
        self._whole = True
        if not rows:
            self._keep(self._growth.sign())

    @property
    def _key(self) -> str:
        return self._growth.key.strip()

    def _keep(self, heads: bytes) -> None:
        """Keep checkpoints, unless another has signed meanwhile: then its own are taken up."""
        rows = [
            {"number": json.loads(line)["n"], "key": self._key, "line": line}
            for line in heads.splitlines()
        ]
        self._whole = False
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_CHECKPOINT), rows)
        except IntegrityError:
            return
        self._whole = True


class SqlLedger:
    """The ledger as its records, for whoever verifies it while the hub runs.

    It ends at the checkpoint that was the last when this was made, and so holds together whatever
    is signed meanwhile.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._log = SqlDecisionLog(engine)
        asked = select(_CHECKPOINT).order_by(_CHECKPOINT.c.number.desc()).limit(1)
        with engine.connect() as connection:
            self._last = connection.execute(asked).one_or_none()

    def key(self) -> Ed25519PublicKey | None:
        """Return the verifying key, or None while nothing is signed."""
        return None if self._last is None else verifying_key(f"{self._last.key}\n")

    def checkpoint(self) -> Mapping[str, Any] | None:
        """Return the last checkpoint, with its signature; None while nothing is signed."""
        if self._last is None:
            return None
        found: Mapping[str, Any] = json.loads(self._last.line)
        return found

    def checkpoints(self) -> Iterator[bytes]:
        """Yield the checkpoints' lines with their ends."""
        if self._last is None:
            return
        upto = _CHECKPOINT.c.number <= self._last.number
        asked = select(_CHECKPOINT.c.line).where(upto).order_by(_CHECKPOINT.c.number)
        with self._engine.connect() as connection:
            for line in connection.scalars(asked):
                yield line + b"\n"

    def entries(self) -> Iterator[bytes]:
        """Yield the lines of the signed entries with their ends."""
        return self.part(0, self.size())

    def part(self, first: int, last: int) -> Iterator[bytes]:
        """Yield the lines of the entries from the number `first` on (from 0) and before `last`."""
        while first < last:
            part = self._log.decided(first, min(_PART, last - first))
            if not part:
                return
            for one in part:
                # An event that is missing leaves a gap, and what comes after it does not fit.
                yield entry_line(one.position - 1, LedgerEntry(one.ref, one.class_id)) + b"\n"
            first = part[-1].position

    def leaves(self) -> Iterator[bytes]:
        """Yield the leaf hashes of the entries; none are stored apart from these."""
        return (leaf_hash(line[:-1]) for line in self.entries())

    def classes(self) -> Classes:
        """Return the decision classes in the order in which entries first name them."""
        first = func.min(_ACCEPTED.c.position)
        asked = (
            select(_ACCEPTED.c.decision)
            .where(_ACCEPTED.c.position <= self.size())
            .group_by(_ACCEPTED.c.decision)
            .order_by(first)
        )
        with self._engine.connect() as connection:
            names = connection.scalars(asked).all()
        found = self._log.contents(names)
        digest, damaged = sha256(), None
        contents: dict[str, Mapping[str, Any]] = {}
        for at, name in enumerate(names):
            content = found.get(name)
            if content is not None and class_id_of(content) == name:
                contents[name] = content
                digest.update(class_line(content) + b"\n")
            elif damaged is None:
                damaged = at
        return Classes(contents, damaged, digest.hexdigest())

    def size(self) -> int:
        """Return how many entries are signed."""
        last = self.checkpoint()
        return 0 if last is None else int(last["size"])


class SqlLedgerBook:
    """The same ledger, as the review door reads it: each call up to what is signed then."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def key(self) -> str:
        """Return the verifying key as 64 hex digits."""
        key = SqlLedger(self._engine).key()
        return "" if key is None else key.public_bytes_raw().hex()

    def checkpoint(self) -> Mapping[str, Any] | None:
        """Return the last checkpoint, with its signature; None while nothing is signed."""
        return SqlLedger(self._engine).checkpoint()

    def entries(self, first: int, limit: int) -> bytes:
        """Return the lines of at most `limit` signed entries from the number `first` (from 0)."""
        ledger = SqlLedger(self._engine)
        return b"".join(ledger.part(first, min(first + limit, ledger.size())))

    def proof(self, number: int) -> Mapping[str, Any] | None:
        """Return the proof that an entry (from 0) is in the ledger; None while it is not signed."""
        ledger = SqlLedger(self._engine)
        checkpoint = ledger.checkpoint()
        if checkpoint is None or number >= checkpoint["size"]:
            return None
        return prove_inclusion(ledger, number, checkpoint)
