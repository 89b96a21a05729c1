"""Areas files that would put one place in two areas, and files that are no areas at all."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cioghub.bootstrap import default_areas
from cioghub.errors import WrongUse
from cioghub.wire.areas import read_areas

from .conftest import ROOT, UNFORESEEN, Ciog, event, jsonl

FULL = next(
    (p / "shared" / "areas" for p in ROOT.parents if (p / "shared" / "areas").is_dir()), None
)
LOOKUP, SHAPES = "warwickshire-lookup.csv", "warwickshire-lsoa11.geojson"
Spoil = Callable[[Path], None]


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    """Return a copy of the shipped areas file, to be spoilt."""
    folder = tmp_path / "areas"
    shutil.copytree(default_areas().parent, folder)
    return folder / "warwickshire.yaml"


def edit(file: str, old: str, new: str) -> Spoil:
    def spoil(areas: Path) -> None:
        path = areas.parent / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return spoil


def yaml_of(old: str, new: str) -> Spoil:
    return edit("warwickshire.yaml", old, new)


def holding(file: str, content: bytes) -> Spoil:
    def spoil(areas: Path) -> None:
        (areas.parent / file).write_bytes(content)

    return spoil


def shapes(change: Callable[[list[dict[str, Any]]], object]) -> Spoil:
    def spoil(areas: Path) -> None:
        path = areas.parent / SHAPES
        whole = json.loads(path.read_text())
        change(whole["features"])
        path.write_text(json.dumps(whole))

    return spoil


def moved(by: float) -> Callable[[list[dict[str, Any]]], object]:
    def change(features: list[dict[str, Any]]) -> None:
        for polygon in features[0]["geometry"]["coordinates"]:
            for point in polygon:
                point[0] += by

    return change


def row(areas: Path, code: str) -> str:
    lines = (areas.parent / LOOKUP).read_text().splitlines()
    return next(line for line in lines if f",{code}," in line)


def second_parent(areas: Path) -> None:
    other = row(areas, "E01031005").replace(",north,", ",south,")
    assert other != row(areas, "E01031005")
    with (areas.parent / LOOKUP).open("a") as file:
        file.write(other + "\n")


def parent_with_two_parents(areas: Path) -> None:
    """Put one LSOA of a district into another CIOG: the district then lies in two."""
    old = row(areas, "E01031005")
    edit(LOOKUP, old, old.replace(",north,", ",south,"))(areas)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

SPOILT: dict[str, tuple[Spoil, str]] = {
    "two rows": (second_parent, "stands twice and differs"),
    "a parent with two": (parent_with_two_parents, "lies in two places of the level ciog"),
    "one shape moved": (shapes(moved(0.01)), "E01031005 and E0103"),
    "one shape moved a little": (shapes(moved(0.0005)), "overlap"),
    "two same shapes": (
        shapes(lambda all: all[0].update(geometry=all[1]["geometry"])),
        "the boundaries of E01031005 and E01031006 overlap",
    ),
    "one code twice": (shapes(lambda all: all.append(all[0])), "E01031005 has two shapes"),
    "a shape of no place": (
        shapes(lambda all: all[0]["properties"].update(code="E01999999")),
        "`E01999999`, is no place",
    ),
    "a code that is a number": (
        shapes(lambda all: all[0]["properties"].update(code=7)),
        "is no text",
    ),
    "a shape that is a line": (
        shapes(lambda all: all[0]["geometry"].update(type="LineString")),
        "the shape of E01031005 is no Polygon",
    ),
    "a shape of metres": (shapes(moved(430_000)), "degrees"),
    "a shape of texts": (
        shapes(lambda all: all[0]["geometry"].update(coordinates=[[["a", "b"]] * 4])),
        "degrees",
    ),
    "a shape of two points": (
        shapes(lambda all: all[0]["geometry"].update(coordinates=[[[0, 0], [1, 1]]])),
        "closed rings",
    ),
    "a shape of nothing": (
        shapes(lambda all: all[0]["geometry"].update(coordinates=[[[1, 1]] * 4])),
        "covers nothing",
    ),
    "no geometry": (shapes(lambda all: all[0].update(geometry=None)), "no Polygon"),
    "no shapes": (shapes(lambda all: all.clear()), "holds no shapes"),
    "no features": (holding(SHAPES, b"{}"), "FeatureCollection"),
    "no JSON": (holding(SHAPES, b"<kml>"), "FeatureCollection"),
    "deep JSON": (holding(SHAPES, b"[" * 100_000), "FeatureCollection"),
    "no boundaries file": (lambda areas: (areas.parent / SHAPES).unlink(), "There is no file"),
    "no lookup": (lambda areas: (areas.parent / LOOKUP).unlink(), "There is no file"),
    "no column": (edit(LOOKUP, ",ciog,", ",area,"), "the column `ciog` is missing"),
    "a column twice": (edit(LOOKUP, ",local_name,", ",name,"), "`local_name` is missing"),
    "a short row": (edit(LOOKUP, ",north,", ","), "values where the header has"),
    "a row of NUL": (edit(LOOKUP, ",north,", ",no\0rth,"), "line"),
    "a far longitude": (edit(LOOKUP, ",-1.", ",-181."), "must be numbers"),
    "an empty lookup": (holding(LOOKUP, b""), "is missing"),
    "a lookup in UTF-16": (holding(LOOKUP, "edition".encode("utf-16")), "not UTF-8"),
    "an unknown CIOG": (edit(LOOKUP, ",north,", ",west,"), "names no CIOG"),
    "a Tuesday": (yaml_of("2025-01-06", "2025-01-07"), "not a Monday"),
    "no day": (yaml_of("2025-01-06", "soon"), "fortnight_anchor"),
    "no zone": (yaml_of("Europe/London", "Europe/Camelot"), "no zone"),
    "a folder as zone": (yaml_of("Europe/London", "Europe"), "no zone"),
    "a path as zone": (yaml_of("Europe/London", "../../etc/passwd"), "no zone"),
    "a list as zone": (yaml_of("Europe/London", "[a]"), "`timezone` is no text"),
    "an unknown key": (yaml_of("partnership:", "partner: x\npartnership:"), "`partner`"),
    "a key twice": (yaml_of("partnership:", "timezone: UTC\npartnership:"), "stands twice"),
    "an alias": (
        yaml_of("partnership: Warwickshire", "partnership: &a W\noutside: *a"),
        "an alias",
    ),
    "a bomb": (holding("warwickshire.yaml", BOMB.encode()), "an alias"),
    "deep YAML": (holding("warwickshire.yaml", b"a: " + b"[" * 20_000), "line 1|deeply"),
    "a YAML of NUL": (holding("warwickshire.yaml", b"\0"), "not YAML"),
    "a YAML in Latin-1": (
        holding("warwickshire.yaml", "partnership: é".encode("latin-1")),
        "UTF-8",
    ),
    "an empty YAML": (holding("warwickshire.yaml", b""), "one mapping"),
    "levels as text": (yaml_of("levels: [lsoa, msoa,", "levels: lsoa\nx: ["), "`x`|no list"),
    "an edition of nothing": (
        yaml_of("lsoa11: {lookup: warwickshire-lookup.csv,", "lsoa11: {"),
        "lookup",
    ),
    "an unknown edition": (yaml_of("  csp: {", "  street: {"), "no known level"),
    "a lookup as list": (
        yaml_of("csp: {lookup: warwickshire-lookup.csv}", "csp: {lookup: [a]}"),
        "lookup",
    ),
    "a CIOG twice": (yaml_of("id: east", "id: north"), "stands twice"),
    "a CIOG as list": (yaml_of("id: east", "id: [east]"), "needs an id"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_areas_are_refused_and_what_is_wrong_is_named(areas: Path, name: str) -> None:
    spoil, words = SPOILT[name]
    spoil(areas)
    with pytest.raises(WrongUse, match=words):
        read_areas(areas)


@pytest.mark.parametrize("name", ["two rows", "one shape moved", "a Tuesday", "a bomb"])
def test_every_command_refuses_them_as_wrong_use(
    ciog: Ciog, areas: Path, tmp_path: Path, name: str
) -> None:
    SPOILT[name][0](areas)
    (tmp_path / "events.jsonl").write_bytes(jsonl(event()))
    out = tmp_path / "out"
    for arguments in (
        ("replay", tmp_path / "events.jsonl", "--out", out, "--areas", areas),
        ("rules", "check", ROOT / "deploy" / "sharing-rules", "--areas", areas),
        (
            "simulate",
            "--seed",
            1,
            "--from",
            "2026-01-05",
            "--days",
            1,
            "--out",
            out,
            "--areas",
            areas,
        ),
    ):
        done = ciog(*arguments)
        assert done.code == 2
        assert UNFORESEEN not in done.err
        assert str(areas.parent) in done.err
    assert not out.exists()


def test_shared_borders_and_slivers_are_no_overlap(areas: Path) -> None:
    shapes(moved(0.000001))(areas)
    read_areas(areas)


@pytest.mark.skipif(FULL is None, reason="the full areas of the partners are not here")
def test_the_full_areas_pass_quickly() -> None:
    assert FULL is not None
    read_areas(default_areas())
    began = time.process_time()
    read_areas(FULL / "warwickshire.yaml")
    assert time.process_time() - began < 1


def test_an_areas_file_without_boundaries_draws_pictures_without_a_map(
    ciog: Ciog, areas: Path, tmp_path: Path
) -> None:
    yaml_of(f", boundaries: {SHAPES}", "")(areas)
    (tmp_path / "events.jsonl").write_bytes(jsonl(event()))
    done = ciog("replay", tmp_path / "events.jsonl", "--out", tmp_path / "out", "--areas", areas)
    assert done.code == 0
