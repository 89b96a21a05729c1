"""Tables of `ciog detect` and areas of `ciog simulate` that are wrong: refused by file and line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .conftest import Ciog

HEADER = b"series,period,count\n"
GOOD = HEADER + b"a,2024-01-01,1\na,2024-01-02,1\n"

SPOILT: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "the column `series` is missing"),
    "no rows": (HEADER, "holds no counts"),
    "a column twice": (b"series,period,count,count\n", "`count` stands twice"),
    "other separators": (HEADER.replace(b",", b";"), "the column `series` is missing"),
    "below zero": (HEADER + b"a,2024-01-01,-1\n", "line 2: the column `count`"),
    "not a number": (HEADER + b"a,2024-01-01,NaN\n", "line 2: the column `count`"),
    "the end of time": (
        HEADER + b"a,9999-11-01,1\na,9999-12-01,1\n",
        "line 2: the column `period`",
    ),
    "the beginning": (HEADER + b"a,0001-01-01,1\na,0001-01-02,1\n", "line 2: the column `period`"),
    "an open quote": (HEADER + b'"a,2024-01-01,1\n', "not CSV"),
    "Latin-1": (HEADER + b"\xe9,2024-01-01,1\n", "not UTF-8"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_counts_are_refused(ciog: Ciog, tmp_path: Path, name: str) -> None:
    content, words = SPOILT[name]
    (tmp_path / "counts.csv").write_bytes(content)
    done = ciog("detect", "surge", tmp_path / "counts.csv", "--out", tmp_path / "scores.csv")
    assert done.code == 2
    assert words in done.err
    assert not (tmp_path / "scores.csv").exists()


def test_scores_never_replace_the_counts_a_folder_or_a_device(ciog: Ciog, tmp_path: Path) -> None:
    counts = tmp_path / "counts.csv"
    counts.write_bytes(GOOD)
    (tmp_path / "link.csv").symlink_to(counts)
    os.mkfifo(tmp_path / "pipe")
    for out in (counts, tmp_path / "link.csv", tmp_path, tmp_path / "pipe"):
        assert ciog("detect", "surge", counts, "--out", out).code == 2
    assert counts.read_bytes() == GOOD
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a file without end")
def test_a_file_without_end_is_refused(ciog: Ciog, tmp_path: Path) -> None:
    done = ciog("detect", "surge", "/dev/zero", "--out", tmp_path / "scores.csv")
    assert done.code == 2
    assert "is larger than" in done.err


def test_areas_without_places_can_not_be_simulated(ciog: Ciog, tmp_path: Path) -> None:
    (tmp_path / "lookup.csv").write_text(
        "edition,code,name,local_name,msoa,ward,district,csp,county,ciog,population,lon,lat\n"
    )
    (tmp_path / "areas.yaml").write_text(
        "partnership: P\ntimezone: Europe/London\n"
        "editions: {lsoa11: {lookup: lookup.csv}}\nlevels: [lsoa]\n"
        "calendar: {fortnight_anchor: 2025-01-06, freeze_after_days: 2}\n"
        "ciog: [{id: north, name: North}]\n"
    )
    options = ("--seed", 1, "--from", "2026-01-05", "--days", 1, "--areas", tmp_path / "areas.yaml")
    done = ciog("simulate", *options, "--out", tmp_path / "sim")
    assert done.code == 2
    assert "holds no places" in done.err
    assert not (tmp_path / "sim").exists()
