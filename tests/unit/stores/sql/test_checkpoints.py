"""The ledger on a database that several machines share: signed once, verified, never two of one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import orjson
import pytest
from sqlalchemy import Engine, delete, insert, update
from tests.unit.stores.following import CONTENTS, SECRET

from cioghub.errors import EnvironmentFailed
from cioghub.ledger.entries import class_id_of
from cioghub.ledger.proofs import fault_of
from cioghub.ledger.verify import Classes, find, verify
from cioghub.stores.sql.checkpoints import SqlLedger, SqlLedgerBook, SqlLedgerSigner
from cioghub.stores.sql.tables import METADATA
from cioghub.vocabulary.keys import Secret

ACCEPTED, CLASS = METADATA.tables["accepted"], METADATA.tables["decision_class"]
CHECKPOINT, TICKED = METADATA.tables["checkpoint"], METADATA.tables["ticked"]
BUNDLE = "ab" * 32


def ref_of(position: int) -> bytes:
    return sha256(b"%d" % position).digest()[:16]


def accept(engine: Engine, positions: Sequence[int]) -> None:
    """Let events of two classes be in the log."""
    rows = [
        {
            "position": position,
            "ref": ref_of(position),
            "digest": b"0" * 16,
            "accepted": position,
            "source": "/s",
            "type": "t",
            "time": position,
            "ended": position,
            "incident": True,
            "decision": class_id_of(CONTENTS[position // 150]),
        }
        for position in positions
    ]
    with engine.begin() as connection:
        connection.execute(insert(ACCEPTED), rows)


def midnight(engine: Engine, position: int) -> None:
    tick = {"position": position, "at": position, "midnight": True, "jumped": False}
    with engine.begin() as connection:
        connection.execute(insert(TICKED), tick | {"bundle": BUNDLE})


@pytest.fixture
def signed(engine: Engine) -> Engine:
    """A log whose ledger signs 300 entries: one checkpoint at 256, one at a midnight."""
    with engine.begin() as connection:
        rows = [{"id": class_id_of(one), "content": orjson.dumps(one)} for one in CONTENTS]
        connection.execute(insert(CLASS), rows)
    accept(engine, range(1, 301))
    midnight(engine, 300)
    assert signer(engine).follow() == 300
    return engine


def signer(engine: Engine, secret: Secret = SECRET) -> SqlLedgerSigner:
    return SqlLedgerSigner(engine, secret, BUNDLE)


def test_what_is_signed_verifies_and_each_entry_has_its_proof(signed: Engine) -> None:
    accept(signed, [301])
    ledger, book = SqlLedger(signed), SqlLedgerBook(signed)
    verdict = verify(ledger)
    assert (verdict.entries, verdict.fault) == (300, None)
    key = ledger.key()
    assert key is not None
    proof = book.proof(find(ledger, ref_of(200).hex()) or 0)
    assert proof is not None
    assert fault_of(proof, key) is None
    assert (proof["entry"]["n"], book.proof(300)) == (199, None)
    assert book.key() == key.public_bytes_raw().hex()
    assert book.entries(298, 10) == b"".join(ledger.entries())[len(book.entries(0, 298)) :]


def test_what_is_signed_while_somebody_verifies_is_no_tampering(signed: Engine) -> None:
    class SignedMeanwhile(SqlLedger):
        """Another checkpoint is signed, with a new class, after the checkpoints were read."""

        def classes(self) -> Classes:
            accept(signed, range(301, 601))
            assert signer(signed).follow() == 512
            return super().classes()

    verdict = verify(SignedMeanwhile(signed))
    assert (verdict.entries, verdict.fault) == (300, None)
    assert verify(SqlLedger(signed)).entries == 512


def test_what_somebody_changed_in_the_database_is_found(signed: Engine) -> None:
    with signed.begin() as connection:
        connection.execute(update(ACCEPTED).where(ACCEPTED.c.position == 270).values(ref=b"1" * 16))
    fault = verify(SqlLedger(signed)).fault
    assert fault is not None
    assert (fault.entry, fault.until) == (256, 299)
    with pytest.raises(EnvironmentFailed, match="does not give what checkpoint"):
        signer(signed).follow()


def test_a_missing_event_is_found(signed: Engine) -> None:
    with signed.begin() as connection:
        connection.execute(delete(ACCEPTED).where(ACCEPTED.c.position == 300))
    fault = verify(SqlLedger(signed)).fault
    assert fault is not None
    assert (fault.entry, fault.until) == (256, 299)


def test_a_changed_decision_class_is_found(signed: Engine) -> None:
    with signed.begin() as connection:
        connection.execute(update(CLASS).values(content=b'{"bundle":"x"}'))
    fault = verify(SqlLedger(signed)).fault
    assert fault is not None
    assert (fault.code, fault.entry) == ("class", 0)


def test_two_signers_sign_one_ledger(signed: Engine) -> None:
    one, other = signer(signed), signer(signed)
    one.follow(), other.follow()
    accept(signed, range(301, 601))
    assert one.follow() == 512
    midnight(signed, 400)  # seen by the other alone, which would sign it first
    other.follow()
    assert other.follow() == 512
    assert verify(SqlLedger(signed)).fault is None
    with signed.connect() as connection:
        numbers = connection.scalars(CHECKPOINT.select().with_only_columns(CHECKPOINT.c.number))
        assert sorted(numbers) == [0, 1, 2, 3]


def test_another_key_signs_no_second_history(signed: Engine) -> None:
    with pytest.raises(EnvironmentFailed, match="another key"):
        signer(signed, Secret(b"another secret of thirty-two byte")).follow()


def test_before_anything_is_signed_there_is_nothing_to_show(engine: Engine) -> None:
    book = SqlLedgerBook(engine)
    assert (book.checkpoint(), book.key(), book.proof(0), book.entries(0, 9)) == (
        None,
        "",
        None,
        b"",
    )
    assert verify(SqlLedger(engine)).fault is not None
