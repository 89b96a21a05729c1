"""Says which kinds of direct identifier a text holds, however they were written.

Rules for editors:
1. Only names of kinds leave this module, never a value nor where it stood.
2. `_HARMLESS` is a short cut: it may hold only texts in which the long way finds nothing. A
   property test compares the two.
3. What is let through on purpose is written in docs/identifier-screen.md, with measured figures.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from cioghub.steps.validate.identifiers import KINDS, POSSIBLE

Screen = Callable[[str], tuple[str, ...]]
"""Gives the names of the kinds of identifier that a text holds, as `find_identifiers` does."""

_WORD = "(?:[A-Za-z]?[a-z]+|[A-Za-z]{1,11})"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
_YEAR = "20(?:1[3-9]|[23][0-9])"
_TIME = "(?:[01][0-9]|2[0-3]):?[0-5][0-9](?::?[0-5][0-9])?Z?"
_SERIAL = "(?:[-_/.:][0-9]{1,9})?"
_SAFE_NUMBERS = (
    "[0-9]{1,8}",
    f"(?:19|20)[0-9]{{2}}(?:[-/.]{_MONTH}(?:[-/.]{_DAY})?)?{_SERIAL}",
    f"{_YEAR}{_MONTH}{_DAY}(?:T?{_TIME})?{_SERIAL}",
    f"{_YEAR}-{_MONTH}-{_DAY}[T_]{_TIME}(?:[-_/][0-9]{{1,9}})?",
    f"{_YEAR}[0-9]{{6}}",
    f"[0-9]{{1,6}}-{_DAY}{_MONTH}{_YEAR}",
    "00[0-9]{8}",
    "000[0-9]{6,15}",
    "1[78][0-9]{8}",  # seconds since 1970
    "1[0-9]{12}",  # milliseconds
    "1[0-9]{16,18}",  # numbers that carry their time, as message buses make them
)
_OPAQUE = (
    "[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9A-F]{64}|[0-9A-F]{40}|[0-9A-F]{32}",
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
)
_HARMLESS = re.compile(
    f"/?(?:{_WORD}[-_:/~])*+(?:{'|'.join((*_SAFE_NUMBERS, *_OPAQUE, _WORD))})"
).fullmatch

_LOOK_ALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТУХѴԜԚаеһіјорсѕухԁԛԝԍкмтвнӀӏ"  # Cyrillic
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχγω"  # Greek
    "օսհոռԱՕՍ"  # Armenian
    "ıɑɡʟᴀʙᴄᴅᴇɢʜɪᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"  # Latin
    "\u2212\u2215\u2044\u2236\u00b7\u2022\u2024",  # minus, slashes, ratio, dots
    "ABCEHIJKMOPSTYXVWQaehijopcsyxdqwgkmtbhll"
    "ABEZHIKMNOPTYXabeiknoptuxyw"
    "ouhnnUOU"
    "iagLABCDEGHIJKMNOPRSTUVWYZ"
    "-//:...",
)
# The characters that four of base64 can be where they spell three printable ASCII ones.
_FOUR = "[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589]"
_BASE64 = (
    re.compile(
        rf"(?<![A-Za-z0-9])(?:{_FOUR}[A-Za-z0-9]){{2,}}[A-Za-z0-9]{{0,3}}={{0,2}}(?![A-Za-z0-9])"
    ),
    # With the characters that may also separate.
    re.compile(
        rf"(?<![A-Za-z0-9+/_-])(?:{_FOUR}[A-Za-z0-9+/_-]){{2,}}[A-Za-z0-9+/_-]{{0,3}}={{0,2}}"
        "(?![A-Za-z0-9+/_-])"
    ),
)
_LEAST_BASE64 = 12
_NOT_PLAIN = re.compile("[^\\x00-\\x7f]")
_LABEL = re.compile(
    # A label written together with its value, as `nhs9434765919`, hides where the value begins.
    r"(?<![A-Z0-9])(NHS|ULN|UPN|NINO?|PNC|CRO|ASN|DLN|VRM|REG|TEL|MOB|PHONE|CARD)(?:NO|NUM|ID)?"
    r"(?=[A-Z]{0,5}[0-9])",
    re.IGNORECASE,
)
_STANDARD_BASE64 = str.maketrans("-_", "+/")
_ONE_BY_DIGIT = re.compile(r"[0-9](?:[\s._/:~+-]?[Oo])?[\s._/:~+-]?[l|]|[l|][\s._/:~+-]?[Oo]?[0-9]")
_TO_ONES = str.maketrans("l|", "II")


def find_identifiers(text: str) -> tuple[str, ...]:
    """Return the names of the kinds of identifier that the text holds, none where it is clean.

    Any text may be given. It is read as written, with full-width and look-alike characters made
    plain, with percent signs decoded up to twice, and with base64 runs of 12 characters or more
    decoded.
    """
    return () if _HARMLESS(text) else search(text)


def search(text: str) -> tuple[str, ...]:
    """Return the same the long way: without the short cut for ids of the usual styles."""
    found: set[str] = set()
    for reading in _readings(text):
        capitals = reading.upper()
        if not POSSIBLE.search(capitals) and "@" not in reading and "+" not in reading:
            continue
        found.update(kind.name for kind in KINDS if kind.found(capitals, reading))
        if _ONE_BY_DIGIT.search(reading):
            capitals = reading.translate(_TO_ONES).upper()
            found.update(kind.name for kind in KINDS if kind.found(capitals, reading))
    return tuple(dict.fromkeys(kind.name for kind in KINDS if kind.name in found))


def _readings(text: str) -> Iterator[str]:
    """Yield the text in plain ASCII letters, and what it decodes to."""
    plain = _plain(text)
    texts = [plain]
    for _ in range(2):
        if "%" not in plain or (decoded := unquote(plain)) == plain:
            break
        plain = _plain(decoded)
        texts.append(plain)
    for one in texts:
        yield one
        unlabelled = _LABEL.sub(" ", one)
        if unlabelled != one:
            yield unlabelled
        for form in _BASE64:
            for run in form.finditer(one):
                if (hidden := _decoded(run[0])) is not None:
                    yield hidden


def _plain(text: str) -> str:
    """Return the text with compatibility forms, accents, look-alikes and the unseen made plain."""
    if text.isascii():
        return text
    kept = []
    for c in unicodedata.normalize("NFKD", text):
        category = unicodedata.category(c)
        if category in ("Cf", "Mn", "Me"):
            continue
        if category == "Nd":
            c = str(unicodedata.decimal(c))
        elif category == "Pd":
            c = "-"
        elif category[0] == "Z":
            c = " "
        kept.append(c)
    # What has no plain form ends a run; upper() must not change lengths either.
    return _NOT_PLAIN.sub("\0", "".join(kept).translate(_LOOK_ALIKES))


def _decoded(run: str) -> str | None:
    """Return the printable text that a base64 run spells, or None."""
    if len(run) < _LEAST_BASE64:
        return None
    body = run.rstrip("=").translate(_STANDARD_BASE64)
    if len(body) % 4 == 1:
        return None
    raw = b64decode(body + "=" * (-len(body) % 4))
    return raw.decode("ascii") if raw.isascii() and raw.decode("ascii").isprintable() else None
