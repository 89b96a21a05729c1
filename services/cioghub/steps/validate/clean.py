"""The short way through validation, for records that look like ones already found clean.

Rules for editors:
1. It may only say yes where the long way finds no fault; whatever is unusual takes the long way. A
   property test compares the two.
2. It remembers coded values and tuples of them, which are few; it never remembers an id, a time or
   a token.
3. True equals 1 in a tuple: whole numbers are asked for their type before any is looked up. No list
   is not an empty one: what shares a key shares a shape, and what is passed on is made of it.
4. The long way judges each field by itself, but a category by its list: so does `_parts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from cioghub.steps.validate.forms import TOKEN_FORM
from cioghub.vocabulary.coding import TypeCoding
from cioghub.vocabulary.incidents import Shape
from cioghub.vocabulary.schema import EventSchema

MOST = 500_000
"""Tuples remembered; then all are forgotten at once."""

_TOKENS = frozenset({"person-token", "place-token"})
_token = TOKEN_FORM.fullmatch


class CleanRecords:
    """What has been found clean in the records of one feed and event type."""

    __slots__ = (
        "_area",
        "_areas",
        "_category",
        "_coded_fields",
        "_copies",
        "_fine",
        "_lists",
        "_numbers",
        "_plain",
        "_plain_count",
        "_shapes",
        "_source",
        "_tokens",
        "names",
    )

    def __init__(self, source: str, schema: EventSchema, coding: TypeCoding) -> None:
        self.names = frozenset(field.name for field in schema.fields)
        self._source = source
        self._coded_fields = coding.fields
        self._tokens = [f.name for f in schema.fields if f.privacy_class in _TOKENS]
        self._numbers = [f.name for f in schema.fields if f.kind == "int"]
        self._area = next((f.name for f in schema.fields if f.kind == "area"), None)
        special = {*self._tokens, self._area}
        rest = [
            f
            for f in schema.fields
            if f.name not in special and f.privacy_class != "time" and f.kind != "area"
        ]
        self._lists = [f.name for f in rest if f.kind == "strings"]
        plain = [f.name for f in rest if f.kind != "strings"]
        self._plain = itemgetter(*plain)
        self._plain_count = len(plain)
        self._category = plain.index("category_list"), plain.index("category")
        self._shapes: dict[tuple[Any, ...], Shape] = {}
        self._areas: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self._fine: set[tuple[Any, ...]] = set()
        self._copies: dict[Any, Any] = {}

    def known(self, data: Mapping[str, Any], epoch: int) -> tuple[Shape, tuple[Any, ...]] | None:
        """Return the shape and the coded place of a record found clean before, else None.

        It is clean as well where each of its values was. All its fields are asked for but the
        times: KeyError where one is missing. `epoch` numbers the stretch of days in which every
        code means the same.
        """
        key, area = self._key(data, epoch), self._area_key(data)
        if key is None or area is None:
            return None
        try:
            place = self._areas[area]
            shape = self._shapes.get(key)
            if shape is None:
                if not self._fine.issuperset(self._parts(key)):
                    return None
                shape = self._note(key, data)
        except (KeyError, TypeError):  # not seen yet, or no code: the long way will say
            return None
        return shape, place

    def remember(self, data: Mapping[str, Any], epoch: int, place: tuple[Any, ...]) -> Shape | None:
        """Note what the long way has found clean, with its coded place; return its shape."""
        key, area = self._key(data, epoch), self._area_key(data)
        if key is None or area is None:
            return None
        if len(self._areas) > MOST:
            self._areas.clear()
        self._areas[area] = place
        if len(self._fine) > MOST:
            self._fine.clear()
        self._fine.update(self._parts(key))
        return self._shapes.get(key) or self._note(key, data)

    def _note(self, key: tuple[Any, ...], data: Mapping[str, Any]) -> Shape:
        if len(self._shapes) > MOST:
            self._shapes.clear()
        before, after = coded_values(data, self._source, self._coded_fields)
        # Each event brings its own copy of every code; one for all of them is less to look through.
        key = tuple([self._copies.setdefault(value, value) for value in key])
        shape = self._shapes[key] = Shape(before, after)
        return shape

    def _parts(self, key: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        """Yield what the long way judges by itself: each value, and each list as a whole."""
        epoch, end = key[0], self._plain_count + 1
        of, category = self._category
        for at, value in enumerate(key[1:end]):
            yield (epoch, at, value, key[1 + of]) if at == category else (epoch, at, value)
        yield epoch, key[end:]

    def _key(self, data: Mapping[str, Any], epoch: int) -> tuple[Any, ...] | None:
        """Return what is looked up for a record with all its fields, None for an unusual one."""
        for name in self._tokens:
            token = data[name]
            if token is not None and (type(token) is not str or not _token(token)):
                return None
        for name in self._numbers:
            number = data[name]
            if number is not None and type(number) is not int:
                return None
        key: tuple[Any, ...] = (epoch, *self._plain(data))
        for name in self._lists:
            values = data[name]
            if values is not None and type(values) is not list:
                return None
            key += (None if values is None else tuple(values),)
        return key

    def _area_key(self, data: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return what is looked up for the area of a record, None for an unusual one."""
        area = data[self._area] if self._area else None
        if area is None:
            return ()
        if type(area) is not dict or len(area) != 3:
            return None
        try:
            return area["code"], area["edition"], area["confidence"]
        except KeyError:
            return None


def coded_values(
    data: Mapping[str, Any], source: str, names: tuple[str, ...]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the values that rules look at, those before and those after the place and the day.

    They are `FIXED` but its place and day, then the fields called `names`.
    """
    before = (source, data["held_for"], data["category_list"], data["category"])
    values = map(data.get, names)
    return before, tuple([tuple(sorted(v)) if type(v) is list else v for v in values])


def coded_place(data: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the place, as (edition, code) or None, and how well it is known."""
    area = data.get("area") or {}
    code = area.get("code")
    return (area.get("edition"), code) if code else None, area.get("confidence")
