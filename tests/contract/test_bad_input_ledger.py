"""Ledgers that somebody or something has spoilt: an answer of no, never a failure."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cioghub.stores.ledger_folder import LedgerWriter
from cioghub.vocabulary.keys import Secret

from .conftest import Ciog


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger") / "ledger"
    with LedgerWriter(folder, Secret(b"s" * 32), "b" * 64) as ledger:
        name = ledger.add_class({"bundle": "b" * 64, "outcomes": []})
        for n in range(600):
            ledger.append(f"{n:032x}", name)
    return folder


@pytest.fixture
def ledger(signed: Path, tmp_path: Path) -> Path:
    shutil.copytree(signed, tmp_path / "ledger")
    return tmp_path / "ledger"


def spoilt(content: bytes, chance: random.Random) -> Iterator[bytes]:
    """Yield what chance and malice make of a file."""
    yield b""
    yield b"\n"
    yield b"\0" * 1000
    yield b"{" * 100_000
    yield b"[" * 100_000 + b"\n"
    yield content[: len(content) // 2]
    yield content + content
    yield content + b"x"
    yield content.replace(b"\n", b"\r\n")
    yield content.replace(b":", b"::", 1)
    for _ in range(20):
        at = chance.randrange(len(content))
        yield content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
        yield content[:at] + content[at + 1 :]


@pytest.mark.parametrize(
    "name",
    ["entries.jsonl", "leaves.bin", "checkpoints.jsonl", "classes.jsonl", "verifying-key.hex"],
)
def test_no_byte_can_change_unseen(ciog: Ciog, ledger: Path, name: str) -> None:
    assert ciog("ledger", "verify", ledger).code == 0
    good = (ledger / name).read_bytes()
    for content in spoilt(good, random.Random(name)):
        if content == good:
            continue
        (ledger / name).write_bytes(content)
        done = ciog("ledger", "verify", ledger, "--format", "json")
        assert done.code == 1, (name, content[:80])
        assert json.loads(done.out)["good"] is False
        done = ciog("ledger", "prove", ledger, "--entry", 17)
        assert done.code in (0, 1, 2)


@pytest.mark.parametrize("name", ["entries.jsonl", "checkpoints.jsonl", "verifying-key.hex"])
def test_a_missing_file_a_folder_and_a_pipe_in_its_place_are_answered_no(
    ciog: Ciog, ledger: Path, name: str
) -> None:
    (ledger / name).unlink()
    assert ciog("ledger", "verify", ledger).code == 1
    (ledger / name).mkdir()
    assert ciog("ledger", "verify", ledger).code == 1
    (ledger / name).rmdir()
    os.mkfifo(ledger / name)
    assert ciog("ledger", "verify", ledger).code == 1


def test_what_is_no_ledger_is_wrong_use(ciog: Ciog, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path, tmp_path / "file", tmp_path / "none"):
        done = ciog("ledger", "verify", place)
        assert done.code == 2
        assert "holds no ledger" in done.err


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"{", b"[" * 100_000, b"\xff", b'{"size": "x"}', b"{}"]
)
def test_kept_files_that_are_broken_never_make_a_good_ledger_fail(
    ciog: Ciog, ledger: Path, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "kept").write_bytes(content)
    for option in ("--checkpoint", "--key", "--proof"):
        assert ciog("ledger", "verify", ledger, option, tmp_path / "kept").code in (1, 2)
    assert ciog("ledger", "prove", ledger, "--since", tmp_path / "kept").code in (1, 2)
