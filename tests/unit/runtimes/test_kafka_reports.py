"""Reports of the correlator: each is told once, in order, and on the state that it was made on."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from sqlalchemy import text
from tests.workers import PASSED, Workers, received, shared

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.ports.live_log import Effect, Tick
from cioghub.ports.workers import REPORTER, TurnLost
from cioghub.runtimes.kafka_workers.messages import (
    Received,
    Report,
    read_passed,
    read_report,
    report_message,
)
from cioghub.stores.sql.report_log import SqlReportLog
from cioghub.stores.sql.snapshots import finish, read_snapshot, restore_snapshot, take_snapshot
from cioghub.stores.sql.turns import SqlTurns
from cioghub.vocabulary.midnights import Midnight
from cioghub.vocabulary.topics import FOUND, HUB_QUARANTINE


def midnight(workers: Workers) -> list[Received]:
    """Let a day end; return the reports of it as the reporter receives them."""
    workers.clock.at += 86_400
    return [report for found in workers.watch.beat() for report in received(found, FOUND)]


@pytest.fixture
def passed(workers: Workers, events: list[dict]) -> list[Received]:
    """What sharers passed on of two days."""
    return received(shared(workers, events), PASSED)


@pytest.fixture
def reporting(workers: Workers, passed: list[Received]) -> Workers:
    """Workers that have come to the last event of two days, and both turns are taken."""
    workers.correlator.handle(passed)
    workers.watch.take_turn()
    workers.reporter.take_turn()
    return workers


def test_a_report_is_told_once_and_by_one_reporter(reporting: Workers) -> None:
    report = midnight(reporting)
    other = reporting.another_reporter()
    with pytest.raises(TurnLost):
        other.handle(report)
    reporting.reporter.handle(report)
    reporting.reporter.handle(report)
    assert (reporting.counts["midnight"], reporting.counts["duplicate"]) == (1, 1)
    assert reporting.ask("SELECT count(*) FROM ticked WHERE midnight") == [(1,)]
    names = {name.partition("@")[0] for (name,) in reporting.ask("SELECT name FROM memory")}
    assert {"found", "told", "day"} <= names


def test_no_midnight_is_told_when_the_report_of_one_before_has_not_come(
    reporting: Workers,
) -> None:
    first, second = midnight(reporting), midnight(reporting)
    with pytest.raises(EnvironmentFailed, match="midnight of 2026-01-07 has not come"):
        reporting.reporter.handle(second)
    assert reporting.ask("SELECT count(*) FROM ticked") == [(0,)]
    reporting.reporter.handle([*first, *second])
    assert reporting.ask("SELECT count(*) FROM ticked") == [(2,)]


def test_a_report_that_cannot_be_read_is_set_aside_and_says_where_it_lies(
    reporting: Workers, caplog: pytest.LogCaptureFixture
) -> None:
    report = midnight(reporting)
    (out,) = reporting.reporter.handle([Received(FOUND, 0, 41, (), b"poison"), *report])
    said = orjson.loads(out.message.value)
    assert out.message.topic == HUB_QUARANTINE
    assert said == {"topic": FOUND, "partition": 0, "offset": 41, "reason": "unreadable"}
    assert f"topic {FOUND}, partition 0, offset 41" in caplog.text
    assert (reporting.counts["unreadable"], reporting.counts["midnight"]) == (1, 1)


def test_no_snapshot_is_taken_between_what_is_found_and_what_is_told(
    reporting: Workers, tmp_path: Path
) -> None:
    report = midnight(reporting)
    with pytest.raises(EnvironmentFailed, match="found and not told yet"):
        take_snapshot(reporting.engine, tmp_path / "areas.jsonl", patience=0.2)
    assert list(tmp_path.glob("areas*")) == []
    reporting.reporter.handle(report)
    take_snapshot(reporting.engine, tmp_path / "areas.jsonl", patience=0.2)
    assert read_snapshot(tmp_path / "areas.jsonl").rows["ticked"]


def test_a_report_from_before_a_rebuild_is_not_told(reporting: Workers, tmp_path: Path) -> None:
    take_snapshot(reporting.engine, tmp_path / "areas.jsonl")
    old = midnight(reporting)
    restore_snapshot(reporting.engine, read_snapshot(tmp_path / "areas.jsonl"))
    finish(reporting.engine)
    with pytest.raises(TurnLost):
        reporting.reporter.handle(old)
    reporting.reporter.take_turn()
    reporting.reporter.handle(old)
    assert (reporting.counts["outdated"], reporting.counts["midnight"]) == (1, 0)
    watch = reporting.another_watch()
    watch.take_turn()
    again = [one for found in watch.beat() for one in received(found, FOUND)]
    reporting.reporter.handle(again)
    assert reporting.counts["midnight"] == 1


def test_a_look_is_told_once_though_it_comes_again_behind_a_later_one(reporting: Workers) -> None:
    log, at = SqlReportLog(reporting.engine), reporting.clock.at
    looks = [Report(at + n, 140 + n, False, None, (), (), 0) for n in range(3)]
    epoch = SqlTurns(reporting.engine).epoch(REPORTER)
    for one in looks[:2]:
        log.report(epoch, Effect(Tick(one.position, one.at, False, False, "")), [], at)
    messages = [Received(FOUND, 0, n, (), report_message(one).value) for n, one in enumerate(looks)]
    reporting.reporter.handle(messages)
    assert (reporting.counts["duplicate"], reporting.counts["day"]) == (2, 1)


def test_a_report_of_an_earlier_version_is_read() -> None:
    now = Report(7, 3, False, None, (), (), 5, 1)
    was = report_message(Report(*now[:6]))
    assert read_report(was.value) == Report(7, 3, False, None, (), (), None, 0)
    assert read_report(report_message(now).value) == now


def test_a_snapshot_puts_back_what_was_and_nothing_is_settled_before_the_rest_is_there(
    reporting: Workers, passed: list[Received], events: list[dict], tmp_path: Path
) -> None:
    reporting.reporter.handle(midnight(reporting))
    questions = ("SELECT * FROM contribution", "SELECT * FROM memory", "SELECT * FROM ticked")
    before = [reporting.ask(one) for one in questions]
    take_snapshot(reporting.engine, tmp_path / "areas.jsonl.gz")
    with reporting.engine.begin() as connection:
        connection.execute(text("DELETE FROM contribution WHERE position % 2 = 0"))
        connection.execute(text("DELETE FROM memory"))
    restore_snapshot(reporting.engine, read_snapshot(tmp_path / "areas.jsonl.gz"))
    assert [reporting.ask(one) for one in questions] == before
    with pytest.raises(TurnLost):
        list(reporting.another_watch()._settle([Midnight(reporting.clock.at)]))
    assert not reporting.set.is_whole_before(reporting.clock.at)
    reporting.correlator.handle(passed)  # all of it again changes nothing
    finish(reporting.engine)
    assert reporting.set.whole() == len(events)
    assert [reporting.ask(one) for one in questions] == before


def test_nothing_is_settled_on_what_a_rebuild_did_not_find_again(
    workers: Workers, events: list[dict], passed: list[Received], tmp_path: Path
) -> None:
    take_snapshot(workers.engine, tmp_path / "areas.jsonl")
    workers.correlator.handle(passed)
    restore_snapshot(workers.engine, read_snapshot(tmp_path / "areas.jsonl"))
    workers.correlator.handle(passed[:20] + passed[21:])
    assert finish(workers.engine) == 1
    assert workers.set.whole() == read_passed(passed[20].value).position - 1
    assert not workers.set.is_whole_before(workers.clock.at + 86_400)
    workers.correlator.handle(passed[20:21])
    assert workers.set.whole() == len(events)


def test_what_is_no_snapshot_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("{}\n")
    with pytest.raises(WrongUse):
        read_snapshot(tmp_path / "other")
