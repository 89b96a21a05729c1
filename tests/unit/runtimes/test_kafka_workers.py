"""The parts of the three workers on a real database, with messages handed on by the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError
from tests.workers import AGENCY, OBJECTS, PASSED, Faulty, SetClock, Workers, raw, received, shared

from cioghub.cli.main import ciog
from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.ports.workers import (
    CORRELATOR,
    LARGEST_MESSAGE,
    SHARER,
    LogMoved,
    Outgoing,
    Passed,
    TurnLost,
)
from cioghub.runtimes.kafka_workers.messages import (
    Received,
    pass_message,
    read_passed,
    read_report,
    share_message,
)
from cioghub.runtimes.kafka_workers.opening import WORKERS, open_worker
from cioghub.runtimes.kafka_workers.sharer import Sharer
from cioghub.settings import KafkaLogin, read_settings
from cioghub.stores.sql.sharing_log import SqlSharingLog
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.vocabulary.topics import HUB_QUARANTINE, incident_topic, quarantine_topic
from cioghub.wire.kafka_events import avro_message


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
        def take_all(self, published: Any, at: int | None = None) -> Any:
            raise OperationalError("INSERT", None, Exception("the disk is full"))

    workers.sharer._judge._journey.__class__ = Away
    with pytest.raises(OperationalError):
        workers.sharer.handle(raw(events[:3]))
    assert workers.ask("SELECT count(*) FROM outgoing") == [(0,)]


def test_a_fault_of_the_clock_puts_no_event_into_quarantine(
    workers: Workers, events: list[dict]
) -> None:
    class Unsteady(SetClock):
        asked = 0

        def now(self) -> int:
            self.asked += 1
            if self.asked == 2:
                raise EnvironmentFailed("The clock is wrong.", "Nothing was kept.", "Set it.")
            return self.at

    workers.clock = Unsteady(parse_rfc3339(events[3]["time"]))
    Faulty.fails_on = events[3]["id"]
    try:
        with pytest.raises(EnvironmentFailed):
            workers.another_sharer().handle(raw(events[:4]))
    finally:
        Faulty.fails_on = ""
    assert workers.ask("SELECT count(*) FROM outgoing") == [(0,)]


def test_an_event_with_a_message_that_no_broker_takes_goes_alone(
    workers: Workers, events: list[dict]
) -> None:
    made: list[str] = []

    def share(recipient: str, line: bytes) -> Outgoing:
        id = orjson.loads(line)["id"]
        made.append(id)
        found = share_message(recipient, line)
        return found._replace(value=bytes(LARGEST_MESSAGE)) if id == made[0] else found

    log = SqlSharingLog(workers.engine, pass_message, share)
    sharer = Sharer(workers.journey, log, workers.clock, OBJECTS, workers.count)
    workers.clock.at = parse_rfc3339(events[29]["time"])
    waiting = sharer.handle(raw(events[:30]))
    kinds = [
        orjson.loads(one.message.value)["kind"]
        for one in waiting
        if one.message.topic.startswith("quarantine.")
    ]
    assert kinds == ["MessageTooLarge"]
    assert workers.counts["accepted"] == 29
    assert max(len(one.message.value) for one in waiting) < LARGEST_MESSAGE


def test_workers_do_not_start_where_nobody_is_to_be_told(
    workers: Workers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIOG_HOME", str(tmp_path))
    monkeypatch.setenv("CIOG_DATABASE", str(workers.engine.url))
    monkeypatch.setenv("CIOG_SHADOW", "2026-08-31/2026-09-27")
    login = KafkaLogin(bootstrap="127.0.0.1:9", user="any", password_file=tmp_path / "none")
    for name in WORKERS:
        with pytest.raises(WrongUse, match="no shadow mode"):
            open_worker(name, read_settings(), login)


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
    workers.clock.at = later - 60  # the clock of another machine is behind
    workers.another_sharer().handle(raw(events[5:9]))
    assert workers.ask("SELECT min(accepted) FROM accepted WHERE position > 5") == [(later,)]
    log = SqlSharingLog(workers.engine, pass_message, share_message)
    with pytest.raises(LogMoved):
        log.take(workers.sharer._group(later - 1), later - 1)


def test_a_sharer_whose_clock_is_wrong_ends_and_blames_no_event(
    workers: Workers, events: list[dict]
) -> None:
    shared(workers, events[:5])
    workers.clock.at -= 61
    with pytest.raises(EnvironmentFailed, match="61 seconds after this machine's clock"):
        workers.another_sharer().handle(raw(events[5:9]))
    assert workers.ask("SELECT count(*) FROM accepted") == [(5,)]
    assert workers.counts["error"] == 0


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
    local = "2026-01-07T00:00:00+00:00"
    assert workers.due[-1] == parse_rfc3339(local)  # whoever watches sees since when it waits
    workers.correlator.handle(passed[:1])
    (out,) = workers.watch.beat()
    report = read_report(out[0].message.value)
    assert report.found is not None
    assert report.position == len(events)
    assert list(workers.watch.beat()) == []  # and it is settled once
    assert workers.due[-1] == 0


def test_nothing_is_accepted_before_a_midnight_that_is_closed(
    workers: Workers, events: list[dict]
) -> None:
    workers.correlator.handle(received(shared(workers, events[:20]), PASSED))
    workers.watch.take_turn()
    workers.clock.at += 86_400
    ((found,),) = workers.watch.beat()
    workers.clock.at = read_report(found.message.value).at - 60
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
