"""Files of events that are not what their name says: a clear refusal, and nothing is written."""

from __future__ import annotations

import gzip
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ciog, Replayed, command, event, jsonl, packed

Replay = Callable[..., Replayed]

GOOD = jsonl(event(id="a"), event(id="b"))


def refused(done: Replayed, words: str, code: int = 2) -> None:
    assert done.done.code == code
    assert words in done.done.err
    assert "wpi" not in done.done.err
    assert not done.out.exists()
    assert not list(done.out.parent.glob(".out*"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a whole gzip"),
        (GOOD, "not a whole gzip"),
        (packed(GOOD)[:-9], "not a whole gzip"),
        (packed(GOOD)[:40], "not a whole gzip"),
        (packed(GOOD)[:-8] + b"\x00" * 8, "not a whole gzip"),
        (packed(GOOD) + b"more", "not a whole gzip"),
        (packed(b"\n" * 80_000_000), "unpacks to far more"),
        (packed(b"[" + b"0" * 80_000_000), "unpacks to far more"),
    ],
)
def test_a_gzip_that_is_not_whole_or_a_bomb_is_refused(
    replay: Replay, content: bytes, words: str
) -> None:
    refused(replay(content, name="events.jsonl.gz"), words)


def test_a_bomb_neither_fills_the_memory_nor_takes_its_time(tmp_path: Path) -> None:
    """Three gigabytes of nothing in three megabytes, unpacked by a process with little memory."""
    block = packed(b"0" * 100_000_000)
    with (tmp_path / "bomb.jsonl.gz").open("wb") as file:
        for _ in range(30):
            file.write(block)
    line, env = command(tmp_path, "replay", tmp_path / "bomb.jsonl.gz", "--out", tmp_path / "out")
    limit = 2 * 1024**3

    def little_memory() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    done = subprocess.run(
        line, env=env, capture_output=True, timeout=60, check=False, preexec_fn=little_memory
    )
    assert done.returncode == 2
    assert b"unpacks to far more" in done.stderr


def test_members_of_a_gzip_are_read_one_after_another(replay: Replay) -> None:
    done = replay(packed(GOOD) + packed(b"") + packed(GOOD), name="events.jsonl.gz")
    assert done.counts == (4, 2, 0, 2)
    again = replay(packed(GOOD * 5_000), name="events.jsonl.gz")
    assert again.counts == (10_000, 2, 0, 9_998)


def test_a_gzip_without_its_name_is_refused(replay: Replay) -> None:
    refused(replay(packed(GOOD)), "packed with gzip")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_a_file_without_events_is_a_replay_of_nothing(replay: Replay, content: bytes) -> None:
    done = replay(content)
    assert done.done.code == 0
    assert done.counts == (0, 0, 0, 0)
    assert (done.out / "ledger" / "entries.jsonl").read_bytes() == b""


def test_no_file_is_refused_before_anything_is_made(ciog: Ciog, tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "good.jsonl").write_bytes(GOOD)
    out = tmp_path / "new" / "out"
    for name in ("none.jsonl", "folder.jsonl", "good.jsonl/events.jsonl"):
        done = ciog("replay", tmp_path / "good.jsonl", tmp_path / name, "--out", out)
        assert done.code == 2
        assert "There is no file of events" in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.jsonl", "good.jsonl"]


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read")
def test_a_file_that_cannot_be_read_is_the_machine_that_failed(ciog: Ciog, tmp_path: Path) -> None:
    done = ciog("replay", "/proc/self/mem", "--out", tmp_path / "out")
    assert done.code == 3
    assert "/proc/self/mem cannot be read" in done.err
    assert not (tmp_path / "out").exists()


def test_events_may_come_through_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "events.jsonl")
    line, env = command(tmp_path, "replay", tmp_path / "events.jsonl", "--out", tmp_path / "out")
    running = subprocess.Popen(line, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    (tmp_path / "events.jsonl").write_bytes(GOOD)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, b"")
    assert out.startswith(b"2 read: 2 accepted")


def test_a_broken_file_among_good_ones_stops_everything(ciog: Ciog, tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_bytes(GOOD)
    (tmp_path / "bad.jsonl.gz").write_bytes(gzip.compress(GOOD)[:-4])
    done = ciog(
        "replay", tmp_path / "good.jsonl", tmp_path / "bad.jsonl.gz", "--out", tmp_path / "out"
    )
    assert done.code == 2
    assert not (tmp_path / "out").exists()
