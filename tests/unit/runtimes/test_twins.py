"""What is remembered of the events that were accepted a short while ago."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioghub.cli.main import ciog
from cioghub.journey import Journey
from cioghub.runtimes.batch.run import run_replay
from cioghub.runtimes.batch.twins import LatelyAccepted

parts = st.lists(st.lists(st.integers(0, 60).map(bytes), max_size=6), max_size=30)


@given(parts, st.integers(1, 12))
def test_the_last_are_remembered_and_only_what_was_noted(
    drawn: list[list[bytes]], most: int
) -> None:
    lately = LatelyAccepted(most)
    noted: list[bytes] = []
    for part in drawn:
        lately.note(part)
        noted += part
        assert all(digest in lately for digest in noted[-most:])
    assert not any(bytes(length) in lately for length in range(61) if bytes(length) not in noted)


@given(parts, st.integers(1, 12))
def test_no_more_are_remembered_than_twice_as_many_and_two_parts(
    drawn: list[list[bytes]], most: int
) -> None:
    lately = LatelyAccepted(most)
    for part in drawn:
        lately.note(part)
        held = sum(bytes(length) in lately for length in range(61))
        assert held <= 2 * (most + max(map(len, drawn)))


def test_what_is_sent_again_soon_is_not_taken_through_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["--seed", "3", "--from", "2026-01-05", "--days", "7", "--out", str(tmp_path / "s")]
    ciog.main(["simulate", *arguments], standalone_mode=False)
    lines = gzip.decompress((tmp_path / "s" / "events.jsonl.gz").read_bytes()).splitlines()
    sent = list(dict.fromkeys(lines))[:600]
    log = tmp_path / "twice.jsonl"
    log.write_bytes(b"\n".join([*sent, *sent]))
    taken = 0
    take_all = Journey.take_all

    def counted(self: Journey, published: Sequence[Any], at: int | None = None) -> Any:
        nonlocal taken
        taken += len(published)
        return take_all(self, published, at)

    monkeypatch.setattr(Journey, "take_all", counted)
    summary = run_replay(
        [log], None, None, tmp_path / "out", tmp_path / "keys.json", None, False, None, _silent
    )
    assert len(sent) == 600
    assert summary["duplicates"] == taken == 600


def _silent(what: str, done: int) -> None:
    pass
