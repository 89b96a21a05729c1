"""Lines come out in one order, whether they waited in memory or on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from cioghub.stores.sorted_lines import SortedLines


@pytest.mark.parametrize("piece_bytes", [1, 200, 1_000_000])
def test_lines_are_written_in_order_but_those_of_numbers_left_out(
    tmp_path: Path, piece_bytes: int
) -> None:
    lines = SortedLines(tmp_path, "some", piece_bytes)
    for number, line in enumerate([b"pear", b"fig", b"apple", b"fig", b"quince"]):
        lines.add(line, number)
        if number == 2:
            lines.set_aside()
    assert lines.write(tmp_path / "all", {4}) == 4
    assert (tmp_path / "all").read_bytes() == b"apple\nfig\nfig\npear\n"
    assert [path.name for path in tmp_path.iterdir()] == ["all"]


def test_what_fits_in_memory_is_not_set_aside(tmp_path: Path) -> None:
    lines = SortedLines(tmp_path, "some")
    lines.add(b"fig", 0)
    lines.set_aside()
    assert list(tmp_path.iterdir()) == []
