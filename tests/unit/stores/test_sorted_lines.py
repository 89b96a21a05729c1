"""Lines come out in one order, whether they waited in memory or on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cioghub.stores import sorted_lines
from cioghub.stores.sorted_lines import SortedLines, mark


@pytest.mark.parametrize("piece_bytes", [1, 200, 1_000_000])
def test_lines_are_written_in_order_but_those_of_numbers_left_out(
    tmp_path: Path, piece_bytes: int
) -> None:
    lines = SortedLines(tmp_path, "some", piece_bytes)
    for number, line in enumerate([b"pear", b"fig", b"apple", b"fig", b"quince"]):
        lines.add(line, number)
        if number == 2:
            lines.set_aside()
    assert lines.write(tmp_path / "all", bytes([0, 0, 0, 0, 1])) == 4
    assert (tmp_path / "all").read_bytes() == b"apple\nfig\nfig\npear\n"
    assert [path.name for path in tmp_path.iterdir()] == ["all"]


def test_pieces_are_merged_in_rounds_so_that_few_are_open_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, most = 0, 0
    read = sorted_lines._lines

    def counted(piece: Path) -> Iterator[bytes]:
        nonlocal opened, most
        opened += 1
        most = max(most, opened)
        yield from read(piece)
        opened -= 1

    monkeypatch.setattr(sorted_lines, "_lines", counted)
    numbers = [n * 7 % 23 for n in range(23)]  # 23 pieces by threes: rounds of rounds
    left_out = bytes(number in (4, 11) for number in range(23))
    written = []
    for name, piece_bytes in (("pieces", 1), ("memory", 1_000_000)):
        lines = SortedLines(tmp_path, name, piece_bytes, fan_in=3)
        for number in numbers:
            lines.add(b"line %d" % (number // 2), number)
        assert lines.write(tmp_path / name, left_out) == 21
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert most == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["memory", "pieces"]


def test_what_fits_in_memory_is_not_set_aside(tmp_path: Path) -> None:
    lines = SortedLines(tmp_path, "some")
    lines.add(b"fig", 0)
    lines.set_aside()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "many", [[b"fig"] * 50, [b"fig" * 500]], ids=["short lines", "a long line"]
)
def test_what_takes_more_memory_than_a_piece_may_is_spilled(
    tmp_path: Path, many: list[bytes]
) -> None:
    lines = SortedLines(tmp_path, "some", piece_bytes=1_000)
    lines.add_marked([b"fig" + mark(0)])
    assert list(tmp_path.iterdir()) == []
    lines.add_marked([line + mark(0) for line in many])
    assert len(list(tmp_path.iterdir())) == 1
