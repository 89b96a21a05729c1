"""Contract 5 and 6: one ledger entry an event; `ledger verify` names the first bad entry."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lines = list[bytes]
EVENTS = 700


@pytest.fixture(scope="module")
def story() -> dict[str, Any]:
    """Keep one ledger for the whole module: it is only copied."""
    return {}


@pytest.fixture
def ledger(lab: Any, story: dict[str, Any], tmp_path: Path) -> Path:
    if "files" not in story:
        run = lab.replay(lab.usual("2025-02-01T00:00", EVENTS // 2)[:EVENTS])
        assert run.summary["accepted"] > 600
        story["files"] = {
            name[7:]: content for name, content in run.files().items() if name[:7] == "ledger/"
        }
    folder = tmp_path / "copy"
    folder.mkdir()
    for name, content in story["files"].items():
        (folder / name).write_bytes(content)
    return folder


def _bad(lab: Any, folder: Path) -> int | None:
    """Return the first bad entry that verification names, None where all is well."""
    code, out, _ = lab.call("ledger", "verify", folder, "--format", "json")
    found = json.loads(out)
    assert found["good"] is (code == 0)
    if code == 0:
        return None
    assert code == 1
    assert f"entry {found['first_bad']}" in lab.call("ledger", "verify", folder)[1]
    return int(found["first_bad"])


def _change(folder: Path, how: Callable[[Lines], None], name: str = "entries.jsonl") -> None:
    lines = (folder / name).read_bytes().splitlines(keepends=True)
    how(lines)
    (folder / name).write_bytes(b"".join(lines))


def _other_digit(line: bytes, at: int) -> bytes:
    return line[:at] + (b"0" if line[at : at + 1] != b"0" else b"1") + line[at + 1 :]


def test_an_untouched_ledger_verifies_with_an_entry_for_every_accepted_event(
    lab: Any, ledger: Path
) -> None:
    assert _bad(lab, ledger) is None


@pytest.mark.parametrize("number", [0, 1, 255, 256, 257, 511, 512, 600])
def test_a_changed_entry_is_named(lab: Any, ledger: Path, number: int) -> None:
    reference = (ledger / "entries.jsonl").read_bytes().splitlines()[number].index(b'"ref":"') + 9

    def change(lines: Lines) -> None:
        lines[number] = _other_digit(lines[number], reference)

    _change(ledger, change)
    assert _bad(lab, ledger) == number


@pytest.mark.parametrize("number", [0, 3, 256, 600])
def test_an_entry_of_another_decision_is_named(lab: Any, ledger: Path, number: int) -> None:
    def change(lines: Lines) -> None:
        lines[number] = _other_digit(lines[number], lines[number].index(b'"class":"') + 10)

    _change(ledger, change)
    assert _bad(lab, ledger) == number


@pytest.mark.parametrize("number", [0, 1, 256, 600])
def test_a_removed_entry_is_named(lab: Any, ledger: Path, number: int) -> None:
    _change(ledger, lambda lines: lines.pop(number) and None)
    assert _bad(lab, ledger) == number


def test_reordered_entries_are_named(lab: Any, ledger: Path) -> None:
    def swap(lines: Lines) -> None:
        lines[17], lines[400] = lines[400], lines[17]

    _change(ledger, swap)
    assert _bad(lab, ledger) == 17


def test_reordered_entries_with_their_numbers_put_right_are_named(lab: Any, ledger: Path) -> None:
    def swap(lines: Lines) -> None:
        first, second = (json.loads(lines[n]) for n in (17, 18))
        first["n"], second["n"] = 18, 17
        for n, entry in ((17, second), (18, first)):
            lines[n] = json.dumps(entry, separators=(",", ":")).encode() + b"\n"

    _change(ledger, swap)
    assert _bad(lab, ledger) == 17


@pytest.mark.parametrize("left", [0, 1, 256, 300, 512])
def test_a_ledger_cut_short_is_named_from_the_first_missing_entry(
    lab: Any, ledger: Path, left: int
) -> None:
    def cut(lines: Lines) -> None:
        del lines[left:]

    _change(ledger, cut)
    assert _bad(lab, ledger) == left


def test_a_ledger_and_its_hashes_and_signatures_cut_short_together_are_named(
    lab: Any, ledger: Path
) -> None:
    _change(ledger, lambda lines: lines.__delitem__(slice(256, None)))
    leaves = ledger / "leaves.bin"
    leaves.write_bytes(leaves.read_bytes()[: 256 * 32])
    _change(ledger, lambda lines: lines.__delitem__(slice(1, None)), "checkpoints.jsonl")
    assert _bad(lab, ledger) == 256


def test_half_an_entry_is_named(lab: Any, ledger: Path) -> None:
    entries = ledger / "entries.jsonl"
    whole = entries.read_bytes()
    entries.write_bytes(whole[:-20])
    assert _bad(lab, ledger) == whole.count(b"\n") - 1


def test_an_added_entry_is_named(lab: Any, ledger: Path) -> None:
    entries = ledger / "entries.jsonl"
    lines = entries.read_bytes().splitlines(keepends=True)
    added = json.loads(lines[-1]) | {"n": len(lines)}
    entries.write_bytes(b"".join(lines) + json.dumps(added, separators=(",", ":")).encode() + b"\n")
    assert _bad(lab, ledger) == len(lines)


def test_an_entry_changed_with_its_stored_hash_is_still_found(lab: Any, ledger: Path) -> None:
    """Who can write may change the hash as well, but not the signed root above it."""
    from hashlib import sha256

    lines = (ledger / "entries.jsonl").read_bytes().splitlines()
    changed = _other_digit(lines[300], lines[300].index(b'"ref":"') + 9)
    _change(ledger, lambda all: all.__setitem__(300, changed + b"\n"))
    leaves = bytearray((ledger / "leaves.bin").read_bytes())
    leaves[300 * 32 : 301 * 32] = sha256(b"\x00" + changed).digest()
    (ledger / "leaves.bin").write_bytes(leaves)
    found = _bad(lab, ledger)
    assert found is not None
    assert found <= 300


@pytest.mark.parametrize("name", ["classes.jsonl", "verifying-key.hex", "checkpoints.jsonl"])
def test_a_ledger_without_one_of_its_files_does_not_verify(
    lab: Any, ledger: Path, name: str
) -> None:
    (ledger / name).unlink()
    assert lab.call("ledger", "verify", ledger)[0] == 1


def test_a_folder_without_a_ledger_is_wrong_use_and_says_where_to_look(
    lab: Any, tmp_path: Path
) -> None:
    run = lab.replay([lab.event("a", "2026-03-01T10:00")])
    code, _, err = lab.call("ledger", "verify", run.folder)
    assert code == 2
    assert str(run.folder / "ledger") in err
    assert lab.call("ledger", "verify", tmp_path / "nowhere")[0] == 2


def test_deleting_every_payload_leaves_the_ledger_good(lab: Any) -> None:
    run = lab.replay(lab.usual("2026-03-01T00:00", 10))
    shutil.rmtree(run.folder / "shared")
    (run.folder / "withheld.jsonl").unlink()
    assert lab.call("ledger", "verify", run.folder / "ledger")[0] == 0


def test_an_entry_is_a_reference_and_a_class_and_a_class_says_it_for_each_recipient(
    lab: Any,
) -> None:
    events = [lab.event("a", "2026-03-01T10:00"), lab.event("b", "2026-03-01T10:00", severity=1)]
    run = lab.replay(events)
    entries = run.lines("ledger/entries.jsonl")
    assert all(set(entry) == {"class", "n", "ref"} for entry in entries)
    classes = {row["class"]: row["content"] for row in run.lines("ledger/classes.jsonl")}
    assert {entry["class"] for entry in entries} == set(classes)
    for content in classes.values():
        assert [one["recipient"] for one in content["outcomes"]] == ["desk", "hub-correlation"]
    written = b"".join(content for name, content in run.files().items() if name[:7] == "ledger/")
    for value in (b"lock-folding-knife", b"H000", b"2026-03-01", b"/constabulary/crime", b"8N"):
        assert value not in written
