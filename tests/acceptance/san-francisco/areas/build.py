"""Makes the lookup and the boundaries of San Francisco from the published records themselves.

No boundary file of the city was at hand, so places are half-kilometre cells of a grid. A cell's
neighbourhood is the one that most of its records name, a neighbourhood's police district likewise,
so that places nest. Cells with one record are left out: that record then has no place, as some in
any city have none. No record is copied: only names, majorities and centres.

    python build.py FOLDER_OF_THE_TWO_FILES

Source: DataSF, City and County of San Francisco: police incident reports and fire department calls
for service of 2018 (Public Domain Dedication and License).
"""

import csv
import gzip
import json
import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).parent
WEST, SOUTH, WIDE, HIGH = -122.52, 37.70, 0.006, 0.005
LEAST = 2
COLUMNS = (
    *("edition", "code", "name", "local_name", "msoa", "ward", "district", "csp", "county"),
    *("ciog", "population", "lon", "lat"),
)
CITY = "SF"
AREA_OF = {
    "Central": "bay",
    "Southern": "bay",
    "Tenderloin": "bay",
    "Northern": "bay",
    "Mission": "hills",
    "Bayview": "hills",
    "Ingleside": "hills",
    "Park": "ocean",
    "Richmond": "ocean",
    "Taraval": "ocean",
}
"""The made-up CIOG areas: ten police districts in three groups."""
SAME = {"USF": "Lone Mountain/USF"}


def slug(name: str) -> str:
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")


def records(folder: Path):
    for path in sorted(folder.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if "Latitude" in row:
                    point = (row["Latitude"], row["Longitude"])
                    name, district = row["Analysis Neighborhood"], row["Police District"]
                else:
                    point = tuple(row["Location"].strip("()").split(","))
                    name, district = row["Neighborhooods - Analysis Boundaries"], ""
                if len(point) == 2 and all(part.strip() for part in point) and name:
                    known = district if district in AREA_OF else ""
                    yield float(point[1]), float(point[0]), SAME.get(name, name), known


def most(counts: Counter) -> str:
    return min(counts, key=lambda name: (-counts[name], name))


def main(folder: Path) -> None:
    cells, districts, at = defaultdict(Counter), defaultdict(Counter), defaultdict(list)
    for lon, lat, name, district in records(folder):
        cells[int((lat - SOUTH) / HIGH), int((lon - WEST) / WIDE)][name] += 1
        if district:
            districts[name][district] += 1
    kept = {cell: most(names) for cell, names in cells.items() if names.total() >= LEAST}
    rows, features = [], []
    for (up, along), name in sorted(kept.items()):
        code = f"{CITY}-{up:02d}{along:02d}"
        west, south = round(WEST + along * WIDE, 4), round(SOUTH + up * HIGH, 4)
        east, north = round(west + WIDE, 4), round(south + HIGH, 4)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"code": code}, "geometry": shape})
        district = most(districts[name])
        centre = (round((west + east) / 2, 4), round((south + north) / 2, 4))
        at[name].append(centre)
        parents = (slug(name), "", slug(district), "", CITY, AREA_OF[district])
        rows.append(("lsoa-cell", code, code, f"{name} {code}", *parents, "", *centre))
    for name, centres in sorted(at.items()):
        district = most(districts[name])
        lon = round(math.fsum(one[0] for one in centres) / len(centres), 4)
        lat = round(math.fsum(one[1] for one in centres) / len(centres), 4)
        parents = (slug(name), "", slug(district), "", CITY, AREA_OF[district])
        rows.append(("msoa", slug(name), name, name, *parents, "", lon, lat))
    for district, area in sorted(AREA_OF.items()):
        parents = ("", "", slug(district), "", CITY, area)
        rows.append(("district", slug(district), district, district, *parents, "", "", ""))
    name = "San Francisco"
    rows.append(("county", CITY, name, name, "", "", "", "", CITY, "", "", "", ""))
    with (HERE / "lookup.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    collection = {"type": "FeatureCollection", "features": features}
    text = json.dumps(collection, separators=(",", ":"))
    (HERE / "cells.geojson").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
