"""The short way through validation, for records that look like ones already found clean.

Rules for editors:
1. It may only say yes where the long way finds no fault; whatever is unusual takes the long way. A
   property test compares the two.
2. It remembers coded values, and tuples of them, which are few; it never remembers an id, a time or
   a token.
3. True equals 1 in a tuple: whole numbers are asked for their type before any is looked up.
4. A text that it keeps is held once: the same few codes stand in thousands of tuples, and to look
   one up is to look at each of them, wherever it lies in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from cioghub.steps.validate.forms import TOKEN_FORM
from cioghub.vocabulary.coding import CodedPlace, CodedRecord, TypeCoding, in_record
from cioghub.vocabulary.schema import EventSchema

MOST = 50_000
"""Records remembered of one feed and type, many times what a county's years have; then all are
forgotten at once."""

_TOKENS = frozenset({"person-token", "place-token"})
_token = TOKEN_FORM.fullmatch


CleanPlaces = dict[tuple[Any, ...], CodedPlace]
"""From code, edition and confidence to what a place is coded with."""


class Codes:
    """Codes found clean, each held once however often it was met."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def once(self, values: Iterable[Any]) -> tuple[Any, ...]:
        """Return equal values, with texts, and texts in tuples, that are held already."""
        if len(self._texts) > MOST:
            self._texts.clear()
        return tuple([self._one(value) for value in values])

    def _one(self, value: Any) -> Any:
        if type(value) is str:
            return self._texts.setdefault(value, value)
        return self.once(value) if type(value) is tuple else value


class CleanRecords:
    """What has been found clean in the records of one feed and event type.

    `records` has what is coded by the keys found clean, `places` by the `area_key` of places; these
    are the same for all feeds and types, and so are `codes`. A key may hold what is no code, and
    cannot be looked up: TypeError then.
    """

    __slots__ = (
        "_area",
        "_bare",
        "_coded",
        "_codes",
        "_coding",
        "_lists",
        "_nulls",
        "_numbers",
        "_tokens",
        "_values",
        "names",
        "places",
        "records",
        "source",
        "type_name",
    )

    def __init__(
        self,
        source: str,
        schema: EventSchema,
        coding: TypeCoding,
        places: CleanPlaces,
        codes: Codes,
    ) -> None:
        self.source = source
        self.type_name = schema.type_name
        self.names = frozenset(field.name for field in schema.fields)
        self._nulls = {field.name: None for field in schema.fields if field.nullable}
        self._coding = coding
        self._tokens = [f.name for f in schema.fields if f.privacy_class in _TOKENS]
        self._numbers = [f.name for f in schema.fields if f.kind == "int"]
        area = next((f for f in schema.fields if f.kind == "area"), None)
        self._area = area.name if area else None
        # Whether a record may name no place is said by its own schema.
        self._bare = () if area is None or area.nullable else None
        rest = [f for f in schema.fields if in_record(f)]
        names = [f.name for f in rest]
        self._coded = itemgetter(*names)
        # Before each value of a key stands the stretch of days.
        self._lists = [(names.index(f.name) + 1, f.name) for f in rest if f.kind == "strings"]
        self.records: dict[tuple[Any, ...], CodedRecord] = {}
        self._values: set[tuple[Any, ...]] = set()
        self.places = places
        self._codes = codes

    def filled(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record with null in every field that may be null and was left out."""
        return {**self._nulls, **data}

    def key(self, data: Mapping[str, Any], on: int) -> tuple[Any, ...] | None:
        """Return what is looked up for a record with all its fields, None for an unusual one.

        It asks for every field but the times and the area: KeyError where one is missing.
        `on` numbers the stretch of days in which every code means the same.
        """
        for name in self._tokens:
            token = data[name]
            if token is not None and (type(token) is not str or not _token(token)):
                return None
        for name in self._numbers:
            number = data[name]
            if number is not None and type(number) is not int:
                return None
        key: tuple[Any, ...] = (on, *self._coded(data))
        for at, name in self._lists:
            values = data[name]
            if values is not None:  # no list is not an empty one
                if type(values) is not list:
                    return None
                key = (*key[:at], tuple(values), *key[at + 1 :])
        return key

    def area_key(self, data: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return what is looked up for the area of a record, None for an unusual one."""
        area = data[self._area] if self._area else None
        if area is None:
            return self._bare
        if type(area) is not dict or len(area) != 3:
            return None
        try:
            return area["code"], area["edition"], area["confidence"]
        except KeyError:
            return None

    def apart(self, key: tuple[Any, ...], data: Mapping[str, Any]) -> bool:
        """Say whether each value of a key was found clean before, if never all of them together."""
        return self._values.issuperset(_values(key, data))

    def remember(self, key: tuple[Any, ...], data: Mapping[str, Any]) -> CodedRecord:
        """Note a record that was found clean; return what it is coded with."""
        known = self.records.get(key)
        if known is not None:
            return known
        if len(self.records) >= MOST:
            self.records.clear()
            self._values.clear()
        named = data["held_for"], data["category_list"], data["category"]
        rest = [_sorted(data[name]) for name in self._coding.fields]
        record = CodedRecord(self._codes.once((self.source, *named, *rest)))
        self._values.update(_values(key, data))
        self.records[self._codes.once(key)] = record
        return record

    def remember_place(self, area: tuple[Any, ...]) -> CodedPlace:
        """Note the code, edition and confidence of a place that was found clean, () if none is
        named; return what it is coded with.
        """
        known = self.places.get(area)
        if known is not None:
            return known
        if len(self.places) >= MOST:
            self.places.clear()
        once = self._codes.once(area)
        code, edition, confidence = once or (None, None, None)
        place = self.places[once] = CodedPlace((edition, code) if code else None, confidence)
        return place


def _sorted(value: Any) -> Any:
    return tuple(sorted(value)) if type(value) is list else value


def _values(key: tuple[Any, ...], data: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the values of a key by their places in it, and the code within its list."""
    on = key[0]
    return [
        (on, data["category_list"], data["category"]),
        *[(on, place, value) for place, value in enumerate(key)],
    ]
