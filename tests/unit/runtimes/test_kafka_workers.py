"""The parts of the three workers on a real database, with messages handed on by the test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from cioghub.bootstrap import (
    checked_bundle,
    default_areas,
    default_rules,
    journey_of,
    picture_page,
    single_objects,
)
from cioghub.cli.main import ciog
from cioghub.errors import WrongUse
from cioghub.journey import Journey
from cioghub.ports.workers import CORRELATOR, SHARER, LogMoved, Passed, TurnLost, Waiting
from cioghub.runtimes.kafka_workers.correlator import Correlator, Watch
from cioghub.runtimes.kafka_workers.messages import (
    Received,
    pass_message,
    read_passed,
    read_report,
    share_message,
)
from cioghub.runtimes.kafka_workers.opening import WORKERS, open_worker
from cioghub.runtimes.kafka_workers.reporter import Reporter
from cioghub.runtimes.kafka_workers.sharer import Sharer
from cioghub.settings import KafkaLogin, read_settings
from cioghub.simulate.stream import Settings as Simulated
from cioghub.simulate.stream import Simulation
from cioghub.stores import key_file
from cioghub.stores.sql.correlator_set import SqlCorrelatorSet
from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.outbox import SqlOutbox
from cioghub.stores.sql.report_log import SqlReportLog
from cioghub.stores.sql.sharing_log import SqlSharingLog
from cioghub.stores.sql.snapshots import finish, restore_snapshot, take_snapshot
from cioghub.stores.sql.turns import SqlTurns
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.vocabulary.keeping import Keeping
from cioghub.vocabulary.midnights import Midnight
from cioghub.vocabulary.topics import FOUND, HUB_QUARANTINE, incident_topic, quarantine_topic
from cioghub.wire.areas import read_areas
from cioghub.wire.kafka_events import avro_message

AREAS = read_areas(default_areas())
BUNDLE = checked_bundle(default_rules(), AREAS).bundle
AGENCY = {feed.source: party.id for party in BUNDLE.parties.parties for feed in party.feeds}
OBJECTS = single_objects()
PASSED = "shared.hub-correlation"


@dataclass
class SetClock:
    at: int = 0

    def now(self) -> int:
        return self.at


@dataclass
class Workers:
    """One worker of each kind on one database; the test carries the messages."""

    engine: Engine
    journey: Journey
    clock: SetClock = field(default_factory=SetClock)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.sharer = self.another_sharer()
        self.set = SqlCorrelatorSet(self.engine)
        self.correlator = Correlator(self.set, self.clock, self.count)
        self.watch = self.another_watch()
        self.outbox = SqlOutbox(self.engine)
        page = picture_page(default_areas(), AREAS, BUNDLE.parties)
        self.reporter = Reporter(
            self.journey,
            SqlReportLog(self.engine),
            SqlTurns(self.engine),
            self.clock,
            page,
            None,
            Keeping(),
            self.count,
        )

    def another_sharer(self) -> Sharer:
        log = SqlSharingLog(self.engine, pass_message, share_message)
        return Sharer(self.journey, log, self.clock, OBJECTS, self.count)

    def another_watch(self) -> Watch:
        turns = SqlTurns(self.engine)
        return Watch(self.journey, self.set, turns, self.clock, None, Keeping())

    def count(self, outcome: str, events: int) -> None:
        self.counts[outcome] += events

    def ask(self, question: str) -> list[Any]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]


class Faulty(Journey):
    """A journey with a fault: it cannot take one event."""

    fails_on = ""

    def take(self, published: Any, at: int | None = None) -> Any:
        if published["id"] == self.fails_on:
            raise ZeroDivisionError
        return super().take(published, at)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    ring = key_file.load_or_make(tmp_path / "keys.json")
    made = journey_of(BUNDLE, ring)
    journey = Faulty.__new__(Faulty)
    journey.__dict__.update(made.__dict__)
    engine = open_database(tmp_path / "home")
    yield Workers(engine, journey)
    engine.dispose()


def raw(events: list[dict]) -> list[Received]:
    """Return events as messages of their agencies' topics."""
    found = []
    for offset, event in enumerate(events):
        message = avro_message(event, OBJECTS)
        topic = incident_topic(AGENCY[event["source"]])
        found.append(Received(topic, 0, offset, tuple(message.headers), message.value))
    return found


def received(waiting: list[Waiting], topic: str) -> list[Received]:
    """Return what was sent on one topic as its reader receives it."""
    return [
        Received(topic, 0, one.number, (), one.message.value)
        for one in waiting
        if one.message.topic == topic
    ]


def simulated(days: int) -> list[dict]:
    run = Simulation(AREAS, Simulated(1, date(2026, 1, 5), days, 1.0))
    events = [orjson.loads(line) for part in run.lines() for line in part.splitlines()]
    once = {(one["source"], one["id"]): one for one in events}
    return sorted(once.values(), key=lambda one: parse_rfc3339(one["time"]))


@pytest.fixture(scope="module")
def events() -> list[dict]:
    return simulated(2)


def shared(workers: Workers, events: list[dict]) -> list[Waiting]:
    workers.clock.at = parse_rfc3339(events[-1]["time"])
    return workers.sharer.handle(raw(events))


def test_what_came_twice_has_one_effect(workers: Workers, events: list[dict]) -> None:
    first = shared(workers, events)
    passed = received(first, PASSED)
    assert workers.counts["accepted"] == len(events)
    again = workers.sharer.handle(raw(events))
    assert again == []
    assert workers.counts["duplicate"] == len(events)
    workers.correlator.handle(passed)
    workers.correlator.handle(passed)
    assert workers.counts["new"] == len(passed)
    assert workers.ask("SELECT count(*) FROM contribution") == [(len(passed),)]


def test_an_event_that_nobody_can_handle_goes_alone(workers: Workers, events: list[dict]) -> None:
    Faulty.fails_on = events[3]["id"]
    waiting = shared(workers, events[:8])
    Faulty.fails_on = ""
    agency = AGENCY[events[3]["source"]]
    (out,) = [one for one in waiting if one.message.topic == quarantine_topic(agency)]
    found = orjson.loads(out.message.value)
    assert (found["reason"], found["kind"], found["offset"]) == ("error", "ZeroDivisionError", 3)
    assert workers.counts["accepted"] == 7


def test_a_fault_of_the_database_puts_no_event_into_quarantine(
    workers: Workers, events: list[dict]
) -> None:
    class Away(Faulty):
        def take(self, published: Any, at: int | None = None) -> Any:
            raise OperationalError("INSERT", None, Exception("the disk is full"))

    workers.sharer._judge._journey.__class__ = Away
    with pytest.raises(OperationalError):
        workers.sharer.handle(raw(events[:3]))
    assert workers.ask("SELECT count(*) FROM outgoing") == [(0,)]


def test_workers_do_not_start_where_nobody_is_to_be_told(
    workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIOG_HOME", str(tmp_path))
    monkeypatch.setenv("CIOG_DATABASE", str(workers.engine.url))
    monkeypatch.setenv("CIOG_SHADOW", "2026-08-31/2026-09-27")
    login = KafkaLogin(bootstrap="127.0.0.1:9", user="any", password_file=tmp_path / "none")
    for name in WORKERS:
        with pytest.raises(WrongUse, match="no shadow mode"):
            open_worker(name, read_settings(), login, workers.clock)


def test_refused_events_are_quarantined_by_codes_alone(
    workers: Workers, events: list[dict]
) -> None:
    police = next(one for one in events if one["source"].startswith("/warwickshire-police"))
    wrong = {**police, "id": "unheard", "source": "/warwickshire-police/unheard-of"}
    message = avro_message(wrong, OBJECTS)
    topic = incident_topic("warwickshire-police")
    truncated = Received(topic, 0, 1, tuple(message.headers), message.value[:30])
    workers.clock.at = parse_rfc3339(police["time"])
    other = Received(topic, 0, 0, tuple(message.headers), message.value)
    waiting = workers.sharer.handle([other, truncated])
    reasons = [orjson.loads(one.message.value)["reason"] for one in waiting]
    assert sorted(reasons) == ["not-yours", "truncated"]


def test_a_sharer_that_was_overtaken_judges_again(workers: Workers, events: list[dict]) -> None:
    shared(workers, events[:5])
    later = workers.clock.at
    workers.clock.at = later - 3600  # the clock of another machine is behind
    workers.another_sharer().handle(raw(events[5:9]))
    assert workers.ask("SELECT min(accepted) FROM accepted WHERE position > 5") == [(later,)]
    log = SqlSharingLog(workers.engine, pass_message, share_message)
    with pytest.raises(LogMoved):
        log.take(workers.sharer._group(later - 1), later - 1)


def test_what_was_not_sent_waits_for_the_next_worker(workers: Workers, events: list[dict]) -> None:
    waiting = shared(workers, events)
    left = workers.outbox.waiting(SHARER, workers.clock.at + 1)
    assert left == waiting
    workers.outbox.sent(one.number for one in left[:-1])
    assert workers.outbox.waiting(SHARER, workers.clock.at + 1) == waiting[-1:]
    assert workers.outbox.waiting(SHARER, workers.clock.at) == []


def test_a_midnight_waits_until_all_before_it_has_come(
    workers: Workers, events: list[dict]
) -> None:
    passed = received(shared(workers, events), PASSED)
    workers.watch.take_turn()
    workers.clock.at += 86_400
    workers.correlator.handle(passed[1:])
    assert list(workers.watch.beat()) == []
    workers.correlator.handle(passed[:1])
    (out,) = workers.watch.beat()
    report = read_report(out[0].message.value)
    assert report.found is not None
    assert report.position == len(events)
    assert list(workers.watch.beat()) == []  # and it is settled once


def test_nothing_is_accepted_before_a_midnight_that_is_closed(
    workers: Workers, events: list[dict]
) -> None:
    workers.correlator.handle(received(shared(workers, events[:20]), PASSED))
    workers.watch.take_turn()
    before = workers.clock.at
    workers.clock.at += 86_400
    ((found,),) = workers.watch.beat()
    workers.clock.at = before
    workers.sharer.handle(raw(events[20:30]))
    ((first,),) = workers.ask("SELECT min(accepted) FROM accepted WHERE position > 20")
    assert first == read_report(found.message.value).at


def test_who_lost_its_turn_keeps_nothing(workers: Workers, events: list[dict]) -> None:
    workers.correlator.handle(received(shared(workers, events), PASSED))
    workers.watch.take_turn()
    workers.watch.take_turn()  # a rebalance that changes nothing
    assert workers.ask("SELECT epoch FROM turn WHERE name = 'correlator'") == [(1,)]
    other = workers.another_watch()
    other.take_turn()
    workers.clock.at += 86_400
    with pytest.raises(TurnLost):
        list(workers.watch.beat())
    assert workers.ask("SELECT count(*) FROM memory") == [(0,)]
    assert len(list(other.beat())) == 1


def test_a_report_is_told_once_and_by_one_reporter(workers: Workers, events: list[dict]) -> None:
    workers.correlator.handle(received(shared(workers, events), PASSED))
    workers.watch.take_turn()
    workers.clock.at += 86_400
    ((found,),) = workers.watch.beat()
    report = received([found], FOUND)
    with pytest.raises(TurnLost):
        workers.reporter.handle(report)
    workers.reporter.take_turn()
    workers.reporter.handle(report)
    workers.reporter.handle(report)
    assert (workers.counts["midnight"], workers.counts["duplicate"]) == (1, 1)
    assert workers.ask("SELECT count(*) FROM ticked WHERE midnight") == [(1,)]
    names = {name.partition("@")[0] for (name,) in workers.ask("SELECT name FROM memory")}
    assert {"found", "told", "day"} <= names


def test_a_withdrawal_may_come_before_its_event(workers: Workers, events: list[dict]) -> None:
    passed = received(shared(workers, events), PASSED)
    one = read_passed(passed[0].value)
    at = workers.clock.at
    back = pass_message(Passed(10_000, None, one.position, at))
    workers.correlator.handle([Received(PASSED, 0, 0, (), back.value)])
    workers.correlator.handle(passed)
    assert workers.ask("SELECT position, withdrawn FROM contribution WHERE withdrawn > 0") == [
        (one.position, at)
    ]
    assert workers.set.withdrawals() == {one.position: at}


def test_what_is_no_message_of_a_sharer_is_quarantined(workers: Workers) -> None:
    waiting = workers.correlator.handle([Received(PASSED, 2, 7, (), b"{}")])
    (out,) = waiting
    assert out.message.topic == HUB_QUARANTINE
    assert workers.outbox.waiting(CORRELATOR, 1) == waiting
    with pytest.raises(ValueError, match="memory"):
        read_report(b"nothing")


def test_a_snapshot_puts_back_what_was_and_nothing_is_settled_before_the_rest_is_there(
    workers: Workers, events: list[dict], tmp_path: Path
) -> None:
    passed = received(shared(workers, events), PASSED)
    workers.correlator.handle(passed)
    workers.watch.take_turn()
    workers.clock.at += 86_400
    ((found,),) = workers.watch.beat()
    workers.reporter.take_turn()
    workers.reporter.handle(received([found], FOUND))
    questions = ("SELECT * FROM contribution", "SELECT * FROM memory", "SELECT * FROM ticked")
    before = [workers.ask(one) for one in questions]
    take_snapshot(workers.engine, tmp_path / "areas.jsonl.gz")
    with workers.engine.begin() as connection:
        connection.execute(text("DELETE FROM contribution WHERE position % 2 = 0"))
        connection.execute(text("DELETE FROM memory"))
    restore_snapshot(workers.engine, tmp_path / "areas.jsonl.gz")
    assert [workers.ask(one) for one in questions] == before
    with pytest.raises(TurnLost):
        list(workers.another_watch()._settle([Midnight(workers.clock.at)]))
    assert not workers.set.is_whole_before(workers.clock.at)
    workers.correlator.handle(passed)  # all of it again changes nothing
    finish(workers.engine)
    assert workers.set.whole() == len(events)
    assert [workers.ask(one) for one in questions] == before


def test_what_is_no_snapshot_is_told_as_such(workers: Workers, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("{}\n")
    with pytest.raises(WrongUse):
        restore_snapshot(workers.engine, tmp_path / "other")


@pytest.mark.parametrize("command", [["worker", "sharer"], ["snapshot", "x"], ["rebuild", "x"]])
def test_without_a_database_a_command_says_what_to_set(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text("x")
    for name, value in {
        "CIOG_HOME": str(tmp_path),
        "CIOG_KAFKA": "127.0.0.1:1",
        "CIOG_KAFKA_USER": "sharer",
        "CIOG_KAFKA_PASSWORD_FILE": str(tmp_path / "password"),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CIOG_DATABASE", raising=False)
    with pytest.raises(WrongUse, match="CIOG_DATABASE is not set"):
        CliRunner().invoke(ciog, ["kafka", *command], catch_exceptions=False)
