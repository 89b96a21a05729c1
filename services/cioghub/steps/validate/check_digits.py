"""What the check digits, ranges and dates of a run say: is it an identifier of that kind?

Each `is_...` takes a run in capitals that already has the form of its kind (`identifiers.py`), with
separators, and letters O and I where they may stand for digits.

Sources. NHS number, check letter of the UPN, Luhn of payment cards: python-stdnum. Unique learner
number: Learning Records Service, weights 10 to 2 modulo 11. PNC, CRO and arrest summons numbers:
Criminal Justice System data standards catalogue, modulo 23 over the letters without I, O and S, as
the Ministry of Justice's own services compute it. National insurance: HMRC's rules on prefixes.
Driver number and vehicle mark: DVLA's formats. Postcode: Royal Mail's areas and letters.
"""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.gb import nhs, upn

_YEAR = "20(?:1[3-9]|[23][0-9])"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
_TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9]"

_DATED_TEN = re.compile(
    # A year from 2013 to 2039 first: no nation has issued such a health number (read as a Scottish
    # one, the month would be later than December).
    rf"{_YEAR}[0-9]{{6}}"
    rf"|{_DAY}{_MONTH}{_YEAR}[0-9]{{2}}"
    rf"|[23][0-9]{_MONTH}{_DAY}{_TIME}"
    r"|1[78][0-9]{8}"  # seconds since 1970, of November 2023 to March 2030
    r"|00[0-9]{8}"  # a row number padded with noughts
)
_DATE = re.compile(rf"{_YEAR}{_MONTH}{_DAY}|{_DAY}{_MONTH}{_YEAR}")
_MONTH_OF_YEAR = re.compile(_YEAR + _MONTH)
_A_YEAR = re.compile(_YEAR)
_DAY_FIRST = re.compile(_DAY + _MONTH + _YEAR)

_TO_DIGITS = str.maketrans("OI", "01")
_GROUPS = re.compile("[A-Z0-9]+")
_LETTERS_23 = "ZABCDEFGHJKLMNPQRTUVWXY"


def _compact(run: str) -> str:
    return "".join(_GROUPS.findall(run))


def _digits(slots: str) -> str | None:
    """Return digits for a run of digit slots, or None where look-alikes are over a third."""
    groups = _GROUPS.findall(slots)
    digits = "".join(groups)
    odd = digits.count("O") + digits.count("I")
    if odd:
        if 3 * odd > len(digits) or any(len(g) > 2 and not set(g) - {"O", "I"} for g in groups):
            return None
        digits = digits.translate(_TO_DIGITS)
    return digits


def _by_space(run: str) -> bool:
    """Say whether nothing but whitespace separates the groups of a run."""
    return all(c.isalnum() or c.isspace() for c in run)


def _has_date(run: str) -> bool:
    return any(_DATE.fullmatch(g) or _A_YEAR.fullmatch(g) for g in _GROUPS.findall(run))


def _ten(run: str) -> str | None:
    digits = _digits(run)
    return None if digits is None or _DATED_TEN.fullmatch(digits) else digits


def is_nhs(run: str) -> bool:
    """Say whether ten digits pass the NHS check digit and are no date."""
    digits = _ten(run)
    return digits is not None and nhs.is_valid(digits)


def is_uln(run: str) -> bool:
    """Say whether ten digits pass the check digit of a unique learner number and are no date."""
    digits = _ten(run)
    if digits is None or digits[0] == "0":
        return False
    rest = sum(weight * int(d) for weight, d in zip(range(10, 1, -1), digits, strict=False)) % 11
    return rest != 0 and 10 - rest == int(digits[9])


def is_upn(run: str) -> bool:
    """Say whether the check letter of a unique pupil number is right and its authority possible."""
    compact = _compact(run)
    digits = _digits(run[1:-1])
    if digits is None:
        return False
    last = compact[-1].translate(_TO_DIGITS)
    authority = int(digits[:3])
    if not (200 < authority < 400 or authority == 420 or 659 < authority < 682 or authority > 799):
        return False
    number = digits + last
    # A school's number, the second group, may well look like a year; the first group may not.
    groups = [group for group in _GROUPS.findall(run) if len(group) > 1]
    if _DATE.fullmatch(number[:8]) or (not _by_space(run) and _has_date(groups[0])):
        return False
    # The list of authorities in python-stdnum ends before those made since 2019.
    return last != "S" and upn.calc_check_digit(number) == compact[0]


def is_national_insurance(run: str) -> bool:
    """Say whether the prefix is one that HMRC issues, or QQ, which it prints in examples."""
    compact = _compact(run)
    prefix = compact[:2]
    digits = _digits(compact[2:8])
    if digits is None or prefix in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"):
        return False
    if prefix != "QQ" and (set(prefix) & set("DFIQUV") or prefix[1] == "O"):
        return False
    return len(run) == 9 or _by_space(run) or not _MONTH_OF_YEAR.fullmatch(digits)


def _check_letter(number: int) -> str:
    return _LETTERS_23[number % 23]


def is_pnc(run: str) -> bool:
    """Say whether the check letter is right, or the form is the full one with its slash."""
    compact = _compact(run)
    digits = _digits(compact[:-1])
    if digits is None or compact[-1] not in _LETTERS_23:
        return False
    before, slash, after = run.partition("/")
    at = len(_compact(before)) if slash and len(before) < 6 and _compact(after) else len(digits) - 7
    year, serial = digits[:at], digits[at:]
    # With its slash and all its digits it is like nothing else: a wrong letter is a slip.
    if slash and len(serial) == 7 and (len(year) == 2 or year[:2] in ("19", "20")):
        return True
    return compact[-1] == _check_letter(int(year[-2:] + serial.zfill(7)))


def is_cro(run: str) -> bool:
    """Say whether the check letter is right, or the form is the usual one with its slash."""
    compact = _compact(run)
    old = compact.startswith("SF")
    digits = _digits(compact[2:-1] if old else compact[:-1])
    if digits is None or compact[-1] not in _LETTERS_23:
        return False
    year, serial = (digits[:2], digits[2:]) if old else (digits[-2:], digits[:-2])
    if not old and "/" not in run and _MONTH_OF_YEAR.fullmatch(serial):
        return False
    if "/" in run and len(serial) > 4:
        return True
    return compact[-1] == _check_letter(int(year + serial.zfill(6)))


def is_compact_cro(run: str) -> bool:
    """Say the same of eight digits and a letter, unless they begin with a date."""
    return not _DATE.fullmatch(run[:8]) and is_cro(run)


def is_arrest_summons(run: str) -> bool:
    """Say whether the check letter is right, or letters or slashes make the form plain."""
    compact = _compact(run)
    digits = _digits(compact[:2] + compact[6:-1])
    if digits is None or compact[-1] not in _LETTERS_23:
        return False
    if not compact[4:6].isdigit() or run.count("/") > 2:
        return True
    year, system, serial = digits[:2], digits[2:4], digits[4:]
    number = int(compact[2:4].translate(_TO_DIGITS) + system + year + serial.zfill(11))
    return compact[-1] == _check_letter(number)


def is_driver(run: str) -> bool:
    """Say whether the month, 50 more for women, and the day of birth are possible."""
    compact = _compact(run)
    born = _digits(compact[5:11])
    if born is None:
        return False
    month, day = int(born[1:3]) % 50, int(born[3:5])
    return born[1] in "0156" and 1 <= month <= 12 and 1 <= day <= 31


def is_mark(run: str) -> bool:
    """Say whether the age identifier of a current-style mark is possible."""
    age = run[2:4].translate(_TO_DIGITS)
    if len(run) == 7 or run[4].isspace():
        return age not in ("00", "01") and not {*run[2:4]} <= {"O", "I"}
    # With another separator, only ages in use up to 2029: `CV34-ASB` is a district and a category.
    return run[2:4].isdigit() and ("02" <= age <= "29" or "51" <= age <= "79")


def always(_run: str) -> bool:
    """Say yes: the form alone is enough."""
    return True


def is_phone(run: str) -> bool:
    """Say whether digits are a United Kingdom number with its 0 or 44, and are no date."""
    digits = _digits(run)
    if digits is None:
        return False
    if digits.startswith("0044"):
        digits = digits[2:]
    if digits.startswith("44") and len(digits) in (12, 13):
        digits = "0" + digits[2:].lstrip("0")
    if digits[0] != "0" or digits[1] not in "123789" or len(digits) not in (10, 11):
        return False
    if len(digits) == 10 and _by_space(run) and " " not in run.strip():
        return False
    return not (_DAY_FIRST.match(digits) or (not _by_space(run) and _has_date(run)))


def is_card(run: str) -> bool:
    """Say whether digits pass Luhn's test and begin as an issuer's do."""
    digits = _digits(run)
    if digits is None or not luhn.is_valid(digits):
        return False
    n, two, four = len(digits), int(digits[:2]), int(digits[:4])
    if n == 14:
        return two in (36, 38, 39) or 300 <= int(digits[:3]) <= 305
    if n == 15:
        return two in (34, 37)
    if n == 16 and (digits[0] == "4" or 51 <= two <= 55 or 2221 <= four <= 2720 or two in (35, 65)):
        return True
    return two == 62 or four in (5018, 5020, 5038, 5893, 6011, 6304, 6759, 6761, 6762, 6763)


_AREAS = re.compile(
    "A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE"
    "|K[ATWY]|L[ADELNSU]?|M[EKL]?|N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]"
    "|UB|W[ACDFNRSV]?|YO|ZE"
)
_OUTWARD = re.compile("([A-Z]{1,2}?)([0-9OI]|[1-9I][0-9OI]|[0-9][A-HJKMNPR-Y])")


def is_postcode(run: str) -> bool:
    """Say whether the area exists and the district has the form of one."""
    compact = _compact(run)
    if compact == "GIR0AA":
        return True
    outward = _OUTWARD.fullmatch(compact[:-3])
    if outward is None:
        return False
    area, district = outward.groups()
    if not _AREAS.fullmatch(area):
        return False
    odd = district.count("O") + district.count("I")
    return odd == 0 or (odd < 2 and len(compact) > 5 and _by_space(run))
