"""The reading room on a real database: each audience its own, in order, and nothing wider."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

from cioghub.ports.reading_room import INSIDE, Receipt
from cioghub.stores.sql.reading_room import SqlReadingRoom
from cioghub.stores.sql.tables.log import Accepted, DecisionClassRow, FeedDay, Heard, Ticked
from cioghub.stores.sql.tables.told import NoticeRow, PictureRow, ReceiptRow, ToldRow
from cioghub.vocabulary.parties import Feed, Parties, Party

NOON = int(datetime(2026, 4, 20, 11, tzinfo=UTC).timestamp())
HOUR = 3600
FIRE = Feed("/fire/incident", ("fire.incident.v1",), ("fire-rescue",), "daily", 36)
CRIME = Feed("/police/crime", ("police.crime.v1",), ("policing",), "daily", 36)
PARTIES = Parties(
    tuple(
        Party(id, id, id, "specified", (), "sole", None, None, None, None, (feed,))
        for id, feed in (("police", CRIME), ("fire", FIRE))
    ),
    (),
    None,
    None,
)


class Clock:
    def now(self) -> int:
        return NOON


def reference(source: str, id: str) -> str:
    return (source + id).encode().hex()[:32].ljust(32, "0")


@pytest.fixture
def room(engine: Engine) -> SqlReadingRoom:
    return SqlReadingRoom(engine, PARTIES, ZoneInfo("Europe/London"), Clock(), reference)


@pytest.fixture
def put(room: SqlReadingRoom) -> Callable[..., None]:
    def put(*rows: SQLModel) -> None:
        with room._engine.connect() as connection, connection.begin():
            for row in rows:
                table = type(row).__table__
                connection.execute(table.insert(), row.model_dump(exclude_none=True))

    return put


def told(audience: str, alert: str, number: int = 1) -> ToldRow:
    line = json.dumps({"id": f"{alert}.{number}", "subject": alert}).encode()
    return ToldRow(
        audience=audience,
        alert=alert,
        change="alert.raised.v1",
        at=NOON,
        provisional=False,
        line=line,
    )


def ids(changes) -> list[str]:
    return [one.event["id"] for one in changes]


def test_an_audience_reads_its_own_changes_in_order_and_pages_on(room, put) -> None:
    put(told("north", "a"), told("east", "b"), told("north", "c"), told("north", "a", 2))
    first = room.since("north", 0, 2)
    assert ids(first) == ["a.1", "c.1"]
    assert ids(room.since("north", first[-1].cursor, 2)) == ["a.2"]
    assert ids(room.since("east", 0, 10)) == ["b.1"]
    assert room.since("nobody", 0, 10) == []


def test_the_newest_cursor_is_that_of_the_last_change(room, put) -> None:
    assert (room.newest(), room.last_cursor("north")) == (0, 0)
    put(told("north", "a"), told("east", "b"))
    assert (room.newest(), room.last_cursor("north"), room.last_cursor("east")) == (2, 1, 2)


def test_what_stands_is_the_last_change_of_each_alert_newest_first(room, put) -> None:
    put(told("north", "a"), told("north", "b"), told("north", "a", 2), told("east", "a", 7))
    assert ids(room.standing("north")) == ["a.2", "b.1"]


def test_the_history_of_an_alert_is_what_this_audience_was_told_of_it(room, put) -> None:
    put(told("north", "a"), told("east", "a"), told("north", "b"), told("north", "a", 2))
    assert ids(room.history("north", "a")) == ["a.1", "a.2"]
    assert room.history("south", "a") == []


def test_true_counts_are_read_as_the_inside_alone(room, put) -> None:
    put(told(INSIDE, "a"))
    assert ids(room.since(INSIDE, 0, 10)) == ["a.1"]
    assert room.since("north", 0, 10) == []


def test_a_picture_comes_out_byte_for_byte(room, put) -> None:
    content, page = b'{"a":\xc2\xa0 1}\n', b"<html>\r\n</html>"
    for first in ("2026-03-23", "2026-04-06"):
        put(PictureRow(audience="north", first=first, at=NOON, content=content, page=page))
    assert room.pictures("north") == ["2026-04-06", "2026-03-23"]
    found = room.picture("north", "2026-04-06")
    assert found is not None
    assert (found.content, found.page) == (content, page)
    assert room.pictures("east") == []
    assert room.picture("east", "2026-04-06") is None


def test_a_publisher_gets_receipts_of_its_own_events(room, put) -> None:
    for publisher, id, alert in (("police", "2", "a"), ("police", "1", "b"), ("fire", "9", "a")):
        row = {"publisher": publisher, "source": f"/{publisher}", "id": id, "alert": alert}
        put(ReceiptRow(**row, noted=NOON))
    assert [one.id for one in room.receipts("police")] == ["1", "2"]
    assert room.receipts("police", "a") == [Receipt("police", "/police", "2", "a")]
    assert room.receipts("health") == []


def test_notices_come_newest_first(room, put) -> None:
    for n in range(3):
        put(NoticeRow(at=NOON + n, code="feed-late", publisher=None, words=f"{n}", line=b"{}"))
    assert [one.words for one in room.notices(2)] == ["2", "1"]


def test_feeds_are_counted_over_the_last_days_by_outcome(room, put) -> None:
    for day, outcome, reason, events in (
        ("2026-04-19", "accepted", "", 5),
        ("2026-04-20", "accepted", "", 2),
        ("2026-03-01", "accepted", "", 100),
        ("2026-04-20", "duplicate", "", 1),
        ("2026-04-20", "rejected", "code", 3),
    ):
        source = CRIME.source
        put(FeedDay(source=source, day=day, outcome=outcome, reason=reason, events=events))
    put(Heard(source=CRIME.source, last_event=NOON - HOUR, bundle="ab"))
    fire, police = room.feeds()
    assert (police.accepted, police.duplicates, dict(police.rejected)) == (7, 1, {"code": 3})
    assert (police.since, police.last_event, police.bundle) == ("2026-03-24", NOON - HOUR, "ab")
    assert (fire.source, fire.accepted, fire.last_event) == (FIRE.source, 0, None)


def test_a_heartbeat_keeps_a_feed_from_being_late(room, put) -> None:
    put(Heard(source=CRIME.source, last_event=NOON - 40 * HOUR, last_heartbeat=NOON - HOUR))
    put(Heard(source=FIRE.source, last_event=NOON - 40 * HOUR))
    assert [one.late for one in room.feeds()] == [True, False]


def test_a_feed_never_heard_is_late_by_when_the_hub_began(room, put) -> None:
    assert not any(one.late for one in room.feeds())
    put(Ticked(position=0, at=NOON - 40 * HOUR, midnight=True, bundle="ab"))
    assert all(one.late for one in room.feeds())


def test_a_decision_is_found_by_identity_or_by_blinded_reference(room, put) -> None:
    ref = reference(CRIME.source, "x-1")
    put(DecisionClassRow(id="c" * 16, content=b'{"bundle":"ab","outcomes":[]}'))
    put(
        Accepted(
            ref=bytes.fromhex(ref),
            digest=b"d" * 16,
            accepted=NOON,
            source=CRIME.source,
            event_id="x-1",
            type="police.crime.v1",
            time=NOON,
            ended=NOON,
            incident=True,
            decision="c" * 16,
        )
    )
    found = room.decision(CRIME.source, "x-1")
    assert found is not None
    assert (found.source, found.position, found.ref) == (CRIME.source, 1, ref)
    assert found.decided_at == NOON
    assert found.content == {"bundle": "ab", "outcomes": []}
    assert room.decision_of(ref) == found
    assert room.decision(CRIME.source, "x-2") is None
    assert room.decision_of("not hex") is None
