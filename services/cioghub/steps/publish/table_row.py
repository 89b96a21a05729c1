"""Makes the event of one table row, or says which columns cannot be read and why.

Rules for editors:
1. A fault is a column and a code, a note is a field and a word: no cell's text goes into either.
2. What the mapping does not name is refused, never guessed and never "other".
3. Every fault of a row at once; whether the event is a good one is for `validate`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from cioghub.steps.publish.wall_clock import Span, WallClock
from cioghub.vocabulary.buckets import parse_rfc3339, rfc3339
from cioghub.vocabulary.incidents import RawIncident
from cioghub.vocabulary.mapping import (
    JOINT,
    REJECT,
    AreaRule,
    LeftOut,
    Mapped,
    TableMapping,
    Unmapped,
    ValueRule,
)
from cioghub.vocabulary.schema import EventSchema

UNKNOWN_VALUE = "unknown-value"
EMPTY = "empty"
NOT_A_NUMBER = "not-a-number"
REVERSED = "interval-reversed"
MOST_YEARS = 130

Row = Mapping[str, str]
Keyed = Callable[[tuple[str, ...]], str]
"""Texts of columns to hex digits, under a key of the hub and of this source."""
Tokens = Callable[[Mapping[str, Any]], dict[str, Any]]
"""An event to the same one with the references of its token columns keyed."""
Locate = Callable[[float, float], str | None]
"""Longitude and latitude to the code of the place whose boundary holds the point, or None."""

_BANDS = (
    *((10, "under-10"), (14, "10-13"), (16, "14-15"), (18, "16-17"), (25, "18-24")),
    *((35, "25-34"), (50, "35-49"), (65, "50-64"), (MOST_YEARS + 1, "65-plus")),
)
_NUMBER = re.compile(r"[-+]?[0-9]{1,3}(?:\.[0-9]{1,20})?", re.ASCII)
_YEARS = re.compile("[0-9]{1,3}", re.ASCII)


class _Cells:
    """One row's cells, with what was found wrong and what was made coarser so far."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.faults: list[tuple[str, str]] = []
        self.notes: list[tuple[str, str]] = []

    def fault(self, columns: tuple[str, ...], code: str) -> None:
        self.faults.append((" + ".join(columns), code))


class TableRows:
    """Maps the rows of one table to events, in the order of the file."""

    def __init__(
        self,
        mapping: TableMapping,
        schema: EventSchema,
        keyed: Keyed,
        locate: Locate | None = None,
        tokens: Tokens | None = None,
    ) -> None:
        zone = ZoneInfo(mapping.zone)
        self._mapping = mapping
        self._kinds = {field.name: field.kind for field in schema.fields}
        self._fields = [f for f in schema.fields if f.privacy_class != "time" and f.kind != "area"]
        self._zone = zone
        self._keyed = keyed
        self._locate = locate
        self._tokens = tokens
        self._filters = [(one, frozenset(one.any_of or one.none_of)) for one in mapping.only_rows]
        self._occurred = WallClock(mapping.occurred, zone)
        self._until = WallClock(mapping.until, zone) if mapping.until else None
        self._recorded = WallClock(mapping.recorded, zone) if mapping.recorded else None
        when = mapping.published.when
        self._published = WallClock(when, zone) if when else None
        self._delay = when.delay_hours * 3600 if when else 0
        always = mapping.published.always
        self._always = None if always is None else rfc3339(parse_rfc3339(always), zone)
        self._taken: set[tuple[str, ...]] = set()
        self._twins: Counter[tuple[str, ...]] = Counter()

    def map(self, number: int, row: Row) -> Mapped | Unmapped | LeftOut:
        """Return what becomes of the row of that number, counted from 1; every cell is text."""
        for rule, listed in self._filters:
            if (row[rule.column] in listed) != bool(rule.any_of):
                return LeftOut(rule.name)
        one_per = self._mapping.one_event_per
        if one_per:
            key = tuple([row[column] for column in one_per])
            if key in self._taken:
                return LeftOut("one-event-per")
            self._taken.add(key)
        cells = _Cells(row)
        span = self._span(cells)
        recorded = self._recorded_at(cells)
        time = self._time(cells)
        data: dict[str, Any] = {}
        for field in self._fields:
            data[field.name] = self._value(field.name, field.kind, cells)
        area = self._area(cells)
        name = None if span is None else self._name(number, row, span)
        if cells.faults or span is None or name is None:
            return Unmapped(tuple(dict.fromkeys(cells.faults)))
        data["occurred_from"] = rfc3339(span.start, self._zone)
        data["occurred_to"] = rfc3339(span.end, self._zone)
        data["recorded_at"] = recorded
        if "area" in self._kinds:
            data["area"] = area
        event = {
            "specversion": "1.0",
            "id": name,
            "source": self._mapping.source,
            "type": self._mapping.type,
            "time": time,
            "datacontenttype": "application/json",
            "data": {field: data[field] for field in self._kinds},
        }
        made = self._tokens(event) if self._tokens else event
        return Mapped(RawIncident(made), tuple(cells.notes))

    def _name(self, number: int, row: Row, span: Span) -> str:
        rule = self._mapping.id
        if rule.row:
            return f"{rule.prefix}-{rfc3339(span.start, self._zone)[:7]}-{number:06d}"
        texts = tuple([row[column] for column in rule.keyed or self._mapping.columns()])
        if rule.content:
            self._twins[texts] += 1
            texts = (*texts, str(self._twins[texts]))
        return f"{rule.prefix}-{self._keyed(texts)}"

    def _read(self, clock: WallClock, cells: _Cells) -> Span | None:
        text = " ".join([cells.row[column] for column in clock.columns]).strip()
        span = clock.read(text) if text else EMPTY
        if isinstance(span, str):
            cells.fault(clock.columns, span)
            return None
        return span

    def _span(self, cells: _Cells) -> Span | None:
        first = self._read(self._occurred, cells)
        last = first
        if self._until and any(cells.row[column] for column in self._until.columns):
            last = self._read(self._until, cells)
        if first is None or last is None:
            return None
        if last.end < first.start:
            cells.fault(
                (*self._occurred.columns, *(self._until or self._occurred).columns), REVERSED
            )
            return None
        note = first.note or last.note
        if note:
            cells.notes.append(("occurred", f"interval: {note}"))
        return Span(first.start, last.end, note)

    def _recorded_at(self, cells: _Cells) -> str | None:
        if not self._recorded or not any(cells.row[c] for c in self._recorded.columns):
            return None
        span = self._read(self._recorded, cells)
        if span is None:
            return None
        if span.note is not None:
            # The field holds one instant, and a day is none.
            cells.notes.append(("recorded_at", "left null: no instant"))
            return None
        return rfc3339(span.start, self._zone)

    def _time(self, cells: _Cells) -> str | None:
        if self._published is None:
            return self._always
        span = self._read(self._published, cells)
        if span is None:
            return None
        if span.note is not None:
            cells.notes.append(("time", f"end of interval: {span.note}"))
        return rfc3339(span.end + self._delay, self._zone)

    def _value(self, name: str, kind: str, cells: _Cells) -> Any:
        rule = self._mapping.fields.get(name)
        if rule is None:
            return None
        if isinstance(rule, tuple):
            found = [self._code(name, one, cells) for one in rule]
            return list(dict.fromkeys([one for one in found if one is not None]))
        code = self._code(name, rule, cells)
        if code is None:
            return None
        if kind == "strings":
            return [code]
        if kind != "int":
            return code
        if not re.fullmatch("[0-9]{1,7}", code, re.ASCII):
            cells.fault(rule.columns or ("always",), NOT_A_NUMBER)
            return None
        return int(code)

    def _code(self, name: str, rule: ValueRule, cells: _Cells) -> str | None:
        if rule.always is not None:
            return rule.always
        texts = [cells.row[column] for column in rule.columns]
        if not any(texts):
            if rule.empty == REJECT:
                cells.fault(rule.columns, EMPTY)
                return None
            return rule.empty
        text = JOINT.join(texts)
        if rule.form is not None:
            return self._age_band(name, rule, text, cells)
        if rule.values is None:
            return text
        if text in rule.values:
            cells.notes.append((name, "value mapped"))
            return rule.values[text]
        if rule.otherwise == REJECT:
            cells.fault(rule.columns, UNKNOWN_VALUE)
            return None
        cells.notes.append((name, "value not listed: as `else` says"))
        return rule.otherwise

    def _age_band(self, name: str, rule: ValueRule, text: str, cells: _Cells) -> str | None:
        if not _YEARS.fullmatch(text) or int(text) > MOST_YEARS:
            cells.fault(rule.columns, NOT_A_NUMBER)
            return None
        cells.notes.append((name, "age to band"))
        return next(band for below, band in _BANDS if int(text) < below)

    def _area(self, cells: _Cells) -> dict[str, str | None] | None:
        rule = self._mapping.area
        if rule is None:
            return None
        code = self._code("area", rule.code, cells) if rule.code else self._point(rule, cells)
        confidence = rule.confidence and self._code("area", rule.confidence, cells)
        edition = rule.edition if code is not None else None
        return {"code": code, "edition": edition, "confidence": confidence or None}

    def _point(self, rule: AreaRule, cells: _Cells) -> str | None:
        texts = [cells.row[column] for column in rule.point_columns]
        if not any(texts):
            cells.notes.append(("area", "no point: place unknown"))
            return None
        if rule.lat_lon is not None:
            texts = texts[0].strip("()").split(",")
        numbers = [text.strip() for text in texts]
        if len(numbers) != 2 or not all(_NUMBER.fullmatch(number) for number in numbers):
            cells.fault(rule.point_columns, NOT_A_NUMBER)
            return None
        lat, lon = float(numbers[0]), float(numbers[1])
        code = self._locate(lon, lat) if self._locate and abs(lat) <= 90 else None
        found = "point to place" if code else "point outside every boundary: place unknown"
        cells.notes.append(("area", found))
        return code
