"""The short way through validation, for records that look like ones already found clean.

Rules for editors:
1. It may only say yes where the long way finds no fault; whatever is unusual takes the long way. A
   property test compares the two, and a type with a field that nobody here looks at never comes.
2. It remembers coded values, and tuples of them, which are few; it never remembers an id, a time or
   a token.
3. True equals 1 in a tuple: whole numbers are asked for their type before any is looked up.
4. A text that it keeps is held once: the same few codes stand in thousands of tuples, and to look
   one up is to look at each of them, wherever it lies in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from cioghub.steps.validate.forms import TOKEN_FORM
from cioghub.vocabulary.coding import FIXED, TypeCoding
from cioghub.vocabulary.schema import EventSchema

MOST = 500_000
"""Tuples remembered; then all are forgotten at once."""

_TOKENS = frozenset({"person-token", "place-token"})
_token = TOKEN_FORM.fullmatch


CleanAreas = dict[tuple[Any, ...], tuple[Any, ...]]
"""From code, edition and confidence to the coded values of an area."""


Key = tuple[tuple[Any, ...], tuple[Any, ...]]
"""What is looked up for a record: its function and category, then its other codes and numbers.

Each begins with the stretch of days. Looked up apart there are fewer of both than there would be of
them together, and fewer are new. No code of one depends on a code of the other. Times, places and
tokens are in neither.
"""

_OF_HEAD = ("held_for", "category_list", "category")
_TIMES = {"occurred_from": False, "occurred_to": False, "recorded_at": True}
"""The times that are looked at, and whether each may be null."""


def looks_at_all(schema: EventSchema) -> bool:
    """Say whether the short way looks at every field of a type, as it must to call any clean."""
    fields = schema.fields
    return (
        {f.name: f.nullable for f in fields if f.privacy_class == "time"} == _TIMES
        and [f.name for f in fields if f.kind == "area"] in ([], ["area"])
        and all(f.nullable for f in fields if f.privacy_class in _TOKENS)
        and {f.name for f in fields if f.kind == "string"}.issuperset(_OF_HEAD)
    )


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

    `areas` is what has been found clean of places that are named, the same for all feeds and types,
    and so are `codes`.
    """

    __slots__ = (
        "_area",
        "_areas",
        "_bare",
        "_codes",
        "_head",
        "_heads",
        "_lists",
        "_nulls",
        "_numbers",
        "_tail",
        "_tails",
        "_tokens",
        "_values",
        "names",
        "source",
        "type_name",
    )

    def __init__(
        self,
        source: str,
        schema: EventSchema,
        coding: TypeCoding,
        areas: CleanAreas,
        codes: Codes,
    ) -> None:
        self.source = source
        self.type_name = schema.type_name
        self.names = frozenset(field.name for field in schema.fields)
        self._nulls = {field.name: None for field in schema.fields if field.nullable}
        self._tokens = [f.name for f in schema.fields if f.privacy_class in _TOKENS]
        self._numbers = [f.name for f in schema.fields if f.kind == "int"]
        area = next((f for f in schema.fields if f.kind == "area"), None)
        self._area = area.name if area else None
        # Whether a record may name no place is said by its own schema.
        self._bare = () if area is None or area.nullable else None
        tail = [
            f
            for f in schema.fields
            if f.name not in (*_OF_HEAD, *self._tokens)
            and f.privacy_class != "time"
            and f.kind != "area"
        ]
        self._head = itemgetter(*_OF_HEAD)
        self._tail = _getter([f.name for f in tail])
        # Before the values of a tail stands the stretch of days.
        self._lists = [(at, f.name) for at, f in enumerate(tail, 1) if f.kind == "strings"]
        self._heads: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self._tails: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self._values: set[tuple[Any, ...]] = set()
        self._areas = areas
        self._codes = codes

    def filled(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record with null in every field that may be null and was left out."""
        return {**self._nulls, **data}

    def key(self, data: Mapping[str, Any], on: int) -> Key | None:
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
        tail: tuple[Any, ...] = (on, *self._tail(data))
        for at, name in self._lists:
            values = data[name]
            if values is not None:  # no list is not an empty one
                if type(values) is not list:
                    return None
                tail = (*tail[:at], tuple(values), *tail[at + 1 :])
        return (on, *self._head(data)), tail

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

    def coded(
        self, key: Key | None, area: tuple[Any, ...] | None, on: date
    ) -> tuple[Any, ...] | None:
        """Return the coded values of a record, if key and area were found clean before."""
        if key is None or area is None:
            return None
        try:
            head, tail = key
            return *self._heads[head], *self._areas[area], on, *self._tails[tail]
        except (KeyError, TypeError):  # not seen yet, or no code: the long way will say
            return None

    def apart(self, key: Key, data: Mapping[str, Any]) -> bool:
        """Say whether each value of a key was found clean before, if never all of them together."""
        try:
            return self._values.issuperset(_values(key, data))
        except TypeError:  # no code: the long way will say
            return False

    def remember(
        self,
        key: Key | None,
        area: tuple[Any, ...] | None,
        data: Mapping[str, Any],
        coded: tuple[Any, ...],
    ) -> None:
        """Note a record that was found clean, and its coded values."""
        if key is None or area is None:
            return
        if len(self._heads) + len(self._tails) > MOST:
            self._heads.clear()
            self._tails.clear()
            self._values.clear()
        if len(self._areas) > MOST:
            self._areas.clear()
        head, tail = key
        self._heads[self._codes.once(head)] = coded[:_AREA]
        self._tails[self._codes.once(tail)] = coded[_DAY + 1 :]
        self._values.update(_values(key, data))
        self._areas[self._codes.once(area)] = coded[_AREA:_DAY]


def _getter(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return what takes these values out of a record: a tuple, of one name too."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda data: tuple([data[name] for name in names])


def _values(key: Key, data: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the values of a key by their places in it, and the code within its list."""
    head, tail = key
    on = head[0]
    return [
        (on, data["category_list"], data["category"]),
        *[(on, f"head {place}", value) for place, value in enumerate(head)],
        *[(on, place, value) for place, value in enumerate(tail)],
    ]


_AREA, _DAY = FIXED.index("area"), FIXED.index("valid_on")
