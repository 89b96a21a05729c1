"""Key files that others may have seen, or that are none: refused, never shown, never replaced."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from .conftest import Ciog, command, event, jsonl

SECRET = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="


def good(*more: dict[str, object]) -> bytes:
    roots = [{"id": "k-1", "valid_from": None, "secret": SECRET}, *more]
    return json.dumps({"roots": roots}).encode()


def later(**changes: object) -> dict[str, object]:
    return {"id": "k-2", "valid_from": "2026-01-01", "secret": SECRET, **changes}


@pytest.fixture
def uses(ciog: Ciog, tmp_path: Path):
    """Return what runs each command that reads keys, and gives code and words."""
    (tmp_path / "events.jsonl").write_bytes(jsonl(event()))

    def run(keys: Path) -> list[tuple[int, str]]:
        commands = (
            ("replay", tmp_path / "events.jsonl", "--out", tmp_path / "out", "--keys", keys),
            ("keys", "list", "--keys", keys),
            ("keys", "rotate", "--from", "2027-01-01", "--keys", keys),
        )
        done = [ciog(*one) for one in commands]
        assert not (tmp_path / "out").exists()
        assert not any(SECRET[:20] in one.err + one.out for one in done)
        return [(one.code, one.err) for one in done]

    return run


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o666, 0o601, 0o620])
def test_keys_that_others_can_read_are_refused(ciog: Ciog, tmp_path: Path, mode: int) -> None:
    keys = tmp_path / "keys.json"
    keys.write_bytes(good())
    keys.chmod(mode)
    done = ciog("keys", "list", "--keys", keys)
    assert done.code == 3
    assert "can be read by others" in done.err
    assert f"chmod 600 {keys}" in done.err
    assert SECRET[:20] not in done.err


def test_no_command_uses_keys_that_others_can_read(uses, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_bytes(good())
    keys.chmod(0o644)
    assert [code for code, _ in uses(keys)] == [3, 3, 3]
    assert keys.read_bytes() == good()


BROKEN = {
    "nothing": b"",
    "half": good()[:70],
    "no JSON": b"k-1 " + SECRET.encode(),
    "a list": b"[]",
    "no roots": b"{}",
    "roots as text": b'{"roots": "k-1"}',
    "roots as object": b'{"roots": {"id": "k-1"}}',
    "empty roots": b'{"roots": []}',
    "a root as number": b'{"roots": [1]}',
    "no first root": json.dumps({"roots": [later()]}).encode(),
    "two first roots": good(later(valid_from=None)),
    "one id twice": good(later(id="k-1")),
    "one day twice": good(later(), later(id="k-3")),
    "a day that is none": good(later(valid_from="2026-02-30")),
    "a day as number": good(later(valid_from=20260101)),
    "a short secret": good(later(secret="QUFB")),
    "a secret of other letters": good(later(secret=SECRET[:-2] + "é=")),
    "a secret as number": good(later(secret=7)),
    "an id as list": good(later(id=["k"])),
    "deep": b"[" * 100_000,
    "huge": good() + b" " * 2_000_000,
    "not UTF-8": b"\xff" + good(),
    "NUL": b"\0" * 100,
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_key_file_is_refused_and_stays(ciog: Ciog, tmp_path: Path, name: str) -> None:
    keys = tmp_path / "keys.json"
    keys.write_bytes(BROKEN[name])
    keys.chmod(0o600)
    for arguments in (("list",), ("rotate", "--from", "2027-01-01"), ("new",)):
        done = ciog("keys", *arguments, "--keys", keys)
        assert done.code == 2
        assert SECRET[:20] not in done.err
        assert "is not a key file" in done.err or "already" in done.err
    assert keys.read_bytes() == BROKEN[name]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.json"]


def test_a_truncated_key_file_stops_a_replay(uses, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_bytes(good()[:70])
    keys.chmod(0o600)
    assert [code for code, _ in uses(keys)] == [2, 2, 2]


def test_a_folder_or_a_pipe_is_no_key_file(uses, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        found = uses(tmp_path / name)
        assert [code for code, _ in found] == [2, 2, 2]
        assert all("is not a key file" in words for _, words in found)


def test_a_home_that_cannot_be_written_is_the_machine_that_failed(
    ciog: Ciog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "events.jsonl").write_bytes(jsonl(event()))
    (tmp_path / "file").write_text("mine")
    for home in (tmp_path / "file", tmp_path / "file" / "home", Path("/proc/1")):
        monkeypatch.setenv("CIOG_HOME", str(home))
        for arguments in (
            ("replay", tmp_path / "events.jsonl", "--out", tmp_path / "out"),
            ("keys", "new"),
        ):
            done = ciog(*arguments)
            assert done.code == 3
            assert "cannot be made" in done.err
            assert "CIOG_HOME" in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events.jsonl", "file"]


def test_runs_that_make_the_keys_at_once_use_the_same(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_bytes(jsonl(event()))
    runs = []
    for n in range(3):
        out = tmp_path / f"out{n}"
        line, env = command(tmp_path, "replay", tmp_path / "events.jsonl", "--out", out)
        runs.append(subprocess.Popen(line, env=env, stdout=subprocess.DEVNULL))
    assert [run.wait(timeout=120) for run in runs] == [0, 0, 0]
    keys = {(tmp_path / f"out{n}" / "ledger" / "verifying-key.hex").read_text() for n in range(3)}
    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["keys.json"]


def test_a_port_that_is_none_is_wrong_use(ciog: Ciog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIOG_PORT", "eighty")
    done = ciog("keys", "list")
    assert done.code == 2
    assert "CIOG_PORT is no port" in done.err
