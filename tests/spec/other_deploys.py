"""Writes what another partnership could deploy: other code lists, and areas with gaps."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import yaml

from spec.drawn import AREAS, LISTS


def write_other_lists(folder: Path) -> Path:
    """Write code lists in which floors, lanes and dates stand where the shipped ones have none."""
    made = folder / "code-lists"
    shutil.copytree(LISTS, made)
    changed = {
        ("settings", "dwelling"): {"geography_floor": "district"},
        ("settings", "street"): {"geography_floor": "msoa"},
        ("settings", "online"): {"lane": "anonymised"},
        ("weapons", "handgun"): {"hub_category": "sexual", "geography_floor": ""},
        ("weapons", "body-part"): {"hub_category": "asb", "valid_to": "2025-10-26"},
        ("age_bands", "under-10"): {"geography_floor": "county"},
        ("police_offence_codes", "8N"): {"geography_floor": "ward", "lane": ""},
    }
    for name in {name for name, _ in changed}:
        path = made / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row.update(changed.get((name, row["code"]), {}))
        extra = [
            dict(row, valid_from="2025-10-27", valid_to="", hub_category="knife")
            for row in rows
            if name == "weapons" and row["code"] == "body-part"
        ]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows([*rows, *extra])
    return made


LOOKUP = "edition,code,name,local_name,msoa,ward,district,csp,county,ciog,population,lon,lat"
_COUNTY = "E10000031"
_CSP = {
    "E07000218": ("E22000319", "north"),
    "E07000219": ("E22000320", "north"),
    "E07000220": ("E22000321", "east"),
    "E07000221": ("E22000359", "south"),
    "E07000222": ("E22000359", "south"),
}


def _lookup_rows() -> Iterator[str]:
    """Yield places with every kind of gap: parents that are not known, at each level."""

    def row(edition: str, code: str, *parents: str) -> str:
        return ",".join([edition, code, code, code, *parents, "1500,-1.5,52.3"])

    for n, (district, (csp, ciog)) in enumerate(_CSP.items()):
        msoa, ward = f"E0200647{n}", f"E0500745{n}"
        whole = (district, csp, _COUNTY, ciog)
        yield row("lsoa21", f"E0103100{n}", msoa, ward, *whole)
        yield row("lsoa11", f"E0103110{n}", msoa, "", *whole)
        yield row("lsoa21", f"E0103120{n}", "", ward, *whole)
        yield row("msoa", msoa, msoa, "", *whole)
        yield row("ward", ward, "", ward, *whole)
        yield row("district", district, "", "", *whole)
        if csp != "E22000359":
            yield row("csp", csp, "", "", *whole)
    yield row("csp", "E22000359", "", "", "", "E22000359", _COUNTY, "south")
    yield row("county", _COUNTY, "", "", "", "", _COUNTY, "")
    yield row("lsoa21", "E01031301", "E02006470", "", "", "E22000319", _COUNTY, "north")
    yield row("lsoa21", "E01031302", "", "", "", "", _COUNTY, "")
    yield row("lsoa11", "E01031303", "", "", "", "", "", "")
    yield row("ward", "E05007499", "", "E05007499", "", "", _COUNTY, "")


def write_gappy_areas(folder: Path) -> Path:
    """Write an areas file of a few places, with wards and with parents that are not known."""
    (folder / "lookup.csv").write_text("\n".join([LOOKUP, *_lookup_rows()]) + "\n")
    editions = ["lsoa21", "lsoa11", "msoa", "ward", "district", "csp", "county"]
    values = yaml.safe_load(AREAS.read_text(encoding="utf-8"))
    del values["outside"]
    values["editions"] = {name: {"lookup": "lookup.csv"} for name in editions}
    values["levels"] = ["lsoa", "msoa", "ward", "district", "csp", "ciog", "county"]
    path = folder / "areas.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False))
    return path


def places_of(areas: Path) -> list[tuple[str, str]]:
    """Return (edition, code) of every place of an areas file."""
    found = []
    editions = yaml.safe_load(areas.read_text(encoding="utf-8"))["editions"]
    for lookup in dict.fromkeys(one["lookup"] for one in editions.values()):
        with (areas.parent / lookup).open(encoding="utf-8", newline="") as file:
            found += [(row["edition"], row["code"]) for row in csv.DictReader(file)]
    return [place for place in found if place[0] in editions]
