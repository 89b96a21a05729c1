"""A packed file is unpacked by its name, whole or not at all, and never without end."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from cioghub.errors import WrongUse
from cioghub.wire.unpacked import FREE_UNPACKED, MAX_RATIO, unpacked

TEXT = b"one\ntwo\n"


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_the_name_says_whether_a_file_is_packed(tmp_path: Path) -> None:
    with unpacked(written(tmp_path / "plain.csv", TEXT)) as (stream, limit):
        assert (stream.read(), limit) == (TEXT, None)
    with unpacked(written(tmp_path / "packed.csv.gz", gzip.compress(TEXT))) as (stream, limit):
        assert (stream.read(), limit) == (TEXT, FREE_UNPACKED)


def test_the_most_that_may_come_out_grows_with_the_file(tmp_path: Path) -> None:
    content = gzip.compress(b"") + bytes(1_000_000)
    with unpacked(written(tmp_path / "large.gz", content)) as (_, limit):
        assert limit == len(content) * MAX_RATIO


@pytest.mark.parametrize(
    "content",
    [b"", TEXT, gzip.compress(TEXT)[:-9], gzip.compress(TEXT)[:12] + b"\xff" * 20],
    ids=["empty", "not packed", "cut off", "spoilt"],
)
def test_what_is_no_whole_gzip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path / "events.jsonl.gz", content)
    with pytest.raises(WrongUse, match="not a whole gzip"), unpacked(path) as (stream, _):
        stream.read()


def test_a_gzip_of_another_name_is_refused_and_told_its_name(tmp_path: Path) -> None:
    path = written(tmp_path / "events.jsonl", gzip.compress(TEXT))
    with pytest.raises(WrongUse) as refused, unpacked(path):
        pass
    assert "Give it the name events.jsonl.gz." in str(refused.value)
