"""Measures the identifier screen: false refusals, misses and speed. Prints tables.

Run it: `python tests/benchmarks/screen_figures.py [--ids N] [--planted N] [--seed N]`.
Everything is drawn from the seed; nothing is random between two runs.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import string
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter
from zoneinfo import ZoneInfo

import orjson
from tests.benchmarks.screen_plants import (
    CONSONANTS,
    DIGITS,
    FORMS,
    PLANTS,
    chi_number,
    misses,
    pick,
    some,
)

from cioghub.simulate.stream import Settings, Simulation
from cioghub.steps.publish.police_uk import CATEGORY_LIST, StreetEvents, StreetRow, Unfit
from cioghub.steps.validate.screen import find_identifiers
from cioghub.wire.areas import read_areas
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.shipped import deploy_folder
from cioghub.wire.street_files import read_street_file

SHARED = Path(__file__).parents[3] / "shared" / "data"

# --- ids that agencies use -----------------------------------------------------------------------

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE62 = string.digits + string.ascii_letters
_FIRST = datetime(2014, 1, 1, tzinfo=UTC)


def _day(rng: Random) -> datetime:
    return _FIRST + timedelta(seconds=rng.randrange(16 * 365 * 86_400))


def _hex(rng: Random, size: int) -> str:
    return pick(rng, "0123456789abcdef", size)


OPAQUE: dict[str, Callable[[Random, int], str]] = {
    "police-2026-01-000123": lambda r, i: f"police-{_day(r):%Y-%m}-{i:06d}",
    "wmp-2025-07-0001234": lambda r, i: f"wmp-{_day(r):%Y-%m}-{i:07d}",
    "2025-07-1234": lambda r, i: f"{_day(r):%Y-%m}-{i % 9000}",
    "fire:INC-2025-004512": lambda r, i: f"fire:INC-{_day(r):%Y}-{i:06d}",
    "row number": lambda r, i: str(i),
    "row number, ten places": lambda r, i: f"{i:010d}",
    "row number, twelve places": lambda r, i: f"{i:012d}",
    "year and six places": lambda r, i: f"{_day(r):%Y}{i % 1_000_000:06d}",
    "day and serial": lambda r, i: f"{_day(r):%Y%m%d}-{i % 10_000:04d}",
    "serial and day": lambda r, i: f"{i % 1_000_000:06d}-{_day(r):%d%m%Y}",
    "station, log, day": lambda r, i: f"{r.randrange(100):02d}/{i % 100_000}/{_day(r):%y}",
    "log of day": lambda r, i: f"log-{i % 9999}-of-{_day(r):%d-%m-%y}",
    "20BW/123456A/25": lambda r, i: f"20{pick(r, CONSONANTS, 2)}/{i % 1_000_000:06d}/{_day(r):%y}",
    "CAD 252120123": lambda r, i: f"{_day(r):%y%j}{i % 10_000:04d}",
    "time stamp": lambda r, i: f"{_day(r):%Y-%m-%dT%H:%M:%S}Z/{i % 100}",
    "time stamp, joined": lambda r, i: f"{_day(r):%Y%m%d%H%M%S}-{i % 1000}",
    "time stamp, to microseconds": lambda r, i: f"{_day(r):%Y%m%dT%H%M%S}{i % 1_000_000:06d}",
    "seconds since 1970": lambda r, i: str(1_704_000_000 + r.randrange(190_000_000)),
    "milliseconds since 1970": lambda r, i: f"evt_{1_400_000_000_000 + r.randrange(10**11 * 4)}",
    "UUID": lambda r, i: str(uuid.UUID(int=r.getrandbits(128), version=4)),
    "UUID with word": lambda r, i: f"ed:{uuid.UUID(int=r.getrandbits(128), version=4)}",
    "UUID without dashes": lambda r, i: _hex(r, 32),
    "UUID and part": lambda r, i: f"{uuid.UUID(int=r.getrandbits(128), version=4)}-{i % 9}",
    "hash, 64 hex": lambda r, i: _hex(r, 64),
    "hash, 40 hex, with word": lambda r, i: f"sha1:{_hex(r, 40)}",
    "24 hex": lambda r, i: _hex(r, 24),
    "16 hex": lambda r, i: _hex(r, 16),
    "ULID": lambda r, i: "01" + pick(r, _CROCKFORD, 24),
    "26 base32": lambda r, i: pick(r, "abcdefghijklmnopqrstuvwxyz234567", 26),
    "27 base62": lambda r, i: pick(r, _BASE62, 27),
    "21 letters, digits, _ and -": lambda r, i: pick(r, _BASE62 + "_-", 21),
    "22 base64url": lambda r, i: pick(r, _BASE62 + "_-", 22),
    "snowflake": lambda r, i: str(1_100_000_000_000_000_000 + r.getrandbits(58)),
    "ED attendance": lambda r, i: f"RJC-ED-{i % 10**7:07d}",
    "area, month, row": lambda r, i: f"E010{some(r, 5)}-{_day(r):%Y%m}-{i % 999:03d}",
    "school suspension": lambda r, i: f"937/{some(r, 4)}/{_day(r):%Y-%m}/S{i % 500:03d}",
}
AWKWARD: dict[str, Callable[[Random, int], str]] = {
    "district and category, cv21-asb-00012": lambda r, i: f"cv{r.randrange(1, 24)}-asb-{i:05d}",
    "any ten digits": lambda r, i: some(r, 10),
    "ten digits that grow by one": lambda r, i: str(4_100_000_000 + i),
    "any eleven digits": lambda r, i: some(r, 11),
    "any sixteen digits": lambda r, i: some(r, 16),
    "letter and twelve digits": lambda r, i: rng_letter(r) + some(r, 12),
    "eight digits and a letter": lambda r, i: some(r, 8) + rng_letter(r),
    "two letters, six digits, letter": lambda r, i: (
        rng_letter(r) + rng_letter(r) + some(r, 6) + rng_letter(r)
    ),
    "five of a-z, 0-9": lambda r, i: pick(r, string.ascii_lowercase + DIGITS, 5),
    "six of a-z, 0-9": lambda r, i: pick(r, string.ascii_lowercase + DIGITS, 6),
    "seven of a-z, 0-9": lambda r, i: pick(r, string.ascii_lowercase + DIGITS, 7),
    "eight of a-z, 0-9": lambda r, i: pick(r, string.ascii_lowercase + DIGITS, 8),
    "ten of a-z, 0-9": lambda r, i: pick(r, string.ascii_lowercase + DIGITS, 10),
    "short hash, seven hex": lambda r, i: _hex(r, 7),
    "short hash, eight hex": lambda r, i: _hex(r, 8),
    "short hash, ten hex": lambda r, i: _hex(r, 10),
    "short hash, twelve hex": lambda r, i: _hex(r, 12),
}


def rng_letter(rng: Random) -> str:
    """Return one capital letter."""
    return rng.choice(string.ascii_uppercase)


def refused(ids: Iterable[str]) -> tuple[int, int, Counter[str]]:
    """Return how many ids there were, how many were refused, and as holding what."""
    many, bad, kinds = 0, 0, Counter[str]()
    for one in ids:
        many += 1
        if found := find_identifiers(one):
            bad += 1
            kinds.update(found)
    return many, bad, kinds


def simulated(
    styles: dict[str, Callable[[Random, int], str]], name: str, many: int, seed: int
) -> Iterator[str]:
    """Yield that many ids of one style."""
    rng, make = Random(f"{seed}:{name}"), styles[name]
    return (make(rng, i) for i in range(1, many + 1))


# --- real ids ------------------------------------------------------------------------------------


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def real_ids() -> Iterator[tuple[str, Iterator[str]]]:
    """Yield each kind of real id in the shared data with its values."""
    police = sorted(SHARED.glob("police/street/*/*.csv.gz"))
    others = SHARED / "police" / "other-forces-in-warwickshire.csv.gz"
    yield (
        "police files, month and row",
        (f"{row['Month']}-{n}" for path in police for n, row in enumerate(_rows(path), 1)),
    )
    yield "police files, id as imported", (id for id, _ in _imported([*police, others]))
    yield "police files, source as imported", (source for _, source in _imported([*police, others]))
    yield (
        "police files, Crime ID",
        (row["Crime ID"] for path in [*police, others] for row in _rows(path) if row["Crime ID"]),
    )
    for folder, file, columns in (
        ("fire", "lfb-animal-special-service-incidents-2009-on", ("IncidentNumber",)),
        (
            "us-san-francisco",
            "sfpd-incident-reports-2018-12-01_2018-12-21",
            ("Row ID", "Incident ID", "Incident Number", "CAD Number"),
        ),
        (
            "us-san-francisco",
            "sffd-calls-for-service-2018-01-01_2018-12-21",
            ("Call Number", "Incident Number", "RowID"),
        ),
    ):
        for column in columns:
            path = SHARED / folder / f"{file}.csv.gz"
            yield (
                f"{file.split('-')[0]}, {column}",
                (row[column] for row in _rows(path) if row[column]),
            )


def _imported(files: list[Path]) -> Iterator[tuple[str, str]]:
    """Yield id and source of every event that `ciog import police-uk` makes of these files."""
    listed = read_code_lists(deploy_folder() / "code-lists").get(CATEGORY_LIST)
    codes = {row.label: row.code for row in listed.rows()} if listed else {}
    events = StreetEvents(ZoneInfo("Europe/London"), "lsoa21", codes)
    for path in files:
        for number, _, cells, _ in read_street_file(path):
            if cells is not None:
                made = events.event(StreetRow(number, *cells[1:]))
                if not isinstance(made, Unfit):
                    yield made["id"], made["source"]


# --- events of the simulator ---------------------------------------------------------------------

_LINES_IN_NINETY_DAYS = 12_000
"""A little under what ninety days at the ordinary rate give, so that enough are made."""


def simulated_events(many: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield id and source of that many lines of `ciog simulate`, twins and control included."""
    areas = read_areas(deploy_folder() / "areas" / "warwickshire.yaml")
    rate = max(1.0, many / _LINES_IN_NINETY_DAYS)
    run = Simulation(areas, Settings(seed, date(2026, 1, 5), 90, rate))
    lines = (line for part in run.lines() for line in part.splitlines())
    for line in islice(lines, many):
        event = orjson.loads(line)
        yield event["id"], event["source"]


# --- report --------------------------------------------------------------------------------------


def _rate(many: int, bad: int) -> str:
    return f"{bad:>8,} of {many:>9,}   {1e4 * bad / max(many, 1):8.2f} in 10,000"


def _report_refusals(title: str, rows: Iterable[tuple[str, Iterable[str]]]) -> None:
    print(f"\n{title}")
    total, worst = 0, 0
    for name, ids in rows:
        many, bad, kinds = refused(ids)
        total, worst = total + many, worst + bad
        print(f"  {name:<38}{_rate(many, bad)}   {dict(kinds) if kinds else ''}")
    print(f"  {'all':<38}{_rate(total, worst)}")


def _speed() -> None:
    print("\nMicroseconds an id, by style")
    for name in OPAQUE:
        ids = list(simulated(OPAQUE, name, 5_000, 7))
        start = perf_counter()
        for one in ids:
            find_identifiers(one)
        print(f"  {name:<38}{(perf_counter() - start) / len(ids) * 1e6:6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ids", type=int, default=1_000_000)
    parser.add_argument("--planted", type=int, default=400, help="of each kind in each form")
    parser.add_argument("--seed", type=int, default=2025)
    asked = parser.parse_args()
    print("Misses on planted identifiers")
    for kind in PLANTS:
        parts, all_many, all_missed = [], 0, 0
        for form in FORMS:
            many, missed = misses(kind, form, asked.planted, asked.seed)
            all_many, all_missed = all_many + many, all_missed + missed
            if missed:
                parts.append(f"{form}: {missed} of {many}")
        print(f"  {kind:<20}{all_missed:>6} of {all_many:>7,}   {'; '.join(parts)}")
    rng = Random(asked.seed)
    many = 20_000
    scottish = ("".join(chi_number(rng)) for _ in range(many))
    missed = sum("nhs-number" not in find_identifiers(text) for text in scottish)
    print(f"  {'Scottish numbers':<20}{missed:>6} of {many:>7,}   (read as dates)")
    if SHARED.exists():
        _report_refusals("False refusals, real ids", real_ids())
    _report_refusals(
        "False refusals, events of the simulator",
        (
            (name, (event[at] for event in simulated_events(asked.ids, asked.seed)))
            for at, name in enumerate(("id", "source"))
        ),
    )
    each = asked.ids // len(OPAQUE)
    _report_refusals(
        "False refusals, simulated opaque ids",
        ((name, simulated(OPAQUE, name, each, asked.seed)) for name in OPAQUE),
    )
    _report_refusals(
        "Refused by base rate: ids that have the form of an identifier",
        ((name, simulated(AWKWARD, name, 20_000, asked.seed)) for name in AWKWARD),
    )
    _speed()


if __name__ == "__main__":
    main()
