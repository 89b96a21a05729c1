"""Measures the identifier screen: false refusals, misses and speed. Prints tables.

Run it: `python tests/benchmarks/screen_figures.py [--ids N] [--planted N] [--seed N]`.
Everything is drawn from the seed; nothing is random between two runs.
"""

from __future__ import annotations

import argparse
import base64
import csv
import gzip
import string
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter

from stdnum import luhn
from stdnum.gb import upn

from cioghub.steps.validate.screen import find_identifiers

SHARED = Path(__file__).parents[3] / "shared" / "data"
DIGITS = string.digits
LETTERS_23 = "ZABCDEFGHJKLMNPQRTUVWXY"
CONSONANTS = "BCDFGHJKLMNPRSTVWX"

# --- identifiers, each with its canonical groups -------------------------------------------------


def _n(rng: Random, size: int) -> str:
    return "".join(rng.choices(DIGITS, k=size))


def _pick(rng: Random, alphabet: str, size: int) -> str:
    return "".join(rng.choices(alphabet, k=size))


def nhs_number(rng: Random, first: str = "4679") -> list[str]:
    """Return an NHS number of England's issued ranges, or of the 9 that is kept for tests."""
    while True:
        digits = rng.choice(first) + _n(rng, 8)
        check = 11 - sum(w * int(d) for w, d in zip(range(10, 1, -1), digits, strict=True)) % 11
        if check != 10:
            digits += str(check % 11)
            return [digits[:3], digits[3:6], digits[6:]]


def chi_number(rng: Random) -> list[str]:
    """Return a Scottish number: the day of birth first."""
    while True:
        day = datetime(1930, 1, 1) + timedelta(days=rng.randrange(34_000))  # noqa: DTZ001
        digits = day.strftime("%d%m%y") + _n(rng, 3)
        check = 11 - sum(w * int(d) for w, d in zip(range(10, 1, -1), digits, strict=True)) % 11
        if check != 10:
            digits += str(check % 11)
            return [digits[:3], digits[3:6], digits[6:]]


def uln(rng: Random) -> list[str]:
    while True:
        digits = rng.choice("123456789") + _n(rng, 8)
        rest = sum(w * int(d) for w, d in zip(range(10, 1, -1), digits, strict=True)) % 11
        if rest:
            digits += str(10 - rest)
            return [digits[:3], digits[3:6], digits[6:]]


def pupil(rng: Random) -> list[str]:
    authority = rng.choice(["937", "331", "330", "334", "855", "941", "931"])
    school = rng.choice("234") + _n(rng, 3)
    number = authority + school + f"{rng.randrange(5, 26):02d}" + _n(rng, 2)
    number += rng.choice(DIGITS if rng.random() < 0.8 else "ABCDEFGHJKLMNPQRTUVWXYZ")
    return [upn.calc_check_digit(number), number[:3], number[3:7], number[7:9], number[9:]]


def national_insurance(rng: Random) -> list[str]:
    while True:
        prefix = rng.choice("ABCEGHJKLMNOPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ")
        if prefix[0] != "O" and prefix not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"):
            return [prefix, _n(rng, 2), _n(rng, 2), _n(rng, 2), rng.choice("ABCD")]


def pnc(rng: Random) -> list[str]:
    year, serial = str(rng.randrange(1965, 2026)), f"{rng.randrange(1, 700_000):07d}"
    return [year, "/", serial + LETTERS_23[int(year[2:] + serial) % 23]]


def cro(rng: Random) -> list[str]:
    year, serial = f"{rng.randrange(100):02d}", f"{rng.randrange(1, 500_000):06d}"
    return [serial, "/", year + LETTERS_23[int(year + serial) % 23]]


def arrest_summons(rng: Random) -> list[str]:
    year, force, system = f"{rng.randrange(5, 26):02d}", f"{rng.randrange(1, 64):02d}", "01"
    serial = f"{rng.randrange(1, 900_000):011d}"
    letter = LETTERS_23[int(force + system + year + serial) % 23]
    station = _pick(rng, string.ascii_uppercase, 2)
    return [year, "/", force + station, "/", system, "/", serial + letter]


def driver(rng: Random) -> list[str]:
    surname = _pick(rng, string.ascii_uppercase, rng.choice([3, 4, 5, 5, 5])).ljust(5, "9")
    month = rng.randrange(1, 13) + rng.choice([0, 50])
    born = f"{_n(rng, 1)}{month:02d}{rng.randrange(1, 29):02d}{_n(rng, 1)}"
    initials = rng.choice(string.ascii_uppercase) + rng.choice(string.ascii_uppercase + "9")
    return [surname, born, initials + "9" + _pick(rng, string.ascii_uppercase, 2)]


def mark(rng: Random) -> list[str]:
    age = rng.choice([*range(2, 27), *range(51, 76)])
    area = rng.choice("ABCDEFGHJKLMNOPRSVWY") + rng.choice("ABCDEFGHJKLMNOPRSTUVWXY")
    return [f"{area}{age:02d}", _pick(rng, "ABCDEFGHJKLMNOPRSTUVWXYZ", 3)]


def phone(rng: Random) -> list[str]:
    if rng.random() < 0.7:
        return ["07" + rng.choice("345789") + _n(rng, 2), _n(rng, 6)]
    if rng.random() < 0.5:
        return [rng.choice(["020", "024"]), rng.choice("3789") + _n(rng, 3), _n(rng, 4)]
    return [rng.choice(["01926", "01789", "01788", "01827"]), rng.choice("23456789") + _n(rng, 5)]


def email(rng: Random) -> list[str]:
    name = _pick(rng, string.ascii_lowercase, 6) + "." + _pick(rng, string.ascii_lowercase, 7)
    return [name + "@" + rng.choice(["gmail.com", "warwickshire.police.uk", "nhs.net", "sch.uk"])]


def postcode(rng: Random) -> list[str]:
    area, most = rng.choice([("CV", 47), ("B", 98), ("LE", 19), ("OX", 49), ("DY", 14), ("W", 14)])
    outward = area + str(rng.randrange(1, most + 1))
    if rng.random() < 0.1:
        outward = rng.choice(["EC1A", "SW1A", "W1A", "WC2H", "N1C", "SE1P"])
    return [outward, rng.choice(DIGITS) + _pick(rng, "ABDEFGHJLNPQRSTUWXYZ", 2)]


def card(rng: Random) -> list[str]:
    begin = rng.choice(["4" + _n(rng, 3), "51" + _n(rng, 2), "55" + _n(rng, 2), "2221", "6011"])
    body = begin + _n(rng, 11)
    digits = body + luhn.calc_check_digit(body)
    return [digits[:4], digits[4:8], digits[8:12], digits[12:]]


PLANTS: dict[str, Callable[[Random], list[str]]] = {
    "nhs-number": nhs_number,
    "upn": pupil,
    "uln": uln,
    "national-insurance": national_insurance,
    "pnc-id": pnc,
    "cro-number": cro,
    "arrest-summons": arrest_summons,
    "driver-number": driver,
    "vehicle-mark": mark,
    "phone": phone,
    "e-mail": email,
    "postcode": postcode,
    "payment-card": card,
}

# --- ways of writing one down --------------------------------------------------------------------

_CYRILLIC = str.maketrans("ABCEHIJKMOPSTXY", "АВСЕНІЈКМОРЅТХУ")  # noqa: RUF001
_GREEK = str.maketrans("ABEZHIKMNOPTYX", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")  # noqa: RUF001
_FULL_WIDTH = {c: c + 0xFEE0 for c in range(0x21, 0x7F)}


def _joined(groups: list[str], separator: str) -> str:
    return separator.join(g for g in groups if g != "/")


def _written(groups: list[str]) -> str:
    return "".join(groups)


def _percent(text: str) -> str:
    return "".join(f"%{ord(c):02X}" for c in text)


def _look_alike_digit(groups: list[str]) -> str | None:
    """Put O for the last nought, or l for the last one, where the grammar has digits."""
    text = _written(groups)
    if "@" in text or len(text) < 9:
        return None
    for digit, like in (("0", "O"), ("1", "l")):
        at = text.rfind(digit)
        if at > 0:
            return text[:at] + like + text[at + 1 :]
    return None


FORMS: dict[str, Callable[[list[str]], str | None]] = {
    "plain": _written,
    "small letters": lambda g: _written(g).lower(),
    "spaced in groups": lambda g: _joined(g, " "),
    "spaced out": lambda g: " ".join(_joined(g, "")) if "@" not in g[0] else None,
    "dotted": lambda g: _joined(g, ".") if "@" not in g[0] else None,
    "dashes": lambda g: _joined(g, "-"),
    "underscores": lambda g: _joined(g, "_"),
    "en dashes": lambda g: _joined(g, "\u2013"),
    "full width": lambda g: _written(g).translate(_FULL_WIDTH),
    "Cyrillic letters": lambda g: _written(g).translate(_CYRILLIC),
    "Greek letters": lambda g: _written(g).translate(_GREEK),
    "O for 0, l for 1": _look_alike_digit,
    "unseen characters": lambda g: "\u200b".join(_written(g)),
    "percent": lambda g: _percent(_written(g)),
    "percent twice": lambda g: _percent(_percent(_written(g))),
    "base64": lambda g: base64.b64encode(_written(g).encode()).decode(),
    "base64, no padding": lambda g: (
        base64.urlsafe_b64encode(_written(g).encode()).decode().rstrip("=")
    ),
    "base64 of spaced": lambda g: base64.b64encode(_joined(g, " ").encode()).decode().rstrip("="),
    "after a word, before a number": lambda g: f"case-{_written(g)}-07",
    "after a date": lambda g: f"2026-01-31:{_written(g)}/a",
    "grouped, after a word": lambda g: f"wmp/{_joined(g, '-')}_v2",
    "base64 between separators": lambda g: (
        "ref-" + base64.urlsafe_b64encode(_written(g).encode()).decode().rstrip("=") + "-1"
    ),
}

SHORT_BASE64 = 12
"""Base64 runs shorter than this are not decoded, so they are not planted."""


def planted(kind: str, form: str, many: int, seed: int) -> Iterator[str]:
    """Yield that many writings of a kind in a form; none where the form cannot apply."""
    rng = Random(f"{seed}:{kind}:{form}")
    for _ in range(many):
        text = FORMS[form](PLANTS[kind](rng))
        if text is None:
            continue
        if "base64" in form:
            run = text.removeprefix("ref-").removesuffix("-1")
            if len(run) < SHORT_BASE64:
                continue
        yield text


def misses(kind: str, form: str, many: int, seed: int) -> tuple[int, int]:
    """Return how many were planted and how many of them were not named as of their kind."""
    texts = list(planted(kind, form, many, seed))
    return len(texts), sum(kind not in find_identifiers(text) for text in texts)


# --- ids that agencies use -----------------------------------------------------------------------

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE62 = string.digits + string.ascii_letters
_FIRST = datetime(2014, 1, 1)  # noqa: DTZ001


def _day(rng: Random) -> datetime:
    return _FIRST + timedelta(seconds=rng.randrange(16 * 365 * 86_400))


def _hex(rng: Random, size: int) -> str:
    return _pick(rng, "0123456789abcdef", size)


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
    "20BW/123456A/25": lambda r, i: f"20{_pick(r, CONSONANTS, 2)}/{i % 1_000_000:06d}/{_day(r):%y}",
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
    "ULID": lambda r, i: "01" + _pick(r, _CROCKFORD, 24),
    "26 base32": lambda r, i: _pick(r, "abcdefghijklmnopqrstuvwxyz234567", 26),
    "27 base62": lambda r, i: _pick(r, _BASE62, 27),
    "21 letters, digits, _ and -": lambda r, i: _pick(r, _BASE62 + "_-", 21),
    "22 base64url": lambda r, i: _pick(r, _BASE62 + "_-", 22),
    "snowflake": lambda r, i: str(1_100_000_000_000_000_000 + r.getrandbits(58)),
    "ED attendance": lambda r, i: f"RJC-ED-{i % 10**7:07d}",
    "area, month, row": lambda r, i: f"E010{_n(r, 5)}-{_day(r):%Y%m}-{i % 999:03d}",
    "school suspension": lambda r, i: f"937/{_n(r, 4)}/{_day(r):%Y-%m}/S{i % 500:03d}",
}
AWKWARD: dict[str, Callable[[Random, int], str]] = {
    "district and category, cv21-asb-00012": lambda r, i: f"cv{r.randrange(1, 24)}-asb-{i:05d}",
    "any ten digits": lambda r, i: _n(r, 10),
    "ten digits that grow by one": lambda r, i: str(4_100_000_000 + i),
    "any eleven digits": lambda r, i: _n(r, 11),
    "any sixteen digits": lambda r, i: _n(r, 16),
    "letter and twelve digits": lambda r, i: rng_letter(r) + _n(r, 12),
    "eight digits and a letter": lambda r, i: _n(r, 8) + rng_letter(r),
    "two letters, six digits, letter": lambda r, i: (
        rng_letter(r) + rng_letter(r) + _n(r, 6) + rng_letter(r)
    ),
    "five of a-z, 0-9": lambda r, i: _pick(r, string.ascii_lowercase + DIGITS, 5),
    "six of a-z, 0-9": lambda r, i: _pick(r, string.ascii_lowercase + DIGITS, 6),
    "seven of a-z, 0-9": lambda r, i: _pick(r, string.ascii_lowercase + DIGITS, 7),
    "eight of a-z, 0-9": lambda r, i: _pick(r, string.ascii_lowercase + DIGITS, 8),
    "ten of a-z, 0-9": lambda r, i: _pick(r, string.ascii_lowercase + DIGITS, 10),
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
    yield (
        "police files, month and row, padded",
        (f"{row['Month']}-{n:06d}" for path in police for n, row in enumerate(_rows(path), 1)),
    )
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
