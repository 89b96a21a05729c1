"""`ciog import police-uk`: every row written or counted, a bad file stops everything."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from cioghub.cli.main import main

HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context\n"
)
ID = "ecfdd9a9b24c0cc089ad05e921d979ffcc4dab5a7bd68077faef298e6c922293"
ROBBERY = (
    f"{ID},2025-09,Warwickshire Police,Warwickshire Police,-1.767380,52.559816,"
    "On or near Holly Lane,E01031049,Nuneaton 001A,Robbery,Under investigation,\n"
)
ASB = (
    ",2025-09,Warwickshire Police,Warwickshire Police,-1.452923,52.385012,"
    "On or near Leyside,E01009539,Coventry 039A,Anti-social behaviour,,\n"
)


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    def import_files(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main(["import", "police-uk", *map(str, arguments)])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return int(str(left.value.code)), out, err

    return import_files


def street(folder: Path, *rows: str, name: str = "a.csv", header: str = HEADER) -> Path:
    path = folder / name
    content = (header + "".join(rows)).encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_every_row_is_an_event_with_an_id_of_its_own(tmp_path: Path, run: Any, name: str) -> None:
    out = tmp_path / "out.jsonl"
    code, said, _ = run(street(tmp_path, ROBBERY, ASB, ASB, name=name), "--out", out)
    assert code == 0
    assert said.startswith("3 rows read: 3 events written, 0 rejected.")
    found = events(out)
    assert [one["id"] for one in found] == ["2025-09-000001", "2025-09-000002", "2025-09-000003"]
    assert [one["type"] for one in found] == ["police.crime.v1"] + ["police.incident.v1"] * 2
    assert found[0]["time"] == "2025-10-01T00:00:00+01:00"
    assert {one["data"]["area"]["edition"] for one in found} == {"lsoa21"}
    text = out.read_text()
    for secret in (ID, "Holly", "1.767", "52.559", "Nuneaton", "investigation"):
        assert secret not in text


def test_rows_that_repeat_a_crime_id_are_written_and_counted(tmp_path: Path, run: Any) -> None:
    out = tmp_path / "out.jsonl"
    code, said, err = run(street(tmp_path, ROBBERY, ROBBERY, ASB, ASB), "--out", out)
    assert (code, len(events(out))) == (0, 4)
    assert "4 events written" in said
    assert err.startswith("1 rows repeat another row")


def test_bad_rows_are_counted_by_reason_and_line_and_the_rest_is_written(
    tmp_path: Path, run: Any
) -> None:
    out = tmp_path / "out.jsonl"
    rows = [
        ROBBERY,
        ROBBERY.replace("Robbery", "Witchcraft"),
        ROBBERY.replace("2025-09", "2025-00"),
        "short,row\n",
        ASB,
    ]
    code, said, err = run(street(tmp_path, *rows), "--out", out)
    assert code == 0
    assert said.startswith("5 rows read: 2 events written, 3 rejected.")
    assert "1 rows rejected, unknown-crime-type (line 3)" in err
    assert "1 rows rejected, bad-month (line 4)" in err
    assert "1 rows rejected, wrong-number-of-columns (line 5)" in err
    assert "Witchcraft" not in err
    assert [one["id"] for one in events(out)] == ["2025-09-000001", "2025-09-000005"]


def test_a_file_of_bad_rows_alone_is_a_no(tmp_path: Path, run: Any) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("former")
    code, _, err = run(street(tmp_path, ROBBERY.replace("Robbery", "x")), "--out", out)
    assert code == 1
    assert "unknown-crime-type" in err
    assert out.read_text() == "former"


def test_options_reach_the_events(tmp_path: Path, run: Any) -> None:
    out = tmp_path / "out.jsonl.gz"
    path = street(tmp_path, ROBBERY)
    published = "2025-11-20T09:30:00Z"
    code, _, _ = run(path, "--out", out, "--edition", "lsoa11", "--published", published)
    assert code == 0
    (found,) = [json.loads(line) for line in gzip.decompress(out.read_bytes()).splitlines()]
    assert found["time"] == "2025-11-20T09:30:00+00:00"
    assert found["data"]["area"]["edition"] == "lsoa11"


def test_months_and_forces_of_several_files_keep_apart(tmp_path: Path, run: Any) -> None:
    out = tmp_path / "out.jsonl"
    files = [
        street(tmp_path, ROBBERY, name="a.csv"),
        street(tmp_path, ROBBERY.replace("2025-09", "2025-08"), name="b.csv"),
        street(tmp_path, ROBBERY.replace("Warwickshire Police", "Kent Police"), name="c.csv"),
    ]
    code, _, _ = run(*files, "--out", out)
    assert code == 0
    assert len({(one["source"], one["id"]) for one in events(out)}) == 3


def test_one_month_of_a_force_in_two_files_is_refused(tmp_path: Path, run: Any) -> None:
    out = tmp_path / "out.jsonl"
    path = street(tmp_path, ROBBERY)
    code, _, err = run(path, street(tmp_path, ASB, name="b.csv"), "--out", out)
    assert code == 2
    assert "holds already" in err
    assert not out.exists()


BROKEN = {
    "outcomes file": HEADER.replace("Crime type", "Outcome type").encode() + ROBBERY.encode(),
    "column twice": HEADER.replace("Context", "Month").encode() + ROBBERY.encode(),
    "empty": b"",
    "no header": ROBBERY.encode(),
    "Latin-1": (HEADER + ROBBERY.replace("Holly", "Höl")).encode("latin-1"),
    "UTF-16": (HEADER + ROBBERY).encode("utf-16"),
    "open quote": (HEADER + ROBBERY.replace("On or", '"On or')).encode(),
    "endless line": (HEADER + "x" * 100_000).encode(),
    "gzip by another name": gzip.compress((HEADER + ROBBERY).encode()),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_file_that_is_not_what_it_claims_stops_everything(
    tmp_path: Path, run: Any, what: str
) -> None:
    (tmp_path / "bad.csv").write_bytes(BROKEN[what])
    out = tmp_path / "out.jsonl"
    code, _, err = run(street(tmp_path, ASB), tmp_path / "bad.csv", "--out", out)
    assert code == 2, err
    assert "bad.csv" in err
    assert ID not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "bad.csv"]


PACKED = gzip.compress((HEADER + ROBBERY * 500).encode())


@pytest.mark.parametrize(
    "content",
    [PACKED[:-20], PACKED[: len(PACKED) // 2], b"no gzip", PACKED[:40] + b"\0" * 40 + PACKED[80:]],
)
def test_a_broken_gzip_stops_everything(tmp_path: Path, run: Any, content: bytes) -> None:
    (tmp_path / "bad.csv.gz").write_bytes(content)
    code, _, err = run(tmp_path / "bad.csv.gz", "--out", tmp_path / "out.jsonl")
    assert code == 2, err
    assert "gzip" in err
    assert not (tmp_path / "out.jsonl").exists()


def test_a_zip_bomb_stops_early(tmp_path: Path, run: Any) -> None:
    (tmp_path / "bomb.csv.gz").write_bytes(
        gzip.compress(HEADER.encode() + (b"," * 9_999 + b"\n") * 4_000)
    )
    code, _, err = run(tmp_path / "bomb.csv.gz", "--out", tmp_path / "out.jsonl")
    assert code == 2
    assert "beyond any street file" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing.csv"], "There is no street file"),
        (["a.csv", "--published", "yesterday"], "--published is no time"),
        (["a.csv", "--published", "2025-11-20T09:30:00"], "--published is no time"),
        (["a.csv", "--edition", "../x"], "no name of an edition"),
        (["a.csv", "--edition", "ward99", "--areas", "AREAS"], "has no edition"),
        ([], "Missing argument"),
    ],
)
def test_wrong_use_is_told(
    tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    street(tmp_path, ROBBERY)
    shipped = Path(__file__).parents[3] / "deploy" / "areas" / "warwickshire.yaml"
    given = [str(shipped) if one == "AREAS" else one for one in arguments]
    code, _, err = run(*given, "--out", "out.jsonl")
    assert code == 2
    assert words in err
    assert not Path("out.jsonl").exists()


def test_no_file_is_written_over_itself(tmp_path: Path, run: Any) -> None:
    path = street(tmp_path, ROBBERY)
    code, _, err = run(path, "--out", path)
    assert code == 2
    assert "one of the files to read" in err
    assert path.read_text().startswith("Crime ID")


def test_a_header_alone_gives_an_empty_file(tmp_path: Path, run: Any) -> None:
    out = tmp_path / "out.jsonl"
    code, said, _ = run(street(tmp_path), "--out", out)
    assert code == 0
    assert said.startswith("0 rows read")
    assert out.read_bytes() == b""


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path, run: Any) -> None:
    plain, other = tmp_path / "plain.jsonl", tmp_path / "other.jsonl"
    assert run(street(tmp_path, ROBBERY, ASB), "--out", plain)[0] == 0
    text = "\ufeff" + (HEADER + ROBBERY + "\n" + ASB).replace("\n", "\r\n")
    (tmp_path / "b.csv").write_bytes(text.encode())
    assert run(tmp_path / "b.csv", "--out", other)[0] == 0
    assert plain.read_bytes() == other.read_bytes()
