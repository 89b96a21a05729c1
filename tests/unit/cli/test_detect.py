"""`ciog detect` from file to file, and what it says to files that are not what they claim."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from cioghub.cli.detect import detect
from cioghub.errors import HubError, WrongUse


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(detect, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def weekly(seed: int, n: int = 80) -> list[tuple[str, int]]:
    drawn = np.random.default_rng(seed).poisson(6, n)
    first = date(2023, 1, 2)
    return [((first + timedelta(days=7 * i)).isoformat(), int(k)) for i, k in enumerate(drawn)]


def counts_file(path: Path, series: dict[str, list[tuple[str, int]]], end: str = "\n") -> Path:
    lines = ["series,period,count"]
    lines += [f"{name},{period},{k}" for name, rows in series.items() for period, k in rows]
    path.write_bytes((end.join(lines) + end).encode())
    return path


def centres_file(path: Path, n: int = 12) -> Path:
    rows = [f"A{i:02d},{i % 4},{i // 4},1500" for i in range(n)]
    path.write_text("area,x,y,population\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def events_file(path: Path, days: int = 90, knot: bool = True) -> Path:
    generator = np.random.default_rng(3)
    lines = ["day,area,count"]
    for i in range(days):
        day = (date(2025, 1, 1) + timedelta(days=i)).isoformat()
        drawn = generator.poisson(0.1, 12)
        if knot and i >= days - 2:
            drawn[[5, 6]] += 3
        lines += [
            f"{day},A{area:02d},{k}" for area, k in enumerate(drawn) if k or i in (0, days - 1)
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_surge_writes_a_line_for_each_series_and_period_from_the_day_on(tmp_path: Path) -> None:
    rows = weekly(1)
    rows[-1] = (rows[-1][0], 40)
    counts = counts_file(tmp_path / "c.csv", {"robbery": rows, "arson": weekly(2)})
    out = tmp_path / "out.csv"
    run("surge", counts, "--out", out, "--from", rows[-3][0])
    lines = read(out)
    assert list(lines[0]) == ["series", "period", "seen", "expected", "p_value", "alarm"]
    assert [(line["series"], line["period"]) for line in lines] == [
        (name, rows[i][0]) for name in ("arson", "robbery") for i in (-3, -2, -1)
    ]
    assert [line["alarm"] for line in lines] == ["false"] * 5 + ["true"]
    assert lines[-1]["seen"] == "40"
    assert 3 < float(lines[-1]["expected"]) < 9


def test_without_a_day_every_period_with_a_past_is_judged(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    run("surge", counts_file(tmp_path / "c.csv", {"a": weekly(1, 20)}), "--out", out)
    assert len(read(out)) == 19


def test_another_series_changes_no_line_and_neither_does_the_order_of_rows(tmp_path: Path) -> None:
    alone, both = tmp_path / "alone.csv", tmp_path / "both.csv"
    run("surge", counts_file(tmp_path / "1.csv", {"b": weekly(1)}), "--out", alone)
    series = {"c": [(d, 50) for d, _ in weekly(4)], "b": weekly(1)[::-1], "a": weekly(2, 70)}
    run("surge", counts_file(tmp_path / "2.csv", series), "--out", both)
    assert read(alone) == [line for line in read(both) if line["series"] == "b"]


def test_pooling_changes_scores_and_needs_the_same_periods(tmp_path: Path) -> None:
    alone, pooled = tmp_path / "alone.csv", tmp_path / "pooled.csv"
    counts = counts_file(tmp_path / "c.csv", {"a": weekly(1), "b": weekly(2)})
    run("surge", counts, "--out", alone, "--from", "2024-06-01")
    run("surge", counts, "--out", pooled, "--from", "2024-06-01", "--pool")
    keys = [[(x["series"], x["period"]) for x in read(path)] for path in (alone, pooled)]
    assert keys[0] == keys[1]
    assert read(alone) != read(pooled)
    uneven = counts_file(tmp_path / "u.csv", {"a": weekly(1), "b": weekly(2, 70)})
    with pytest.raises(WrongUse, match="same periods"):
        run("surge", uneven, "--out", pooled, "--pool")


def test_files_of_other_systems_are_read(tmp_path: Path) -> None:
    plain, odd = tmp_path / "plain.csv", tmp_path / "odd.csv"
    run("surge", counts_file(tmp_path / "1.csv", {"a": weekly(1)}), "--out", plain)
    other = counts_file(tmp_path / "2.csv", {"a": weekly(1)}, end="\r\n")
    other.write_bytes(b"\xef\xbb\xbf" + other.read_bytes())
    run("surge", other, "--out", odd)
    assert plain.read_bytes() == odd.read_bytes()
    assert b"\r" not in plain.read_bytes()


def test_months_are_known_and_numbers_have_six_digits(tmp_path: Path) -> None:
    months = [(f"{2023 + i // 12}-{i % 12 + 1:02d}-01", 10 + i % 5) for i in range(30)]
    out = tmp_path / "out.csv"
    run("surge", counts_file(tmp_path / "c.csv", {'"x, y"': months}), "--out", out)
    lines = read(out)
    assert {line["series"] for line in lines} == {"x, y"}
    assert max(len(line["expected"].replace(".", "").lstrip("0")) for line in lines) == 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("series,period\na,2024-01-01\n", "line 1: the column `count`"),
        ("series,period,count\na,2024-01-01,1\na,2024-01-08,x\n", "line 3: the column `count`"),
        ("series,period,count\na,2024-01-01,-1\n", "line 2: the column `count`"),
        ("series,period,count\na,2024-01-01,2.5\n", "line 2: the column `count`"),
        ("series,period,count\na,01/01/2024,1\n", "line 2: the column `period`"),
        ("series,period,count\na,2024-01-01,1\na,2024-01-01,1\n", "line 3: the column `period`"),
        ("series,period,count\n,2024-01-01,1\n", "line 2: the column `series`"),
        (
            "series,period,count\na,2024-01-01,1\na,2024-01-08,1\na,2024-01-22,1\n",
            "line 4: the column `period` comes after a gap",
        ),
        (
            "series,period,count\na,2024-01-01,1\na,2024-02-01,1\na,2024-04-01,1\n",
            "line 4: the column `period` comes after a gap",
        ),
        ("series,period,count\na,2024-01-01,1\na,2024-01-04,1\n", "line 3: the column `period`"),
        ("series,period,count\n", "no counts"),
        ("", "line 1: the column `series`"),
    ],
)
def test_bad_counts_are_refused_by_line_and_column(tmp_path: Path, text: str, said: str) -> None:
    path, out = tmp_path / "c.csv", tmp_path / "out.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HubError) as caught:
        run("surge", path, "--out", out)
    assert said in str(caught.value)
    assert caught.value.exit_code == 2
    assert [one.name for one in tmp_path.iterdir()] == ["c.csv"]


def test_a_failing_run_leaves_an_earlier_result_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("earlier", encoding="utf-8")
    with pytest.raises(WrongUse):
        run("surge", tmp_path / "absent.csv", "--out", out)
    uneven = counts_file(tmp_path / "u.csv", {"a": weekly(1), "b": weekly(2, 70)})
    with pytest.raises(WrongUse):
        run("surge", uneven, "--out", out, "--pool")
    assert out.read_text(encoding="utf-8") == "earlier"


def test_a_wrong_day_and_a_folder_are_refused(tmp_path: Path) -> None:
    counts = counts_file(tmp_path / "c.csv", {"a": weekly(1, 5)})
    with pytest.raises(WrongUse, match="--from"):
        run("surge", counts, "--out", tmp_path / "o.csv", "--from", "yesterday")
    with pytest.raises(WrongUse, match="folder"):
        run("surge", counts, "--out", tmp_path)


def test_cluster_writes_a_line_a_day_and_finds_the_planted_knot(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    events, areas = events_file(tmp_path / "e.csv"), centres_file(tmp_path / "a.csv")
    run("cluster", events, "--areas", areas, "--out", out, "--from", "2025-03-20")
    lines = read(out)
    assert list(lines[0]) == [
        "day", "areas", "from", "seen", "expected", "score", "recurrence_days",
    ]  # fmt: skip
    assert [line["day"] for line in lines] == [
        (date(2025, 3, 20) + timedelta(days=i)).isoformat() for i in range(12)
    ]
    last = lines[-1]
    assert {"A05", "A06"} <= set(last["areas"].split()) < {f"A{i:02d}" for i in range(12)}
    assert last["from"] == "2025-03-30"
    assert int(last["seen"]) >= 12
    assert float(last["recurrence_days"]) >= 365
    assert float(lines[0]["recurrence_days"] or 0) < 365


def test_cluster_without_a_day_has_a_line_for_every_day(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    events = events_file(tmp_path / "e.csv", days=10, knot=False)
    run("cluster", events, "--areas", centres_file(tmp_path / "a.csv"), "--out", out)
    lines = read(out)
    assert len(lines) == 10
    for line in lines:
        assert (line["areas"] == "") == (line["recurrence_days"] == "") == (line["seen"] == "0")


def test_population_is_optional_and_row_order_does_not_matter(tmp_path: Path) -> None:
    one, two = tmp_path / "1.csv", tmp_path / "2.csv"
    events, areas = events_file(tmp_path / "e.csv"), tmp_path / "a.csv"
    rows = [f"A{i:02d},{i % 4},{i // 4}" for i in range(12)]
    areas.write_text("\n".join(["area,x,y", *rows]) + "\n", encoding="utf-8")
    run("cluster", events, "--areas", areas, "--out", one, "--from", "2025-03-25")
    areas.write_text("\n".join(["area,x,y", *rows[::-1]]) + "\n", encoding="utf-8")
    header, *body = events.read_text(encoding="utf-8").splitlines()
    events.write_text("\n".join([header, *body[::-1]]) + "\n", encoding="utf-8")
    run("cluster", events, "--areas", areas, "--out", two, "--from", "2025-03-25")
    assert one.read_bytes() == two.read_bytes()


def test_holidays_change_what_is_expected(tmp_path: Path) -> None:
    first = date(2024, 1, 1)
    free = [first + timedelta(days=i) for i in range(5, 200, 13)]
    rows = []
    for i in range(200):
        day = first + timedelta(days=i)
        rows.append((day.isoformat(), 20 if day in free else 4 + i % 3))
    holidays = tmp_path / "h.csv"
    holidays.write_text("day,name\n" + "".join(f"{d},x\n" for d in free), encoding="utf-8")
    counts, out = counts_file(tmp_path / "c.csv", {"a": rows}), tmp_path / "out.csv"
    run("surge", counts, "--out", out, "--from", "2024-05-01")
    assert "true" in {line["alarm"] for line in read(out)}
    run("surge", counts, "--out", out, "--from", "2024-05-01", "--holidays", holidays)
    assert {line["alarm"] for line in read(out)} == {"false"}


@pytest.mark.parametrize(
    ("events", "areas", "said"),
    [
        ("day,area,count\n2025-01-01,Z,1\n", None, "line 2: the column `area`"),
        ("day,area,count\n2025-01-01,A00,1\n2025-01-01,A00,1\n", None, "line 3: the column `area`"),
        ("day,area,count\n1925-01-01,A00,1\n2055-01-01,A00,1\n", None, "line 2: the column `day`"),
        ("day,area,count\n", None, "no events"),
        ("day,area,count\n2025-13-01,A00,1\n", None, "line 2: the column `day`"),
        (None, "area,x,y\nA00,1,north\n", "line 2: the column `y`"),
        (None, "area,x,y\nA00,1,nan\n", "line 2: the column `y`"),
        (None, "area,x,y,population\nA00,1,1,-5\n", "line 2: the column `population`"),
        (None, "area,x,y\nA00,1,1\nA00,1,1\n", "line 3: the column `area`"),
        (None, "area,x\nA00,1\n", "line 1: the column `y`"),
        (None, "area,x,y\n", "no areas"),
    ],
)
def test_bad_events_and_areas_are_refused(
    tmp_path: Path, events: str | None, areas: str | None, said: str
) -> None:
    events_path, areas_path = tmp_path / "e.csv", tmp_path / "a.csv"
    events_file(events_path, days=3)
    centres_file(areas_path)
    if events is not None:
        events_path.write_text(events, encoding="utf-8")
    if areas is not None:
        areas_path.write_text(areas, encoding="utf-8")
    with pytest.raises(HubError) as caught:
        run("cluster", events_path, "--areas", areas_path, "--out", tmp_path / "o.csv")
    assert said in str(caught.value)
    assert not (tmp_path / "o.csv").exists()


@pytest.mark.parametrize("command", ["surge", "cluster"])
def test_help_shows_a_worked_example(command: str) -> None:
    assert f"ciog detect {command}" in run(command, "--help").output
