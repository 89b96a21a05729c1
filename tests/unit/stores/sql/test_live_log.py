"""The durable log on a real database: a group or a tick is there whole, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from cioghub.ports.live_log import Behind, Effect, Group, Line, NewEvent, NewRefusal, Tick
from cioghub.stores.sql import live_log
from cioghub.stores.sql.live_log import SqlLiveLog
from cioghub.vocabulary.contribution import Contribution
from cioghub.vocabulary.incidents import Notes
from cioghub.vocabulary.keeping import Horizons

AT = 4_000_000_000
"""Past 2038: no number of seconds is cut off."""

NOTES = Notes("crime-to-hub", ("knife",), (), "msoa")


def event(n: int, withdraws: bytes | None = None, at: int = AT) -> NewEvent:
    one = Contribution(
        f"{n:032x}", at, 738_000, 0, ("lsoa11", "E01"), "police", "police.crime.v1", NOTES,
        (("suspect_token", "ab" * 20),),
    )  # fmt: skip
    return NewEvent(
        n.to_bytes(16, "big"), b"d" * 16, at, "/police/crime", f"e{n}", "police.crime.v1", at, at,
        True, None, "c1", b"{}", (("fire", b'{"id":"x"}'),), one, withdraws,
    )  # fmt: skip


def group(*events: NewEvent) -> Group:
    return Group(day="2096-10-02", bundle="b", events=list(events), classes={"c1": b"{}"})


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_a_group_has_the_next_positions_and_all_of_its_rows(engine: Engine) -> None:
    log = SqlLiveLog(engine)
    assert log.keep(group(event(1), event(2))) == [1, 2]
    again = group(event(3))
    again.refusals.append(NewRefusal(AT, "/police/crime", "x", "[]", ("missing",)))
    again.duplicates["/police/crime"] = 2
    assert SqlLiveLog(engine).keep(again) == [3]
    assert (log.position(), log.span(), log.last_midnight()) == (3, (AT, AT), None)
    assert [count(engine, name) for name in ("accepted", "shared", "refused")] == [3, 3, 1]
    found = list(SqlLiveLog(engine).contributions())
    assert [(one.position, one.contribution, one.withdrawn) for one in found] == [
        (n, event(n).contribution, None) for n in (1, 2, 3)
    ]
    assert log.digests([event(1).ref, b"?" * 16]) == {event(1).ref: b"d" * 16}
    assert log.targets([event(2).ref]) == {event(2).ref: f"{2:032x}"}
    assert len(log.arrivals(AT, AT + 1)) == 3
    assert log.quarters() == [AT // 900 * 900]


def test_a_group_that_cannot_be_kept_whole_is_not_kept(engine: Engine) -> None:
    log = SqlLiveLog(engine)
    log.keep(group(event(1)))
    with pytest.raises(DBAPIError):
        log.keep(group(event(2), event(1)))
    assert [count(engine, name) for name in ("accepted", "shared", "contribution")] == [1, 1, 1]


def test_an_event_is_withdrawn_from_the_earliest_time_on(engine: Engine) -> None:
    log = SqlLiveLog(engine)
    log.keep(group(event(1)))
    for n, later in ((2, 9), (3, 5), (4, 7)):
        log.keep(group(event(n, event(1).ref, AT + later)))
    assert [one.withdrawn for one in log.contributions()] == [AT + 5, None, None, None]


def test_the_set_can_be_read_while_another_adds_a_new_kind(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = SqlLiveLog(engine)
    log.keep(group(event(1)))
    other = SqlLiveLog(engine)
    new = event(2)
    assert new.contribution is not None
    notes = NOTES._replace(categories=("robbery",))
    new = new._replace(contribution=new.contribution._replace(notes=notes))
    read = live_log.kinds_of

    def before_the_other(connection: Connection) -> dict[tuple[str, str, Notes], int]:
        monkeypatch.setattr(live_log, "kinds_of", read)
        found = read(connection)
        other.keep(group(new))
        return found

    monkeypatch.setattr(live_log, "kinds_of", before_the_other)
    assert [one.position for one in log.contributions()] == [1]
    assert [one.contribution.notes for one in log.contributions()] == [NOTES, notes]


def effect(at: int, number: int) -> Effect:
    return Effect(
        tick=Tick(1, at, True, False, "b"),
        lines=[Line("north", "al-1", "alert.raised.v1", at, False, b"{}")],
        behind=[Behind("police", 1, "al-1"), Behind("police", 1, "al-1")],
        memory={"evening": b"%d" % number, f"evening@{at}": b"%d" % number},
    )


def test_a_tick_is_kept_with_what_is_remembered(engine: Engine) -> None:
    log = SqlLiveLog(engine)
    log.keep(group(event(1)))
    log.settle(effect(AT + 10, 1))
    log.settle(effect(AT + 20, 2))
    assert (log.last_midnight(), log.memory("evening")) == (AT + 20, b"2")
    assert [count(engine, name) for name in ("told", "receipt", "memory")] == [2, 1, 3]


def test_what_is_forgotten_is_gone_and_counts_stay(engine: Engine) -> None:
    log = SqlLiveLog(engine)
    log.keep(group(event(1), event(2, at=AT + 20)))
    log.settle(effect(AT + 10, 1))
    assert log.forget(Horizons(AT + 11, AT + 11, 0, 0)) == 1
    assert [one.contribution.tokens for one in log.contributions()] == [
        (), (("suspect_token", "ab" * 20),),
    ]  # fmt: skip
    assert (log.memory(f"evening@{AT + 10}"), log.memory("evening")) == (None, b"1")
    assert (count(engine, "receipt"), log.position()) == (0, 2)
