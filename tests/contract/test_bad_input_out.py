"""Results appear whole or not at all, and never in the place of something else."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cioghub.bootstrap import default_rules
from cioghub.runtimes.batch.run import RESULTS

from .conftest import Ciog, Replayed, command, event, jsonl

Replay = Callable[..., Replayed]

GOOD = jsonl(event(id="a"), event(id="b"))
MORE = jsonl(event(id="a"), event(id="b"), event(id="c"))


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def hidden(tmp_path: Path) -> list[str]:
    return [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_results_are_these_files_and_replace_earlier_ones(replay: Replay, tmp_path: Path) -> None:
    done = replay(GOOD)
    assert {path.name for path in done.out.iterdir()} == RESULTS
    assert replay(MORE).counts == (3, 3, 0, 0)
    assert hidden(tmp_path) == []


def test_a_failure_leaves_earlier_results_as_they_were(replay: Replay, tmp_path: Path) -> None:
    before = content(replay(GOOD).out)
    (tmp_path / "rules").mkdir()
    assert replay(MORE, "--rules", tmp_path / "rules").done.code == 1
    assert replay(b"\x1f\x8b").done.code == 2
    assert content(tmp_path / "out") == before
    assert hidden(tmp_path) == []


def test_what_the_hub_did_not_make_stays(ciog: Ciog, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_bytes(GOOD)
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "summary.json").write_text("{}")
    (foreign / "thesis.doc").write_text("of years")
    (tmp_path / "file").write_text("mine")
    for out in (foreign, tmp_path / "file", tmp_path, Path("/dev/null"), default_rules()):
        done = ciog("replay", events, "--out", out)
        assert done.code == 2, out
        assert "did not make" in done.err or "would be lost" in done.err
    assert (foreign / "thesis.doc").read_text() == "of years"
    assert (tmp_path / "file").read_text() == "mine"


def test_an_input_is_never_replaced_by_results(replay: Replay, ciog: Ciog, tmp_path: Path) -> None:
    out = replay(GOOD).out
    (out / "receipts" / "events.jsonl").write_bytes(GOOD)
    keys = out / "ledger" / "keys.json"
    shutil.copytree(default_rules(), out / "shared" / "rules")
    before = content(out)
    for options in (
        (out / "receipts" / "events.jsonl",),
        (tmp_path / "events.jsonl", "--keys", keys),
        (tmp_path / "events.jsonl", "--rules", out / "shared" / "rules"),
        (tmp_path / "events.jsonl", "--areas", out / "areas.yaml"),
    ):
        done = ciog("replay", *options, "--out", out)
        assert done.code == 2
        assert "would be lost" in done.err
    assert content(out) == before


def test_a_link_to_a_folder_keeps_leading_there(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere" / "results")
    for _ in range(2):
        assert replay(GOOD).done.code == 0
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "elsewhere" / "results" / "summary.json").is_file()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "out").unlink()
    (tmp_path / "out").symlink_to(tmp_path / "loop")
    assert replay(GOOD).done.code == 3


@pytest.mark.skipif(not Path("/proc/1").is_dir(), reason="needs a folder that takes no files")
def test_a_place_that_cannot_be_written_is_the_machine_that_failed(
    ciog: Ciog, tmp_path: Path
) -> None:
    (tmp_path / "events.jsonl").write_bytes(GOOD)
    (tmp_path / "file").write_text("mine")
    for out in (Path("/proc/1/out"), tmp_path / "file" / "out"):
        done = ciog("replay", tmp_path / "events.jsonl", "--out", out)
        assert done.code == 3
        assert "could not be written" in done.err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root may mount a small disk")
    line = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(place)]
    if subprocess.run(line, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield place
    # What was left open in a run that failed may wait for the collector: that is not the test's.
    subprocess.run(["umount", "--lazy", str(place)], check=True)


MANY = jsonl(*[event(id=f"e-{n}") for n in range(3_000)])


def test_a_full_disk_leaves_nothing(ciog: Ciog, tmp_path: Path, small_disk: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(MANY)
    done = ciog("replay", tmp_path / "events.jsonl", "--out", small_disk / "out")
    assert done.code == 3
    assert "No space left" in done.err
    assert list(small_disk.iterdir()) == []
    done = ciog("simulate", *_ninety_days(), "--out", small_disk / "sim")
    assert done.code == 3
    assert list(small_disk.rglob("*")) in ([], [small_disk / "sim"])
    with suppress(OSError), (small_disk / "rest").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    done = ciog("keys", "new", "--keys", small_disk / "keys.json")
    assert done.code == 3
    assert [path.name for path in small_disk.iterdir() if path.is_file()] == ["rest"]


def _ninety_days() -> tuple[str, ...]:
    return ("--seed", "1", "--from", "2026-01-05", "--days", "90")


def test_a_file_limit_leaves_nothing(tmp_path: Path) -> None:
    """What a full disk does, wherever no disk can be mounted: writing fails half-way."""
    (tmp_path / "events.jsonl").write_bytes(MANY)
    line, env = command(tmp_path, "replay", tmp_path / "events.jsonl", "--out", tmp_path / "out")

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run(
        line, env=env, capture_output=True, timeout=60, check=False, preexec_fn=small_files
    )
    assert done.returncode == 3
    assert b"could not be written: File too large" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.jsonl", "home"]


def waiting(tmp_path: Path, name: str) -> tuple[subprocess.Popen[bytes], Any]:
    """Return a replay that has begun and waits for events, and the pipe that it reads."""
    pipe = tmp_path / f"{name}.jsonl"
    os.mkfifo(pipe)
    line, env = command(tmp_path, "replay", pipe, "--out", tmp_path / "out")
    running = subprocess.Popen(line, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return running, pipe.open("wb")


def test_a_killed_replay_leaves_the_results_alone_and_is_swept_up(
    replay: Replay, tmp_path: Path
) -> None:
    before = content(replay(GOOD).out)
    killed, pipe = waiting(tmp_path, "killed")
    alive, other = waiting(tmp_path, "alive")
    with pipe, other:
        killed.kill()
        killed.communicate(timeout=60)
        assert killed.returncode == -signal.SIGKILL
        assert content(tmp_path / "out") == before
        assert len(hidden(tmp_path)) == 2
        assert replay(MORE).counts == (3, 3, 0, 0)
        # The other still runs: its folder was not swept up, and it ends as if alone.
        assert len(hidden(tmp_path)) == 1
        other.write(GOOD)
    alive.communicate(timeout=60)
    assert alive.returncode == 0
    assert content(tmp_path / "out") == before
    assert hidden(tmp_path) == []


def test_results_moved_away_by_a_killed_replay_come_back(replay: Replay, tmp_path: Path) -> None:
    before = content(replay(GOOD).out)
    (tmp_path / ".out.former-x").mkdir()
    (tmp_path / "out").rename(tmp_path / ".out.former-x" / "was")
    assert replay(b"\x1f\x8b").done.code == 2
    assert content(tmp_path / "out") == before
    assert hidden(tmp_path) == []


def test_replays_into_one_place_at_once_end_with_one_of_them_whole(
    replay: Replay, tmp_path: Path
) -> None:
    wanted = []
    for lines in (GOOD, MORE):
        wanted.append(content(replay(lines).out))
    shutil.rmtree(tmp_path / "out")
    runs = [waiting(tmp_path, f"run{n}") for n in range(3)]
    for n, (_, pipe) in enumerate(runs):
        pipe.write((GOOD, MORE)[n % 2])
    for _, pipe in runs:
        pipe.close()
    for running, _ in runs:
        _, err = running.communicate(timeout=60)
        assert (running.returncode, err) == (0, b"")
    assert content(tmp_path / "out") in wanted
    assert hidden(tmp_path) == []
