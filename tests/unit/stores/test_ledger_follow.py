"""A ledger that follows a log: whole after every step, and after a crash at any byte."""

import json
import logging
import random
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from tests.unit.stores.following import (
    Log,
    contents_of,
    cut,
    follower,
    verdict,
)

from cioghub.errors import EnvironmentFailed
from cioghub.ledger.checkpoints import verifying_key
from cioghub.ledger.proofs import fault_of
from cioghub.ledger.verify import Verdict, verify
from cioghub.ports.ledger import Decided
from cioghub.stores.ledger_book import LedgerFolderBook, offset_of
from cioghub.stores.ledger_files import append_whole
from cioghub.stores.ledger_folder import CHECKPOINTS, EVERY, LedgerReader
from cioghub.vocabulary.keys import Secret


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "ledger"


def heads(folder: Path) -> list[int]:
    lines = (folder / "checkpoints.jsonl").read_text().splitlines()
    return [json.loads(line)["size"] for line in lines]


def test_a_ledger_without_an_event_verifies(folder: Path, log: Log) -> None:
    follower(folder, log)
    assert (verdict(folder).entries, verdict(folder).fault) == (0, None)


def test_it_signs_at_every_256th_entry_and_at_midnight(folder: Path, log: Log) -> None:
    ledger = follower(folder, log)
    log.accept(EVERY - 1)
    assert ledger.follow() == 0
    log.accept(EVERY + 40)
    assert ledger.follow() == 2 * EVERY
    log.midnight()
    assert ledger.follow() == 2 * EVERY + 39
    log.midnight()
    assert ledger.follow() == 2 * EVERY + 39
    assert heads(folder) == [0, EVERY, 2 * EVERY, 2 * EVERY + 39]
    assert (verdict(folder).entries, verdict(folder).fault) == (2 * EVERY + 39, None)


def test_it_verifies_after_every_step(folder: Path, log: Log) -> None:
    ledger = follower(folder, log)
    kept = []
    for step in range(12):
        log.accept(97)
        if step % 3 == 2:
            log.midnight()
        size = ledger.follow()
        kept.append(LedgerFolderBook(folder).checkpoint())
        assert (verdict(folder, *kept).entries, verdict(folder, *kept).fault) == (size, None)


def test_it_is_read_up_to_where_it_ended_when_the_reading_began(folder: Path, log: Log) -> None:
    following = follower(folder, log)
    log.accept(300)
    log.midnight()
    following.follow()
    begun = LedgerReader(folder)
    log.accept(700)  # with decision classes that are new
    log.midnight()
    following.follow()
    assert (verify(begun).fault, verify(begun).entries) == (None, 300)
    assert verdict(folder).entries == 1000


def test_a_reading_that_begins_in_the_middle_of_a_growth_waits_for_its_end(
    folder: Path, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = follower(folder, log)
    log.accept(256)
    readings: list[Future[Verdict]] = []

    def appended(path: Path, content: bytes) -> None:
        if path.name == CHECKPOINTS:  # all but the signature is there
            readings.append(pool.submit(verdict, folder))
            wait(readings, 0.05)  # time enough to read it as it is now
        append_whole(path, content)

    monkeypatch.setattr("cioghub.stores.ledger_follow.append_whole", appended)
    with ThreadPoolExecutor() as pool:
        following.follow()
    assert [(one.result().fault, one.result().entries) for one in readings] == [(None, 256)]


def test_who_reads_waits_for_no_log_that_is_gone_through(
    folder: Path, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.accept(EVERY)
    follower(folder, log).follow()
    found, decided = [], log.decided

    def read_meanwhile(after: int, most: int) -> Sequence[Decided]:
        reading = pool.submit(verdict, folder)
        found.append(reading.result(timeout=30).entries)
        return decided(after, most)

    monkeypatch.setattr(log, "decided", read_meanwhile)
    with ThreadPoolExecutor() as pool:
        follower(folder, log)
    assert found == [EVERY]


@pytest.mark.parametrize("grown", range(1, 5))
def test_who_reads_at_a_start_sees_nothing_of_what_a_crash_left_half_written(
    folder: Path, log: Log, monkeypatch: pytest.MonkeyPatch, grown: int
) -> None:
    log.accept(EVERY)
    follower(folder, log).follow()
    before = contents_of(folder)
    log.accept(EVERY)  # with decision classes that are new
    follower(folder, log).follow()
    after = contents_of(folder)
    written = ("classes.jsonl", "entries.jsonl", "leaves.bin", "checkpoints.jsonl")
    (folder / written[grown - 1]).write_bytes(after[written[grown - 1]][:-7])
    for name in written[grown:]:
        (folder / name).write_bytes(before[name])
    found, decided = [], log.decided

    def read_meanwhile(after: int, most: int) -> Sequence[Decided]:
        found.append(verdict(folder))
        return decided(after, most)

    monkeypatch.setattr(log, "decided", read_meanwhile)
    assert follower(folder, log).follow() == 2 * EVERY
    assert [(one.entries, one.fault) for one in found[:1]] == [(EVERY, None)]
    assert contents_of(folder) == after


def test_the_same_log_gives_the_same_bytes_however_often_it_is_taken_up(
    folder: Path, tmp_path: Path, log: Log
) -> None:
    for step in range(9):
        log.accept(111)
        if step % 4 == 3:
            log.midnight()
        follower(folder, log).follow()
    at_once = tmp_path / "at-once"
    follower(at_once, log).follow()
    assert contents_of(folder) == contents_of(at_once)


@pytest.mark.parametrize("seed", range(60))
def test_a_crash_at_any_byte_of_any_file_loses_and_forks_nothing(
    folder: Path, log: Log, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    chance = random.Random(seed)
    for _ in range(6):
        log.accept(chance.randint(1, 400))
        if chance.random() < 0.5:
            log.midnight()
        follower(folder, log).follow()
    whole, kept = contents_of(folder), LedgerFolderBook(folder).checkpoint()
    for _ in range(3):
        cut(folder, chance)
        assert follower(folder, log).follow() == kept["size"]
        assert contents_of(folder) == whole
    log.accept(EVERY)
    follower(folder, log).follow()
    assert verdict(folder, kept).fault is None


def test_what_was_written_and_never_signed_is_cut(folder: Path, log: Log) -> None:
    log.accept(EVERY)
    follower(folder, log).follow()
    whole = contents_of(folder)
    for name in ("entries.jsonl", "leaves.bin", "classes.jsonl"):
        (folder / name).write_bytes(whole[name] + b"half an entr")
    follower(folder, log)
    assert contents_of(folder) == whole


def test_an_entry_changed_in_the_log_is_not_signed_a_second_way(folder: Path, log: Log) -> None:
    log.accept(EVERY)
    follower(folder, log).follow()
    log.events[17] = log.events[17]._replace(ref="f" * 32)
    with pytest.raises(EnvironmentFailed, match="does not give what checkpoint 1 signed"):
        follower(folder, log)


def test_a_log_that_lost_its_end_is_refused(folder: Path, log: Log) -> None:
    log.accept(EVERY)
    follower(folder, log).follow()
    del log.events[-3:]
    with pytest.raises(EnvironmentFailed, match="the log ends before entry"):
        follower(folder, log)


def test_a_log_with_a_gap_is_refused(folder: Path, log: Log) -> None:
    log.accept(EVERY + 1)
    del log.events[17]
    with pytest.raises(EnvironmentFailed, match="event 18 of the log is missing"):
        follower(folder, log).follow()


def test_another_key_is_refused(folder: Path, log: Log) -> None:
    follower(folder, log)
    with pytest.raises(EnvironmentFailed, match="another key"):
        follower(folder, log, Secret(b"another secret of thirty-two byte"))


def test_a_checkpoint_that_somebody_changed_is_refused(folder: Path, log: Log) -> None:
    log.accept(EVERY)
    follower(folder, log).follow()
    path = folder / "checkpoints.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"size":256', b'"size":255'))
    with pytest.raises(EnvironmentFailed, match="checkpoint 1 is not as signed"):
        follower(folder, log)


def test_entries_rewritten_on_disk_are_put_right_and_said(
    folder: Path, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    log.accept(EVERY)
    follower(folder, log).follow()
    whole = contents_of(folder)
    (folder / "entries.jsonl").write_bytes(whole["entries.jsonl"].replace(b'"n":7,', b'"n":8,'))
    follower(folder, log)
    assert contents_of(folder) == whole
    assert "entries.jsonl of the ledger was written anew" in caplog.text


def test_a_full_disk_loses_nothing(folder: Path, log: Log, monkeypatch) -> None:
    ledger = follower(folder, log)
    log.accept(EVERY)

    def full(path: Path, content: bytes) -> None:
        path.open("ab").write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("cioghub.stores.ledger_follow.append_whole", full)
        with pytest.raises(EnvironmentFailed, match="No space left"):
            ledger.follow()
    assert ledger.follow() == EVERY
    assert verdict(folder).fault is None


def test_the_book_shows_what_is_signed_alone(folder: Path, log: Log) -> None:
    ledger = follower(folder, log)
    log.accept(EVERY + 5)
    ledger.follow()
    book = LedgerFolderBook(folder)
    lines = (folder / "entries.jsonl").read_bytes().splitlines(keepends=True)
    assert book.entries(0, 1000) == b"".join(lines)
    assert book.entries(98, 5) == b"".join(lines[98:103])
    assert book.entries(EVERY, 5) == b""
    assert book.proof(EVERY) is None


def test_a_proof_from_the_book_holds_under_its_key(folder: Path, log: Log) -> None:
    log.accept(EVERY)
    follower(folder, log).follow()
    book = LedgerFolderBook(folder)
    key = verifying_key(book.key() + "\n")
    proof = book.proof(101)
    assert key is not None
    assert fault_of(proof, key) is None
    assert fault_of({**proof, "entry": {**proof["entry"], "ref": "0" * 32}}, key) is not None


@pytest.mark.parametrize("number", [0, 1, 9, 10, 11, 99, 100, 101, 1000, 12345])
def test_where_a_line_begins_follows_from_its_number(number: int) -> None:
    line = '{{"class":"0123456789abcdef","n":{},"ref":"0123456789abcdef0123456789abcdef"}}\n'
    assert offset_of(number) == sum(len(line.format(n)) for n in range(number))
