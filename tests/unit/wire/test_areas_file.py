"""Areas files: the shipped one is right, and what would put a place in two areas is refused."""

import csv
from pathlib import Path

import pytest

from cioghub.errors import WrongUse
from cioghub.wire.areas import read_areas

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "deploy" / "areas" / "warwickshire.yaml"
FULL = ROOT.parent / "shared" / "areas"
HEADER = "edition,code,name,local_name,msoa,ward,district,csp,county,ciog,population,lon,lat\n"


def test_the_shipped_areas_hold_all_of_warwickshire() -> None:
    areas = read_areas(SHIPPED)
    assert len(areas.places("lsoa11")) == 339
    assert len(areas.places("msoa")) == 66
    assert {place.ciog for place in areas.places("lsoa11")} == {"north", "east", "south"}
    lsoa = areas.place("lsoa11", "E01031005")
    assert lsoa is not None
    assert areas.coarsen(lsoa, "msoa") == "E02006472"
    assert areas.coarsen(lsoa, "ward") == "E07000218"


@pytest.mark.skipif(not FULL.is_dir(), reason="the full areas of the partners are not here")
def test_the_shipped_lookup_agrees_with_the_published_one() -> None:
    def parents(path: Path) -> dict:
        with path.open(newline="") as file:
            return {
                row["code"]: [row[c] for c in ("name", "msoa", "district", "csp", "ciog")]
                for row in csv.DictReader(file)
                if row["edition"] == "lsoa11"
            }

    shipped = parents(SHIPPED.parent / "warwickshire-lookup.csv")
    assert shipped == parents(FULL / "warwickshire-lookup.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lookup.csv").write_text(HEADER + "lsoa11,L1,N,N,M1,,D1,C1,K,north,,,\n")
    (tmp_path / "areas.yaml").write_text(
        "partnership: P\ntimezone: Europe/London\n"
        "editions: {lsoa11: {lookup: lookup.csv}}\nlevels: [lsoa]\n"
        "calendar: {fortnight_anchor: 2025-01-06, freeze_after_days: 2}\n"
        "ciog: [{id: north, name: North}]\n"
    )
    return tmp_path


def test_a_small_areas_file_is_enough(folder: Path) -> None:
    areas = read_areas(folder / "areas.yaml")
    assert areas.calendar.freeze_after_days == 2
    assert areas.tray("L2") == "unknown"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("lsoa11,L1,N,N,M2,,D1,C1,K,north,,,", "two parents"),
        ("lsoa11,L2,N,N,M2,,D1,C1,K,west,,,", "names no CIOG"),
        ("lsoa11,L2,N,N,M2,,D1,C1,K,north,many,,", "numbers"),
        ("lsoa11,L2,N,N", "columns"),
    ],
)
def test_a_bad_lookup_row_is_refused_with_its_line(folder: Path, row: str, words: str) -> None:
    with (folder / "lookup.csv").open("a") as file:
        file.write(row + "\n")
    with pytest.raises(WrongUse, match=f"line 3.*{words}|{words}"):
        read_areas(folder / "areas.yaml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2025-01-06", "2025-01-07", "not a Monday"),
        ("Europe/London", "Europe/Nowhere", "zone"),
        ("levels: [lsoa]", "levels: [street]", "unknown level"),
        ("levels: [lsoa]\n", "", "missing"),
        ("partnership: P", "partnership: P\npartner: Q", "not a key"),
        ("lookup: lookup.csv", "lookup: nowhere.csv", "no file"),
        ("lookup: lookup.csv", "lookup: lookup.csv, boundaries: none.geojson", "boundaries"),
        ("[{id: north, name: North}]", "[", "not YAML"),
    ],
)
def test_a_bad_areas_file_is_refused(folder: Path, old: str, new: str, words: str) -> None:
    text = (folder / "areas.yaml").read_text()
    assert old in text
    (folder / "areas.yaml").write_text(text.replace(old, new))
    with pytest.raises(WrongUse, match=words):
        read_areas(folder / "areas.yaml")
