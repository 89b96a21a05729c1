"""Planted identifiers for measuring the screen: each kind, in each way of writing one down."""

from __future__ import annotations

import base64
import string
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random

from stdnum import luhn
from stdnum.gb import upn

from cioghub.steps.validate.screen import find_identifiers

DIGITS = string.digits
LETTERS_23 = "ZABCDEFGHJKLMNPQRTUVWXY"
CONSONANTS = "BCDFGHJKLMNPRSTVWX"

# --- identifiers, each with its canonical groups -------------------------------------------------


def some(rng: Random, size: int) -> str:
    """Return that many digits."""
    return "".join(rng.choices(DIGITS, k=size))


def pick(rng: Random, alphabet: str, size: int) -> str:
    """Return that many characters of an alphabet."""
    return "".join(rng.choices(alphabet, k=size))


def nhs_number(rng: Random, first: str = "4679") -> list[str]:
    """Return an NHS number of England's issued ranges, or of the 9 that is kept for tests."""
    while True:
        digits = rng.choice(first) + some(rng, 8)
        check = 11 - sum(w * int(d) for w, d in zip(range(10, 1, -1), digits, strict=True)) % 11
        if check != 10:
            digits += str(check % 11)
            return [digits[:3], digits[3:6], digits[6:]]


def chi_number(rng: Random) -> list[str]:
    """Return a Scottish number: the day of birth first."""
    while True:
        day = date(1930, 1, 1) + timedelta(days=rng.randrange(34_000))
        digits = day.strftime("%d%m%y") + some(rng, 3)
        check = 11 - sum(w * int(d) for w, d in zip(range(10, 1, -1), digits, strict=True)) % 11
        if check != 10:
            digits += str(check % 11)
            return [digits[:3], digits[3:6], digits[6:]]


def uln(rng: Random) -> list[str]:
    while True:
        digits = rng.choice("123456789") + some(rng, 8)
        rest = sum(w * int(d) for w, d in zip(range(10, 1, -1), digits, strict=True)) % 11
        if rest:
            digits += str(10 - rest)
            return [digits[:3], digits[3:6], digits[6:]]


def pupil(rng: Random) -> list[str]:
    authority = rng.choice(["937", "331", "330", "334", "855", "941", "931"])
    school = rng.choice("234") + some(rng, 3)
    number = authority + school + f"{rng.randrange(5, 26):02d}" + some(rng, 2)
    number += rng.choice(DIGITS if rng.random() < 0.8 else "ABCDEFGHJKLMNPQRTUVWXYZ")
    return [upn.calc_check_digit(number), number[:3], number[3:7], number[7:9], number[9:]]


def national_insurance(rng: Random) -> list[str]:
    while True:
        prefix = rng.choice("ABCEGHJKLMNOPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ")
        if prefix[0] != "O" and prefix not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"):
            return [prefix, some(rng, 2), some(rng, 2), some(rng, 2), rng.choice("ABCD")]


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
    station = pick(rng, string.ascii_uppercase, 2)
    return [year, "/", force + station, "/", system, "/", serial + letter]


def driver(rng: Random) -> list[str]:
    surname = pick(rng, string.ascii_uppercase, rng.choice([3, 4, 5, 5, 5])).ljust(5, "9")
    month = rng.randrange(1, 13) + rng.choice([0, 50])
    born = f"{some(rng, 1)}{month:02d}{rng.randrange(1, 29):02d}{some(rng, 1)}"
    initials = rng.choice(string.ascii_uppercase) + rng.choice(string.ascii_uppercase + "9")
    return [surname, born, initials + "9" + pick(rng, string.ascii_uppercase, 2)]


def mark(rng: Random) -> list[str]:
    age = rng.choice([*range(2, 27), *range(51, 76)])
    area = rng.choice("ABCDEFGHJKLMNOPRSVWY") + rng.choice("ABCDEFGHJKLMNOPRSTUVWXY")
    return [f"{area}{age:02d}", pick(rng, "ABCDEFGHJKLMNOPRSTUVWXYZ", 3)]


def phone(rng: Random) -> list[str]:
    if rng.random() < 0.7:
        return ["07" + rng.choice("345789") + some(rng, 2), some(rng, 6)]
    if rng.random() < 0.5:
        return [rng.choice(["020", "024"]), rng.choice("3789") + some(rng, 3), some(rng, 4)]
    return [
        rng.choice(["01926", "01789", "01788", "01827"]),
        rng.choice("23456789") + some(rng, 5),
    ]


def email(rng: Random) -> list[str]:
    name = pick(rng, string.ascii_lowercase, 6) + "." + pick(rng, string.ascii_lowercase, 7)
    return [name + "@" + rng.choice(["gmail.com", "warwickshire.police.uk", "nhs.net", "sch.uk"])]


def postcode(rng: Random) -> list[str]:
    area, most = rng.choice([("CV", 47), ("B", 98), ("LE", 19), ("OX", 49), ("DY", 14), ("W", 14)])
    outward = area + str(rng.randrange(1, most + 1))
    if rng.random() < 0.1:
        outward = rng.choice(["EC1A", "SW1A", "W1A", "WC2H", "N1C", "SE1P"])
    return [outward, rng.choice(DIGITS) + pick(rng, "ABDEFGHJLNPQRSTUWXYZ", 2)]


def card(rng: Random) -> list[str]:
    begin = rng.choice(
        ["4" + some(rng, 3), "51" + some(rng, 2), "55" + some(rng, 2), "2221", "6011"]
    )
    body = begin + some(rng, 11)
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

# By number, since nobody could tell them from the letters that they look like.
_CYRILLIC = str.maketrans(
    "ABCEHIJKMOPSTXY",
    "\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u041e\u0420\u0405\u0422\u0425\u0423",
)
_GREEK = str.maketrans(
    "ABEZHIKMNOPTYX",
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
)
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
