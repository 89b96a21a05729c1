"""The grammars of direct identifiers: what each looks like, and what its check digit says.

Rules for editors:
1. A kind is a form (a regular expression over ASCII text in capitals) and a test of the run that
   matched; both must hold.
2. A form is bounded: no letter or digit stands right before it or right after it. A vehicle mark
   inside a longer token, such as a hash, is no mark.
3. Whitespace may stand anywhere inside a run, since no reference number has any; another separator
   only where people write one. So `943-476-5919` is found, and `2025-07-1234` is not a number of
   ten digits.
4. Dates are let through (`check_digits.py`), and that costs misses: keep
   docs/identifier-screen.md true.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cioghub.steps.validate import check_digits as check

_D = "[0-9OI]"  # a digit, or a letter that looks like one
_S = r"[\s._/:~+-]"  # one separator
_W = r"\s?"


_TOKEN = re.compile("[A-Za-z0-9_-]{1,32}")
_TOKEN_END = re.compile("[A-Za-z0-9_-]{1,32}$")
_GROUPS = re.compile("[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of direct identifier: its name, its form, and the test that a run must pass.

    `as_written` forms are searched in the text as it came, since in small letters they would be
    found in short hashes. `one_case` runs are short and lack a check digit: nobody mixes capitals
    in them, random tokens do, and these hold `-` and `_` as letters like any other.
    """

    name: str
    form: re.Pattern[str]
    test: Callable[[str], bool]
    as_written: bool = False
    one_case: bool = False

    def found(self, capitals: str, written: str) -> bool:
        """Say whether an ASCII text, given in capitals and as written, holds such an identifier."""
        for run in self.form.finditer(written if self.as_written else capitals):
            if self.test(run[1]) and not (self.one_case and _by_chance(written, *run.span(1))):
                return True
        return False


def _by_chance(text: str, start: int, end: int) -> bool:
    """Say whether a short run has mixed capitals, or is joined to a group of a random token."""
    run = text[start:end]
    if not (run.isupper() or run.islower() or run.istitle()):
        return True
    before, after = _TOKEN_END.search(text[:start]), _TOKEN.match(text, end)
    around = (before[0] if before else "") + " " + (after[0] if after else "")
    return any(
        len(group) > 3
        and any(map(str.isdigit, group))
        and any(map(str.isupper, group))
        and any(map(str.islower, group))
        for group in _GROUPS.findall(around)
    )


def _form(*alternatives: str) -> re.Pattern[str]:
    """Compile alternatives to a search for bounded runs that may overlap; group 1 is the run."""
    return re.compile(
        rf"(?<![A-Z0-9a-z])(?=((?:{'|'.join(alternatives)}))(?![A-Z0-9a-z]))", re.ASCII
    )


def _in_groups(*groupings: str) -> list[str]:
    """Return a form for each grouping such as `3-3-4`: that many digits, a separator between."""
    return [_S.join(_D * int(size) for size in one.split("-")) for one in groupings]


def _loose(*slots: str) -> str:
    """Return a form of these slots with whitespace perhaps between any two."""
    return _W.join(slots)


def _singles(*slots: str) -> str:
    return _S.join(slots)


_NI_LETTERS = ("[A-Z]", "[A-Z]")
_SURNAME = "(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999|[A-Z]9999)"
_DRIVER_TAIL = ("[A-Z][A-Z9]", "[0-9A-Z]", "[A-Z0-9]{2}")
_INWARD = "[ABD-HJLNP-UW-Z]"
_IRISH = (
    "AZ|BZ|CZ|DZ|EZ|FZ|GZ|HZ|IA|IB|IG|IJ|IL|IW|JI|JZ|KZ|LZ|MZ|NZ|OI|OZ|PZ|RZ|SZ|TZ|UI|UZ|VZ|WZ|XI|"
    "XZ|YZ"
)
_TEN_FORM = _form(_loose(*[_D] * 10), *_in_groups("3-3-4"), _singles(*[_D] * 10))
_PHONE_FORM = _form(
    _loose(*[_D] * 10, _D + "?"),
    *_in_groups("5-6", "5-3-3", "5-2-2-2", "4-7", "4-3-4", "3-8", "3-4-4", "3-3-5"),
    _singles(*[_D] * 11),
    _loose("0?0?44", r"(?:\(0\))?", *[_D] * 10),
    *(
        f"(?:00)?44{_S}" + grouped
        for grouped in _in_groups("10", "4-6", "4-3-3", "3-3-4", "2-4-4", "2-8", "3-7")
    ),
)

_L = "[A-Z]"
_Q = _S + "?"
_G = "[0-9OIL|]"
POSSIBLE = re.compile(
    # At the start of a run: ten digits; six to nine and a letter; the other kinds, in turn.
    rf"(?<![A-Z0-9])(?:{_G}(?:{_Q}{_G}){{9}}|{_G}(?:{_Q}{_G}){{4,9}}{_Q}{_L}(?![A-Z0-9])"
    rf"|{_L}{_Q}{_G}(?:{_Q}{_G}){{10}}"
    rf"|{_L}{_Q}{_L}(?:{_Q}{_G}){{6}}{_Q}[A-D]"
    rf"|SF{_Q}{_G}{{2}}"
    rf"|{_G}(?:{_Q}{_G}){{3}}{_Q}(?:{_L}{_Q}[A-Z0-9]|[0-9]{_Q}{_L})(?:{_Q}{_G}){{3}}"
    rf"|{_L}(?:{_Q}[A-Z9]){{4}}(?:{_Q}{_G}){{6}}{_Q}[A-Z9]"
    rf"|{_L}{_Q}{_L}(?:{_Q}{_G}){{2}}(?:{_Q}{_L}){{3}}(?![A-Z0-9])"
    rf"|{_L}[1-9][0-9]{{0,2}}\s?{_L}{{3}}(?![A-Z0-9])"
    rf"|{_L}{{3}}\s?[1-9][0-9]{{2}}[0-9A-Z](?![A-Z0-9])"
    rf"|{_L}(?:{_Q}{_L})?{_Q}{_G}{_Q}[A-Z0-9]?{_Q}[0-9](?:{_Q}{_L}){{2}}(?![A-Z0-9])"
    r"|GIR|4\s?4\s?\(|0\s?0\s?4\s?4\s?\(|AT[\s._~)\]-])",
    re.ASCII,
)
"""Where it finds nothing, a text in capitals without `@` and `+` holds no identifier."""

KINDS: tuple[Kind, ...] = (
    Kind("nhs-number", _TEN_FORM, check.is_nhs),
    Kind(
        "upn",
        _form(
            _loose("[A-Z]", *[_D] * 11, "[A-Z0-9]"),
            *(
                f"[A-Z]{_S}?{grouped}{_S}?[A-Z0-9]"
                for grouped in _in_groups("11", "3-8", "3-4-4", "3-4-2-2", "3-3-3-2", "4-4-3")
            ),
            _singles("[A-Z]", *[_D] * 11, "[A-Z0-9]"),
        ),
        check.is_upn,
    ),
    Kind("uln", _TEN_FORM, check.is_uln),
    Kind(
        "national-insurance",
        _form(
            _loose(*_NI_LETTERS, *[_D] * 6, "[A-D]"),
            f"[A-Z]{{2}}{_S}{_D * 6}{_S}?[A-D]",
            f"[A-Z]{{2}}{_D * 6}{_S}[A-D]",
            f"[A-Z]{{2}}{_S}{_D * 2}{_S}{_D * 2}{_S}{_D * 2}{_S}?[A-D]",
            f"[A-Z]{{2}}{_S}{_D * 3}{_S}{_D * 3}{_S}?[A-D]",
            _singles(*_NI_LETTERS, *[_D] * 6, "[A-D]"),
        ),
        check.is_national_insurance,
    ),
    Kind(
        "pnc-id",
        _form(
            f"(?:19|2[0O]){_D * 2}{_S}?{_D * 7}{_S}?[A-Z]",
            f"{_D * 2}{_S}{_D * 7}{_S}?[A-Z]",
            f"(?:(?:19|2[0O]){_D * 2}|{_D * 2})/{_D}{{3,6}}[A-Z]",
            _loose("(?:19|2[0O])", *[_D] * 9, "[A-Z]"),
            _singles("(?:1~9|2~[0O])".replace("~", _S), *[_D] * 9, "[A-Z]"),
        ),
        check.is_pnc,
    ),
    Kind("pnc-id", _form("[0-9]{9}[A-Z]"), check.is_pnc, as_written=True),
    Kind(
        "cro-number",
        _form(
            f"{_D * 6}{_S}{_D * 2}{_S}?[A-Z]",
            f"{_D}{{3,5}}/{_D * 2}[A-Z]",
            f"SF{_S}?{_D * 2}{_S}{_D}{{3,6}}{_S}?[A-Z]",
            _loose(*[_D] * 6, "/", *[_D] * 2, "[A-Z]"),
            _singles(*[_D] * 8, "[A-Z]"),
        ),
        check.is_cro,
    ),
    Kind("cro-number", _form("[0-9]{8}[A-Z]"), check.is_compact_cro, as_written=True),
    Kind(
        "arrest-summons",
        _form(
            _loose(*[_D] * 4, "[A-Z0-9]", "[A-Z0-9]", *[_D] * 13, "[A-Z]"),
            f"{_D * 2}{_S}{_D * 2}[A-Z0-9]{{2}}{_S}{_D * 2}{_S}{_D}{{1,11}}{_S}?[A-Z]",
            _singles(*[_D] * 4, "[A-Z0-9]", "[A-Z0-9]", *[_D] * 13, "[A-Z]"),
        ),
        check.is_arrest_summons,
    ),
    Kind(
        "driver-number",
        _form(
            _SURNAME + f"{_S}?" + _D * 6 + f"{_S}?" + f"{_S}?".join(_DRIVER_TAIL) + r"(?:\s?\d\d)?",
            _loose("[A-Z]", *["[A-Z9]"] * 4, *[_D] * 6, "[A-Z]", "[A-Z9]", *["[A-Z0-9]"] * 3),
            _singles("[A-Z]", *["[A-Z9]"] * 4, *[_D] * 6, "[A-Z]", "[A-Z9]", *["[A-Z0-9]"] * 3),
        ),
        check.is_driver,
    ),
    Kind(
        "vehicle-mark",
        _form(f"[A-HJ-PR-Y][A-HJ-PR-Y]{_D * 2}{_S}?[A-HJ-PR-Z]{{3}}"),
        check.is_mark,
        one_case=True,
    ),
    Kind(
        "vehicle-mark",
        _form(
            r"[A-HJ-NPR-TV-Y][1-9][0-9]{2}\s?[A-HJ-PR-Z]{3}",
            r"[A-HJ-NPR-TV-Y][1-9][0-9]?\s[A-HJ-PR-Z]{3}",
            r"[A-HJ-PR-Y][A-HJ-PR-Z]{2}\s?[1-9][0-9]{2}[A-HJ-NPR-TV-Y]",
            rf"[A-HJ-PR-Y](?:{_IRISH})\s?[1-9][0-9]{{3}}",
            _loose(*["[A-HJ-PR-Y]"] * 2, *["[0-9]"] * 2, *["[A-HJ-PR-Z]"] * 3),
        ),
        check.always,
        one_case=True,
    ),
    Kind("phone", _PHONE_FORM, check.is_phone),
    Kind("phone", re.compile(r"(\+[1-9](?:[\s.()-]{0,2}[0-9]){7,14})(?![A-Z0-9])"), check.always),
    Kind(
        "e-mail",
        re.compile(
            r"([A-Z0-9._%+'-]@[A-Z0-9-]{1,63}(?:\.[A-Z0-9-]{1,63}){0,8}\.[A-Z]{2,63}"
            r"|[A-Z0-9][\s._~(\[-]AT[\s._~)\]-][A-Z0-9-]{1,63}(?:\.[A-Z0-9-]{1,63}){0,8}"
            r"\.(?:CO\.UK|COM|NET|ORG|GOV\.UK|POLICE\.UK|ORG\.UK|AC\.UK|SCH\.UK|ME))(?![A-Z0-9])"
        ),
        check.always,
    ),
    Kind(
        "postcode",
        _form(
            f"[A-Z]{{1,2}}{_D}[A-Z0-9]?{_S}?[0-9]{_INWARD}{{2}}",
            _loose("[A-Z]", "[A-Z]?", _D, "[A-Z0-9]?", "[0-9]", *[_INWARD] * 2),
            r"GIR\s?0AA",
        ),
        check.is_postcode,
        one_case=True,
    ),
    Kind(
        "payment-card",
        _form(_loose(*[_D] * 16), *_in_groups("4-4-4-4", "6-10"), _singles(*[_D] * 16)),
        check.is_card,
    ),
    Kind(
        "payment-card",
        _form(_loose(*[_D] * 14, *[_D + "?"] * 5), *_in_groups("4-6-5", "4-6-4")),
        check.is_card,
    ),
)
"""Every kind that is looked for, in the order in which findings are named."""
