"""The command itself: exit codes reach the shell, and no stream or signal brings a traceback."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ENTRY, Ciog, command, in_process


def test_an_answer_of_no_reaches_the_shell(ciog: Ciog, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    done = ciog("rules", "check", tmp_path / "rules")
    assert done.code == 1
    assert "missing-file" in done.out
    assert in_process(tmp_path, "rules", "check", tmp_path / "rules").code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nothing",),
        ("replay",),
        ("replay", "events.jsonl"),
        ("replay", "events.jsonl", "--out"),
        ("keys", "list", "--format", "xml"),
        ("simulate", "--seed", "-1", "--from", "2026-01-05", "--days", "1", "--out", "x"),
        ("simulate", "--seed", "1", "--from", "2026-13-05", "--days", "1", "--out", "x"),
        ("simulate", "--seed", "1", "--from", "2026-01-05", "--days", "0", "--out", "x"),
        ("ledger", "verify"),
        ("rules", "check", "no-such-folder"),
        ("detect", "surge", "no-such-file", "--out", "x"),
    ],
)
def test_wrong_use_is_two_and_says_what_to_do(ciog: Ciog, arguments: tuple[str, ...]) -> None:
    done = ciog(*arguments)
    assert done.code == 2
    assert done.err


def test_words_beyond_ascii_reach_an_ascii_stream(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "é.yml").write_text("a: 1\n")
    for form in ("text", "json"):
        done = in_process(
            tmp_path,
            *("rules", "check", tmp_path / "rules", "--format", form),
            PYTHONIOENCODING="ascii",
            LC_ALL="C",
        )
        assert done.code == 1, done.err
    assert {one["file"] for one in json.loads(done.out)["errors"]} == {"é.yml"}


def _shell(tmp_path: Path, arguments: str, redirection: str) -> subprocess.CompletedProcess[bytes]:
    _, env = command(tmp_path)
    line = f"{sys.executable} -c '{ENTRY}' {arguments} {redirection}"
    return subprocess.run(
        ["sh", "-c", line], env=env, capture_output=True, timeout=60, check=False, cwd=tmp_path
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_change_no_exit_code(tmp_path: Path, closed: str) -> None:
    done = _shell(tmp_path, "rules schema", closed)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    (tmp_path / "rules").mkdir()
    assert _shell(tmp_path, "rules check rules", closed).returncode == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rules"]


def test_a_reader_that_leaves_is_no_answer_of_no(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    line, env = command(tmp_path, "rules", "schema")
    done = subprocess.run(line, env=env, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.returncode == 3
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_output_is_the_machine_that_failed(tmp_path: Path) -> None:
    done = _shell(tmp_path, "rules schema", "> /dev/full")
    assert done.returncode == 3
    assert done.stderr == b"The machine refused: No space left on device.\n"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_replay_leaves_nothing_behind(tmp_path: Path, sent: signal.Signals) -> None:
    os.mkfifo(tmp_path / "events.jsonl")
    line, env = command(tmp_path, "replay", tmp_path / "events.jsonl", "--out", tmp_path / "out")
    running = subprocess.Popen(
        line,
        env=env,
        stderr=subprocess.PIPE,
        # In the background interrupts are ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )
    # The replay waits for events: opening the other end tells that it has come so far.
    with (tmp_path / "events.jsonl").open("wb"):
        running.send_signal(sent)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 3
    assert said.split() == b"Stopped. Nothing was left half-written.".split()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.jsonl", "home"]


def test_nothing_is_left_open_and_nothing_is_deprecated(tmp_path: Path) -> None:
    """Warnings of the hub itself would reach a user's stderr one day."""
    (tmp_path / "events.jsonl").write_bytes(b"{}\n")
    line, env = command(tmp_path, "replay", tmp_path / "events.jsonl", "--out", tmp_path / "out")
    line[1:1] = ["-W", "error::ResourceWarning", "-W", "error:::cioghub"]
    done = subprocess.run(line, env=env, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
