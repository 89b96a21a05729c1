"""Files appear together and whole, or the former ones stay."""

import gzip

import pytest

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.stores.whole_files import whole_files


def test_both_files_appear_together(tmp_path) -> None:
    paths = [tmp_path / "new" / "a.jsonl", tmp_path / "new" / "b.jsonl"]
    with whole_files(paths) as (one, two):
        one.write(b"1\n")
        two.write(b"2\n")
        assert not any(path.exists() for path in paths)
    assert [path.read_bytes() for path in paths] == [b"1\n", b"2\n"]
    assert sorted(path.name for path in paths[0].parent.iterdir()) == ["a.jsonl", "b.jsonl"]


def test_an_error_leaves_the_former_files(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"former\n")
    with pytest.raises(RuntimeError), whole_files([path]) as (one,):
        one.write(b"new\n")
        raise RuntimeError
    assert path.read_bytes() == b"former\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_failed_environment(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    with pytest.raises(EnvironmentFailed), whole_files([path]):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_packed_content_is_the_same_bytes_each_time(tmp_path) -> None:
    made = []
    for folder in ("one", "two"):
        path = tmp_path / folder / f"{folder}.jsonl.gz"
        with whole_files([path]) as (stream,):
            stream.write(b"1\n" * 1000)
        made.append(path.read_bytes())
    assert made[0] == made[1]
    assert gzip.decompress(made[0]) == b"1\n" * 1000


def test_what_is_no_file_is_never_replaced(tmp_path) -> None:
    for path in (tmp_path, tmp_path.__class__("/dev/null")):
        with pytest.raises(WrongUse), whole_files([path]):
            pass


def test_what_lies_in_a_file_cannot_be_written(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongUse), whole_files([tmp_path / "file" / "a.jsonl"]):
        pass
