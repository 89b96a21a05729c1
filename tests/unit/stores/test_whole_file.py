"""A file of results is there whole or not at all."""

import gzip
from pathlib import Path

import pytest

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.stores.whole_file import whole_file


def test_what_was_written_is_there_at_the_end(tmp_path: Path) -> None:
    out = tmp_path / "new" / "a.jsonl"
    with whole_file(out) as file:
        file.write(b"one\n")
        assert not out.exists()
    assert out.read_bytes() == b"one\n"
    assert [path.name for path in out.parent.iterdir()] == ["a.jsonl"]


def test_an_error_leaves_the_former_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    out.write_bytes(b"former\n")
    with pytest.raises(WrongUse), whole_file(out) as file:
        file.write(b"half")
        raise WrongUse("no")
    assert out.read_bytes() == b"former\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_packed_file_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        with whole_file(tmp_path / name) as file:
            file.write(b"one\n")
    first, second = ((tmp_path / name).read_bytes() for name in ("a.jsonl.gz", "b.jsonl.gz"))
    assert first == second
    assert gzip.decompress(first) == b"one\n"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(WrongUse), whole_file(tmp_path):
        pass


def test_a_file_cannot_hold_the_result(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongUse), whole_file(tmp_path / "file" / "a.jsonl"):
        pass


def test_a_full_disk_is_the_machines_fault(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    with pytest.raises(EnvironmentFailed, match="Nothing was left"), whole_file(out):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []
