"""The decisions in the order of the log, on a real database, and a ledger that follows them."""

from pathlib import Path

from sqlalchemy import Engine, delete
from tests.unit.stores.following import CONTENTS, SECRET, Log, contents_of, follower, verdict

from cioghub.ledger.entries import canonical, class_id_of
from cioghub.stores.ledger_follow import LedgerFollower
from cioghub.stores.sql.decision_log import SqlDecisionLog
from cioghub.stores.sql.tables.log import Accepted, DecisionClassRow, Ticked


def write(engine: Engine, log: Log) -> None:
    """Put into the database what a log in memory holds."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for table in (Accepted, DecisionClassRow, Ticked):
            connection.execute(delete(table))
        for content in CONTENTS:
            row = {"id": class_id_of(content), "content": canonical(content)}
            connection.execute(DecisionClassRow.__table__.insert(), row)
        for position, ref, class_id in log.events:
            row = {"position": position, "ref": bytes.fromhex(ref), "decision": class_id}
            fixed = {"digest": b"d" * 16, "accepted": 1, "source": "/a/b", "type": "t", "time": 1}
            connection.execute(
                Accepted.__table__.insert(), {**row, **fixed, "ended": 1, "incident": True}
            )
        for at in log.settled:
            row = {"position": at, "at": at, "midnight": True, "jumped": False, "bundle": "ab"}
            connection.execute(Ticked.__table__.insert(), row)
            connection.execute(Ticked.__table__.insert(), {**row, "midnight": False, "position": 1})


def test_it_says_what_the_log_says(engine: Engine) -> None:
    log = Log()
    log.accept(300)
    log.midnight()
    write(engine, log)
    found = SqlDecisionLog(engine)
    assert found.decided(17, 40) == log.decided(17, 40)
    ids = {one.class_id for one in log.events}
    assert found.contents(ids) == log.contents(ids)
    assert (found.midnights(0), found.midnights(300)) == ([300], [])


def test_a_ledger_follows_the_database_to_the_same_bytes(engine: Engine, tmp_path: Path) -> None:
    log = Log()
    for _ in range(3):
        log.accept(200)
        log.midnight()
        write(engine, log)
        LedgerFollower(tmp_path / "ledger", SECRET, SqlDecisionLog(engine), "ab" * 32).follow()
    follower(tmp_path / "other", log).follow()
    assert contents_of(tmp_path / "ledger") == contents_of(tmp_path / "other")
    assert verdict(tmp_path / "ledger").fault is None
