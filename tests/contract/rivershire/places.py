"""Rivershire's places and code lists: two CIOGs, three districts, offences of its own."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[3]

AREAS = """\
partnership: Rivershire
timezone: Europe/London
editions:
  lsoa21: {lookup: places.csv}
  msoa: {lookup: places.csv}
  ward: {lookup: places.csv}
  district: {lookup: places.csv}
  county: {lookup: places.csv}
levels: [lsoa, msoa, ward, district, csp, ciog, county]
calendar: {fortnight_anchor: 2024-01-01, freeze_after_days: 3}
outside: neighbours.csv
ciog:
  - {id: upper, name: Upper, aliases: [], chair: chair-upper}
  - {id: lower, name: Lower, aliases: [], chair: chair-lower}
"""

PLACES = [
    # lsoa, msoa, ward, district, csp, ciog
    ("R01000001", "R02000001", "R05000001", "R07000001", "R22000001", "upper"),
    ("R01000002", "R02000001", "R05000001", "R07000001", "R22000001", "upper"),
    ("R01000003", "R02000002", "R05000002", "R07000002", "R22000001", "upper"),
    ("R01000004", "R02000003", "R05000003", "R07000003", "R22000002", "lower"),
    # A small area whose MSOA is not derivable.
    ("R01000005", "", "R05000003", "R07000003", "R22000002", "lower"),
]

OFFENCES = [
    # code, hub category, lane, floor, from, to
    ("K1", "knife", "pseudonymised", "lsoa", "", ""),
    ("K2", "knife", "pseudonymised", "msoa", "", ""),
    ("K3", "firearm", "pseudonymised", "ward", "", ""),
    ("V1", "violence-injury", "pseudonymised", "lsoa", "", ""),
    ("V7", "violence-no-injury", "pseudonymised", "county", "", ""),
    ("A1", "asb", "anonymised", "lsoa", "", ""),
    ("DA", "domestic-abuse", "pseudonymised", "lsoa", "", ""),
    ("SX", "sexual", "pseudonymised", "", "", ""),
    ("MX", "violence-no-injury", "pseudonymised", "lsoa", "", ""),
    ("CO", "context-only", "", "lsoa", "", ""),
    ("EX", "excluded", "", "", "", ""),
    ("UN", "", "", "", "", ""),
    ("OLD", "robbery", "pseudonymised", "lsoa", "2020-01-01", "2025-06-30"),
    ("NEW", "robbery", "pseudonymised", "lsoa", "2025-07-01", ""),
    ("TURN", "robbery", "pseudonymised", "lsoa", "", "2025-06-30"),
    ("TURN", "knife", "pseudonymised", "district", "2025-07-01", ""),
    ("604", "asb", "", "lsoa", "", ""),
    ("007", "drugs", "", "lsoa", "", ""),
    ("10", "missing", "", "lsoa", "", ""),
]


LOOKUP = "edition,code,name,local_name,msoa,ward,district,csp,county,ciog,population,lon,lat"
LISTED = "code,label,hub_category,severity,lane,geography_floor,valid_from,valid_to,status,source"


def write_areas(folder: Path, **lines: str) -> Path:
    """Write the areas file and what it names; each of `lines` replaces a line by its key."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = set()
    for lsoa, msoa, ward, district, csp, ciog in PLACES:
        above = (district, csp, "R10", ciog)
        rows.add(("lsoa21", lsoa, lsoa, "", msoa, ward, *above, "1500", "-1.5", "52.2"))
        rows.add(("ward", ward, ward, "", "", ward, *above, "", "", ""))
        rows.add(("district", district, district, "", "", "", *above, "", "", ""))
        if msoa:
            rows.add(("msoa", msoa, msoa, "", msoa, "", *above, "", "", ""))
    rows.add(("county", "R10", "Rivershire", *[""] * 5, "R10", *[""] * 4))
    _write_csv(folder / "places.csv", LOOKUP, sorted(rows))
    (folder / "neighbours.csv").write_text("code,name\nS01000001,Seashire\n")
    kept = [one for one in AREAS.splitlines() if one.partition(":")[0] not in lines]
    made = [*kept, *(f"{key}: {line}" for key, line in lines.items() if line)]
    (folder / "areas.yaml").write_text("\n".join(made) + "\n")
    return folder / "areas.yaml"


def write_lists(folder: Path) -> Path:
    """Write the code lists: the shipped ones, Rivershire's offences, and their flags."""
    shutil.copytree(ROOT / "deploy" / "code-lists", folder)
    rows = [
        (code, code, category, "", lane, floor, first, last, "confirmed", "Rivershire")
        for code, category, lane, floor, first, last in OFFENCES
    ]
    _write_csv(folder / "river_offences.csv", LISTED, rows)
    with (folder / "flags.csv").open("a") as file:
        file.write("river_offences,MX,mixed,holds domestic abuse\n")
    return folder


def _write_csv(path: Path, columns: str, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns.split(","), *rows])
