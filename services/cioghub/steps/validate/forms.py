"""The closed grammars of an event's fields: what a value must look like before any list is asked.

A field with a closed grammar cannot carry a direct identifier, so only `id` and `source` are left
for the identifier screen.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Any

from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.vocabulary.reasons import FaultCode

ID_FORM = re.compile(r"[A-Za-z0-9._:~/-]{1,128}", re.ASCII)
SOURCE_FORM = re.compile(r"(?:/[A-Za-z0-9._~-]{1,64}){1,4}", re.ASCII)
TOKEN_FORM = re.compile(
    r"[A-Z2-7]{26,64}|[a-z2-7]{26,64}|[0-9a-f]{26,64}|[0-9A-F]{26,64}", re.ASCII
)
STATISTICAL_FORM = re.compile(r"[A-Z][0-9]{8}", re.ASCII)
AREA_CODE_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", re.ASCII)
_TIME_FORM = re.compile(
    # Years from 1900 to 2199: older or later is a slip, and near the ends of the calendar a day has
    # no neighbour to count with.
    r"(?:19|2[01])\d\d-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)

_time_form = _TIME_FORM.fullmatch

_MOST_PARTS = 100_000
_hours: dict[str, int] = {}
"""Hours as they are written, `2026-01-05T09`, and what each is in UTC."""
_minutes: dict[str, int] = {}
"""Minutes as they are written, `:30`, and how many seconds they add."""
_rests: dict[str, int] = {}
"""What is written after the minute, `:00+00:00`, and what it adds."""

MAX_TEXT = 256
MAX_LIST = 8
MAX_COUNT = 1_000_000


def instant(value: Any) -> int | FaultCode:
    """Return whole seconds since 1970 UTC of an RFC 3339 text with offset, or the fault."""
    if type(value) is not str:
        return FaultCode.WRONG_TYPE
    # All parts of it read before, whatever they stood beside, it needs no other reading: in the
    # form, what may follow an hour or a minute does not depend on it.
    hour, minute, rest = _hours.get(value[:13]), _minutes.get(value[13:16]), _rests.get(value[16:])
    if hour is not None and minute is not None and rest is not None:
        return hour + minute + rest
    found = _read(value)
    if type(found) is int and value[19] != ".":
        hour = parse_rfc3339(f"{value[:10]}T{value[11:13]}:00:00Z")
        _remember(_hours, value[:13], hour)
        minute = 60 * int(value[14:16])
        _remember(_minutes, value[13:16], minute)
        _remember(_rests, value[16:], found - hour - minute)
    return found


def _remember(parts: dict[str, int], part: str, seconds: int) -> None:
    if len(parts) >= _MOST_PARTS:
        parts.clear()
    parts[part] = seconds


def _read(value: str) -> int | FaultCode:
    if len(value) > 40 or not _time_form(value):
        return FaultCode.WRONG_FORM
    try:
        return parse_rfc3339(value if value[10] == "T" and value[-1] != "z" else value.upper())
    except (ValueError, OverflowError):
        return FaultCode.WRONG_FORM


def nanoseconds(value: str) -> int:
    """Return what stands after the whole seconds of a text that `instant` has read."""
    digits = "".join(takewhile(str.isdigit, value[20:])) if value[19] == "." else ""
    return int(digits.ljust(9, "0")) if digits else 0


def last_second(seconds: int, written: str) -> int:
    """Return the second by which an interval has ended: one that ends within a second lasts it out.

    Cut off, an end just after a boundary would stay on it, and the interval would not be covered.
    """
    return seconds + 1 if "." in written and nanoseconds(written) else seconds


def text(value: Any, form: re.Pattern[str] | None = None) -> FaultCode | None:
    """Return None for a text of this form, or the fault."""
    if not isinstance(value, str):
        return FaultCode.WRONG_TYPE
    if len(value) > MAX_TEXT:
        return FaultCode.TOO_LARGE
    if form is not None and not form.fullmatch(value):
        return FaultCode.WRONG_FORM
    return None


def whole(value: Any, most: int = MAX_COUNT) -> FaultCode | None:
    """Return None for a whole number from 0 to `most`, or the fault; true and false are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        return FaultCode.WRONG_TYPE
    return None if 0 <= value <= most else FaultCode.WRONG_FORM


def texts(value: Any) -> FaultCode | None:
    """Return None for a list of a few texts, each once, or the fault."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return FaultCode.WRONG_TYPE
    if len(value) > MAX_LIST:
        return FaultCode.TOO_MANY
    return FaultCode.REPEATED if len(set(value)) != len(value) else None
