"""Sending goes on after a break as if there had been none, and no row is told twice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from cioghub.errors import WrongUse
from cioghub.ports.intake import Answer
from cioghub.publishing.outgoing import HeldBack, LeftOut, Outcome, Preparing, Ready
from cioghub.publishing.sending import count, send_all
from cioghub.stores.send_journal import SendJournal
from cioghub.wire.event_batches import Answered

ROOT = Path(__file__).parents[3]
KEY = "f" * 64


def outcomes() -> list[Outcome]:
    """Return what becomes of 2,600 rows: most go, some stay, some are left out on purpose."""
    made: list[Outcome] = []
    for number in range(1, 2601):
        if number % 7 == 0:
            made.append(LeftOut(number, 1))
        elif number % 11 == 0:
            made.append(HeldBack(number, [{"pointer": "/id", "code": "identifier"}]))
        else:
            made.append(Ready(number, b"%d" % number))
    return made


def verdicts(bodies: Sequence[bytes]) -> list[Answered]:
    """Answer as a hub that refuses every 13th."""
    refused = Answered(Answer.REJECTED, (("/id", "unknown-target"),), ())
    good = Answered(Answer.ACCEPTED, (), ("a note",))
    return [refused if int(body) % 13 == 0 else good for body in bodies]


class Broken(Exception):
    """Stands for a kill."""


@pytest.mark.parametrize("break_at", [1, 2, 4])
@pytest.mark.parametrize("answered", [False, True])
def test_broken_off_and_run_again_it_ends_as_if_unbroken(
    tmp_path: Path, break_at: int, answered: bool
) -> None:
    with SendJournal(tmp_path / "whole", "a", KEY) as whole:
        assert send_all(outcomes(), whole, verdicts, lambda n: None) == {"a note"}
    heard: list[int] = []
    batches = 0

    def breaking(bodies: Sequence[bytes]) -> list[Answered]:
        nonlocal batches
        batches += 1
        if batches == break_at:
            raise Broken
        heard.extend(map(int, bodies))
        return verdicts(bodies)

    folder = tmp_path / "broken"
    with SendJournal(folder, "a", KEY) as journal, pytest.raises(Broken):
        send_all(outcomes(), journal, breaking, lambda n: None)
    if answered:  # rows of a batch were written, and the mark was not
        with journal.rejects.open("ab") as file:
            file.write(b'{"number": 1}\n{"numb')
    with SendJournal(folder, "a", KEY) as again:
        send_all(outcomes(), again, breaking, lambda n: None)
        assert again.progress == whole.progress
        assert again.rejects.read_bytes() == whole.rejects.read_bytes()
    assert heard == [int(one.body) for one in outcomes() if isinstance(one, Ready)]


def test_every_row_is_counted_once(tmp_path: Path) -> None:
    with SendJournal(tmp_path, "a", KEY) as journal:
        send_all(outcomes(), journal, verdicts, lambda n: None)
        done = journal.progress
    told = [json.loads(line) for line in journal.rejects.read_text().splitlines()]
    assert done.complete
    assert not done.clean
    assert done.accepted + done.events_refused + done.events_held + done.left_out == 2600
    assert len(told) == done.events_refused + done.events_held
    assert [row["number"] for row in told] == sorted(row["number"] for row in told)
    assert done.held == {"identifier": done.events_held}
    assert done.refused == {"unknown-target": done.events_refused}


def test_two_senders_of_one_file_are_one_too_many(tmp_path: Path) -> None:
    with SendJournal(tmp_path, "a", KEY), pytest.raises(WrongUse, match="another process"):
        SendJournal(tmp_path, "a", KEY)


def test_a_journal_that_cannot_be_read_begins_anew(tmp_path: Path) -> None:
    with SendJournal(tmp_path, "a", KEY) as journal:
        send_all(outcomes(), journal, verdicts, lambda n: None)
    (path,) = tmp_path.glob("a.*.json")
    path.write_text('{"position": 7')
    with SendJournal(tmp_path, "a", KEY) as journal:
        assert journal.progress.position == 0


@pytest.mark.parametrize("name", ["fire-incidents.csv", "istv-assaults.xml", "police-crimes.csv"])
def test_the_rows_of_a_table_are_told_in_order_and_none_is_lost(name: str) -> None:
    table = ROOT / "tests" / "unit" / "mappings" / name
    mapping = ROOT / "deploy" / "mappings" / name.replace(table.suffix, ".yaml")
    how = Preparing(mapping, None, None, None, None, dry=True)
    numbers = [one.number for one in how.outcomes(table)]
    assert numbers == sorted(set(numbers))
    found, ready = count(how.outcomes(table))
    assert ready + found.events_held + found.left_out == numbers[-1]
    assert ready > 0
