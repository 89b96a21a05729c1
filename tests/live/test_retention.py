"""When its time is over a payload is gone: from the tables, and from every file's bytes."""

from __future__ import annotations

import stat
from pathlib import Path

import orjson
from tests.live.conftest import NOON, LiveHubOfTest, heartbeat
from tests.live.found import rows_of
from tests.live.simulated import crime

from cioghub.ports.audit import Kind, Wanted
from cioghub.ports.intake import Answer, Message, Mode
from cioghub.ports.people import Read
from cioghub.stores.sql.audit import audit
from cioghub.stores.sql.writing import writing
from cioghub.vocabulary.people import Reason

DAY = 86_400
MARKED = "zqxj-retention-marker-7f3a"


def marked(live: LiveHubOfTest) -> Message:
    """Return an event whose own id is found again wherever its bytes are."""
    event = orjson.loads(heartbeat(live, MARKED).body)
    return Message(Mode.STRUCTURED, orjson.dumps(event))


def found_in(home: Path, marker: bytes = MARKED.encode()) -> list[str]:
    """Return the files that hold a marker."""
    return sorted(
        path.name for path in home.rglob("*") if path.is_file() and marker in path.read_bytes()
    )


def test_the_bytes_of_a_payload_are_in_no_file_after_its_time(live: LiveHubOfTest) -> None:
    (verdict,) = live.opened.hub.load([marked(live)], live.feeds)
    assert verdict.answer is Answer.ACCEPTED
    assert found_in(live.home)

    live.clock.at = NOON + 27 * DAY
    live.opened.hub.settle()
    assert found_in(live.home), "it is kept until its time is over"

    live.clock.at = NOON + 30 * DAY
    live.opened.hub.settle()
    assert found_in(live.home) == []


def test_the_bytes_of_a_pseudonym_are_in_no_file_after_their_time(live: LiveHubOfTest) -> None:
    live.opened.hub.load([crime(live, "one", suspect_token="ab" * 16)], live.feeds)
    ((tokens,),) = rows_of(live.home, "SELECT tokens FROM contribution")
    pseudonym = orjson.loads(tokens)["suspect_token"].encode()
    assert found_in(live.home, pseudonym)

    live.clock.at = NOON + 30 * DAY
    live.opened.hub.settle()
    assert found_in(live.home, pseudonym) == []


def test_the_id_of_a_refused_event_goes_with_the_payloads(live: LiveHubOfTest) -> None:
    wrong = orjson.loads(marked(live).body) | {"specversion": "2.0"}
    (verdict,) = live.opened.hub.load(
        [Message(Mode.STRUCTURED, orjson.dumps(wrong)), heartbeat(live, "good")], live.feeds
    )[:1]
    assert verdict.answer is Answer.REJECTED
    assert found_in(live.home)
    live.clock.at = NOON + 30 * DAY
    live.opened.hub.settle()
    assert found_in(live.home) == []


def test_records_of_changes_and_reads_go_each_at_its_own_time(live: LiveHubOfTest) -> None:
    live.opened.hub.load([heartbeat(live, "one")], live.feeds)
    words = "zqxj looked at this place"
    read = Read(NOON, MARKED, 1, "/tactical/alerts/x", Reason.QUEUE, words)
    live.opened.people.reads.note(read)
    with writing(live.opened.engine) as connection:
        audit(connection, NOON, MARKED, "people-add", "p-1", {})
    years = [live.opened.people.records.find(Wanted(kind), None, 9) for kind in Kind]
    assert [len(found) for found in years] == [1, 1]

    left = []
    for days in (730, 733, 2191, 2194):
        live.clock.at = NOON + days * DAY
        live.opened.hub.settle()
        found = [live.opened.people.records.find(Wanted(kind), None, 9) for kind in Kind]
        left.append({kind: len(rows) for kind, rows in zip(Kind, found, strict=True)})
    assert [one[Kind.READS] for one in left] == [1, 0, 0, 0]
    assert [one[Kind.CHANGES] for one in left] == [1, 1, 1, 0]
    assert found_in(live.home) == found_in(live.home, words.encode()) == []


def test_a_twin_is_known_after_the_payload_has_gone(live: LiveHubOfTest) -> None:
    event = marked(live)
    live.opened.hub.load([event], live.feeds)
    live.clock.at = NOON + 30 * DAY
    live.opened.hub.settle()
    (verdict,) = live.opened.hub.load([event], live.feeds)
    assert verdict.answer is Answer.ACCEPTED
    (feed,) = [one for one in live.opened.room.feeds() if one.duplicates]
    assert (feed.accepted, feed.duplicates) == (0, 1)


def test_the_decision_stays_in_the_ledger_of_the_log(live: LiveHubOfTest) -> None:
    live.opened.hub.load([marked(live)], live.feeds)
    source = orjson.loads(marked(live).body)["source"]
    live.clock.at = NOON + 30 * DAY
    live.opened.hub.settle()
    decision = live.opened.room.decision(source, MARKED)
    assert decision is not None
    assert {one["outcome"] for one in decision.content["outcomes"]} == {"control"}


def test_the_state_is_its_owner_s_alone(live_hub: LiveHubOfTest) -> None:
    live_hub.publish(heartbeat(live_hub, "one"))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in live_hub.home.glob("hub.db*")}
    assert set(modes.values()) == {0o600}
    assert "hub.db-wal" in modes
