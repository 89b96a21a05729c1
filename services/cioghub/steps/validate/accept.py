"""Says of one decoded event whether the hub takes it, or names every fault at once.

Rules for editors:
1. A fault is a pointer and a code. No value of the event goes into it, nor any name it brought:
   an unknown attribute is `/*`, an unknown field `/data/*`.
2. What is not named by the contract or the schema is refused: the record is closed.
3. Nothing here depends on another event or on a clock; conflicts and unknown targets are found
   where the log is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from cioghub.steps.validate.clean import CleanAreas, CleanRecords, Codes, looks_at_all
from cioghub.steps.validate.forms import (
    ID_FORM,
    SOURCE_FORM,
    TOKEN_FORM,
    instant,
    last_second,
    text,
    texts,
    whole,
)
from cioghub.steps.validate.place import AreaCheck
from cioghub.steps.validate.screen import Screen
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import QUARTER, local_day
from cioghub.vocabulary.codes import CodeList, CodeLists
from cioghub.vocabulary.coding import type_codings
from cioghub.vocabulary.incidents import Fault, RawIncident, Rejected, ValidIncident, build
from cioghub.vocabulary.known import Known
from cioghub.vocabulary.parties import FUNCTIONS, Feed, Parties
from cioghub.vocabulary.reasons import FaultCode
from cioghub.vocabulary.schema import EventField, EventSchema

ATTRIBUTES = ("specversion", "id", "source", "type", "time", "datacontenttype", "data")
_KNOWN = frozenset(ATTRIBUTES)
LATEST_EARLY_SECONDS = 24 * 3600
"""How long before its end an event may say that it was published (clocks differ)."""


class _Faults(list[Fault]):
    def add(self, pointer: str, code: FaultCode | None) -> bool:
        """Note a fault, if there is one; say whether there was none."""
        if code is not None:
            self.append(Fault(pointer, code))
        return code is None


class Validator:
    """Validates the events of one partnership: its feeds, schemas, code lists and areas."""

    def __init__(
        self,
        parties: Parties,
        schemas: Mapping[str, EventSchema],
        lists: CodeLists,
        areas: Areas,
        screen: Screen,
    ) -> None:
        self._feeds = parties.feed_owners()
        self._schemas = schemas
        self._codings = type_codings(schemas.values())
        self._lists = lists
        self._place = AreaCheck(areas, lists, screen)
        self._zone = ZoneInfo(areas.timezone)
        self._screen = screen
        self._clean_sources = {s for s in self._feeds if not screen(s)}
        self._publishers = {source: party.id for source, (party, _) in self._feeds.items()}
        self._boundaries = sorted(lists.boundaries())
        self._days: Known[int, tuple[date, int]] = Known(self._day)
        clean_areas: CleanAreas = {}
        self._codes = Codes()
        self._clean = {
            (source, type_name): CleanRecords(
                source, schemas[type_name], self._codings[type_name], clean_areas, self._codes
            )
            for source, (_, feed) in self._feeds.items()
            for type_name in feed.types
            if source in self._clean_sources
            and type_name in schemas
            and not schemas[type_name].is_control
            and looks_at_all(schemas[type_name])
        }

    def validate(self, value: Any) -> ValidIncident | Rejected:
        """Return the accepted event, or every fault of a value parsed from JSON."""
        return self._short_way(value) or self.long_way(value)

    def _short_way(self, value: Any) -> ValidIncident | None:
        """Return the accepted event if nothing in it is unusual, else None."""
        if type(value) is not dict or len(value) != len(_KNOWN):
            return None
        try:
            return self._looked_up(value)
        except KeyError:  # as many names as there should be, and one of them another
            return None

    def _looked_up(self, value: dict[str, Any]) -> ValidIncident | None:
        """Return the same, asking for every name; raise KeyError where one is missing."""
        id_, source, type_name, data = value["id"], value["source"], value["type"], value["data"]
        if type(source) is not str or type(type_name) is not str or type(data) is not dict:
            return None
        clean = self._clean.get((source, type_name))
        if clean is None or type(id_) is not str:
            return None
        if len(data) != len(clean.names):
            data = clean.filled(data)
            if len(data) != len(clean.names):
                return None
        if value["specversion"] != "1.0" or value["datacontenttype"] != "application/json":
            return None
        if not ID_FORM.fullmatch(id_) or self._screen(id_):
            return None
        begins, ends, noted = data["occurred_from"], data["occurred_to"], data["recorded_at"]
        time, start = instant(value["time"]), instant(begins)
        end = start if ends == begins else instant(ends)
        recorded = None if noted is None else instant(noted)
        # `instant` gives a fault, which is a text, or whole seconds.
        if type(time) is not int or type(start) is not int or type(end) is not int:
            return None
        if recorded is not None and type(recorded) is not int:
            return None
        if end < start or time < end - LATEST_EARLY_SECONDS:
            return None
        on, epoch = self._days[start // QUARTER]
        key, area = clean.key(data, epoch), clean.area_key(data)
        coded = clean.coded(key, area, on)
        if coded is None:
            if key is None or area is None or not clean.apart(key, data):
                return None
            if area and self._place.faults(data["area"]):
                return None
            coded = self._codes.once(_coded(data, source, on, self._codings[type_name].fields))
            clean.remember(key, area, data, coded)
        return build(
            ValidIncident,
            (
                build(RawIncident, (value,)),
                # What is remembered by these is found faster than by what the event brought.
                clean.type_name,
                clean.source,
                id_,
                self._publishers[source],
                coded,
                time,
                start,
                last_second(end, ends) if "." in ends else end,
                recorded,
            ),
        )

    def _day(self, quarter: int) -> tuple[date, int]:
        """Return the local day of a quarter of an hour since 1970, and in which stretch of the code
        lists it lies.
        """
        on = local_day(quarter * QUARTER, self._zone)
        return on, sum(boundary <= on.toordinal() for boundary in self._boundaries)

    def long_way(self, value: Any) -> ValidIncident | Rejected:
        """Return the accepted event, or every fault, asking everything anew."""
        if not isinstance(value, dict):
            return Rejected((Fault("", FaultCode.NOT_AN_OBJECT),), None, None)
        faults = _Faults()
        if not value.keys() <= _KNOWN:
            faults.add("/*", FaultCode.UNKNOWN_ATTRIBUTE)
        for name in ATTRIBUTES:
            if name not in value:
                faults.add(f"/{name}", FaultCode.MISSING)
        id_ = self._id(value.get("id"), faults) if "id" in value else None
        feed_of = self._source(value.get("source"), faults) if "source" in value else None
        source = value.get("source") if feed_of else None
        if value.get("specversion", "1.0") != "1.0":
            faults.add("/specversion", FaultCode.WRONG_FORM)
        if value.get("datacontenttype", "application/json") != "application/json":
            faults.add("/datacontenttype", FaultCode.WRONG_FORM)
        time = self._instant(value.get("time"), "/time", faults) if "time" in value else None
        schema = self._type(value.get("type"), feed_of, faults) if "type" in value else None
        data = value.get("data")
        if schema is None or "data" not in value:
            return Rejected(tuple(faults), source, id_)
        if not isinstance(data, dict):
            faults.add("/data", FaultCode.WRONG_TYPE)
            return Rejected(tuple(faults), source, id_)
        fields = {field.name: field for field in schema.fields}
        if not data.keys() <= fields.keys():
            faults.add("/data/*", FaultCode.UNKNOWN_FIELD)
        checked = _Record(self, schema, feed_of, faults).check(data)
        start, end, recorded = checked
        if time is not None and end is not None and time < end - LATEST_EARLY_SECONDS:
            faults.add("/time", FaultCode.PUBLISHED_TOO_EARLY)
        if faults or source is None or id_ is None or time is None or feed_of is None:
            return Rejected(tuple(faults), source, id_)
        coded: tuple[Any, ...] = ()
        if not schema.is_control and start is not None:
            on, epoch = self._days[start // QUARTER]
            coded = self._codes.once(
                _coded(data, source, on, self._codings[schema.type_name].fields)
            )
            clean = self._clean.get((source, schema.type_name))
            if clean is not None:
                whole = clean.filled(data)
                clean.remember(clean.key(whole, epoch), clean.area_key(whole), whole, coded)
        return ValidIncident(
            raw=RawIncident(value),
            type=schema.type_name,
            source=source,
            id=id_,
            publisher=feed_of[0],
            coded=coded,
            time=time,
            occurred_from=start,
            occurred_to=None if end is None else last_second(end, data["occurred_to"]),
            recorded_at=recorded,
        )

    def _id(self, value: Any, faults: _Faults) -> str | None:
        if not faults.add("/id", text(value, ID_FORM)):
            return None
        if self._screen(value):
            faults.add("/id", FaultCode.IDENTIFIER)
            return None
        return str(value)

    def _source(self, value: Any, faults: _Faults) -> tuple[str, Feed] | None:
        if not faults.add("/source", text(value, SOURCE_FORM)):
            return None
        owner = self._feeds.get(value)
        if owner is None or value not in self._clean_sources:
            if self._screen(value):
                faults.add("/source", FaultCode.IDENTIFIER)
            else:
                faults.add("/source", FaultCode.UNKNOWN_SOURCE)
            return None
        return owner[0].id, owner[1]

    def _instant(self, value: Any, pointer: str, faults: _Faults) -> int | None:
        found = instant(value)
        if isinstance(found, FaultCode):
            faults.add(pointer, found)
            return None
        return found

    def _type(
        self, value: Any, feed_of: tuple[str, Feed] | None, faults: _Faults
    ) -> EventSchema | None:
        if not faults.add("/type", text(value)):
            return None
        schema = self._schemas.get(value)
        if schema is None:
            faults.add("/type", FaultCode.UNKNOWN_TYPE)
        elif feed_of is not None and not schema.is_control and value not in feed_of[1].types:
            faults.add("/type", FaultCode.TYPE_NOT_OF_FEED)
        return schema


class _Record:
    """Checks one `data` record against its schema."""

    def __init__(
        self,
        validator: Validator,
        schema: EventSchema,
        feed_of: tuple[str, Feed] | None,
        faults: _Faults,
    ) -> None:
        self._validator = validator
        self._schema = schema
        self._feed = feed_of[1] if feed_of else None
        self._faults = faults

    def check(self, data: dict[str, Any]) -> tuple[int | None, int | None, int | None]:
        """Note every fault; return the seconds of the start, the end and the recording."""
        instants = {
            field.name: self._validator._instant(value, f"/data/{field.name}", self._faults)
            for field in self._schema.fields
            if field.privacy_class == "time" and (value := data.get(field.name)) is not None
        }
        start, end = instants.get("occurred_from"), instants.get("occurred_to")
        if start is not None and end is not None and end < start:
            self._faults.add("/data/occurred_to", FaultCode.INTERVAL_REVERSED)
        on = None if start is None else local_day(start, self._validator._zone)
        for field in self._schema.fields:
            value = data.get(field.name)
            pointer = f"/data/{field.name}"
            if value is None:
                if not field.nullable:
                    code = FaultCode.WRONG_TYPE if field.name in data else FaultCode.MISSING
                    self._faults.add(pointer, code)
            elif field.kind == "area":
                for part, code in self._validator._place.faults(value):
                    self._faults.add(pointer + part, code)
            elif field.privacy_class != "time" and self._faults.add(
                pointer, self._form(field, value)
            ):
                self._listed(field, value, data, on)
        return start, end, instants.get("recorded_at")

    def _listed(self, field: EventField, value: Any, data: dict[str, Any], on: date | None) -> None:
        pointer = f"/data/{field.name}"
        lists = self._validator._lists
        if field.name == "held_for":
            if value not in FUNCTIONS:
                self._faults.add(pointer, FaultCode.UNKNOWN_CODE)
            elif self._feed and value not in self._feed.held_for:
                self._faults.add(pointer, FaultCode.HELD_FOR_NOT_OF_FEED)
        elif field.name == "category_list":
            self._faults.add(pointer, None if lists.get(value) else FaultCode.UNKNOWN_CODE)
        elif field.name == "category":
            list_name = data.get("category_list")
            if isinstance(list_name, str) and (code_list := lists.get(list_name)):
                self._faults.add(pointer, _code(code_list, value, on))
        elif field.code_list:
            code_list = lists.get(field.code_list)
            if isinstance(value, list):
                for i, one in enumerate(value):
                    self._faults.add(f"{pointer}/{i}", _code(code_list, one, on))
            else:
                self._faults.add(pointer, _code(code_list, str(value), on))

    def _form(self, field: EventField, value: Any) -> FaultCode | None:
        if field.privacy_class in ("person-token", "place-token"):
            return text(value, TOKEN_FORM)
        if field.kind == "int":
            return whole(value)
        if field.kind == "strings":
            return texts(value)
        if not self._schema.is_control:
            return text(value)
        # The id of another event is as open as an id is, so it is screened like one.
        form = text(value, ID_FORM)
        if form is None and self._validator._screen(value):
            return FaultCode.IDENTIFIER
        return form


def _code(code_list: CodeList | None, code: str, on: date | None) -> FaultCode | None:
    if code_list is None or code not in code_list:
        return FaultCode.UNKNOWN_CODE
    if on is not None and code_list.valid(code, on) is None:
        return FaultCode.CODE_NOT_IN_FORCE
    return None


def _coded(
    data: Mapping[str, Any], source: str, on: date, names: tuple[str, ...]
) -> tuple[Any, ...]:
    """Return the values that rules look at: `FIXED`, then those of `names`."""
    area = data.get("area") or {}
    code = area.get("code")
    values = map(data.get, names)
    return (
        source,
        data["held_for"],
        data["category_list"],
        data["category"],
        (area.get("edition"), code) if code else None,
        area.get("confidence"),
        on,
        *[tuple(sorted(value)) if type(value) is list else value for value in values],
    )
