"""Applies one permit to one event: each field kept, generalised, set aside for a key, or dropped.

Rules for editors:
1. A field that the permit does not name is dropped: nothing passes by default.
2. What cannot be derived takes the next coarser value that can, else null; never a finer one.
3. An age band that does not fit inside one coarser band gives null.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cioghub.steps.share.decide import Permit
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import Buckets, parse_rfc3339
from cioghub.vocabulary.incidents import SharedIncident, ValidIncident
from cioghub.vocabulary.levels import coarsest_time
from cioghub.vocabulary.rules import DROP, GENERALISE, PSEUDONYMISE, Treatment
from cioghub.vocabulary.schema import EventSchema

AGE_BANDS = {
    "wide": {
        "under-10": "under-10",
        "10-13": "10-17",
        "14-15": "10-17",
        "16-17": "10-17",
        "18-24": "18-24",
        "25-34": "25-plus",
        "35-49": "25-plus",
        "50-64": "25-plus",
        "65-plus": "25-plus",
    },
    "adult-or-child": {
        "under-10": "child",
        "10-13": "child",
        "14-15": "child",
        "16-17": "child",
        "18-24": "adult",
        "25-34": "adult",
        "35-49": "adult",
        "50-64": "adult",
        "65-plus": "adult",
    },
}
"""What each age band becomes at each coarser level."""

Maker = Callable[[ValidIncident, Any], Any]


class Treatments:
    """Makes the shared form of an event, one prepared plan for each permit."""

    def __init__(self, areas: Areas, buckets: Buckets) -> None:
        self._areas = areas
        self._buckets = buckets
        self._places: dict[tuple[str, str, str], tuple[str, str] | None] = {}

    def plan(self, permit: Permit, schema: EventSchema) -> Plan:
        """Return the prepared plan of a permit, to be applied to any event of its class."""
        classes = {field.name: field.privacy_class for field in schema.fields}
        makers: list[tuple[str, Maker | None]] = []
        tokens = []
        event_level: str | None = None
        dropped_time = False
        for name, treatment in permit.treatments:
            if classes[name] == "time":
                dropped_time |= treatment.action == DROP
                event_level = coarsest_time(event_level, treatment.level)
            if treatment.action == DROP:
                continue
            if treatment.action == PSEUDONYMISE:
                tokens.append(name)
            makers.append((name, self._maker(name, classes[name], treatment, permit)))
        return Plan(permit, tuple(makers), tuple(tokens), event_level, dropped_time, self._buckets)

    def _maker(
        self, name: str, privacy_class: str, treatment: Treatment, permit: Permit
    ) -> Maker | None:
        level = treatment.level or ""
        if name == "area" and permit.place_level is not None:
            place_level = permit.place_level
            return lambda _, value: self._area(value, place_level)
        if treatment.action != GENERALISE:
            return None
        if name == "category":
            categories = list(permit.categories)
            return lambda _, value: categories
        if name == "age_band":
            bands = AGE_BANDS[level]
            return lambda _, value: bands.get(value)
        buckets = self._buckets
        if name == "occurred_from":
            return lambda valid, _: _time(buckets.floor, valid.occurred_from, level)
        if name == "occurred_to":
            return lambda valid, _: _time(buckets.ceiling, valid.occurred_to, level)
        if privacy_class == "time":
            return lambda _, value: (
                None if value is None else buckets.floor(parse_rfc3339(value), level)
            )
        raise ValueError(f"no way to generalise {name}")

    def _area(self, value: Any, level: str) -> dict[str, Any] | None:
        if value is None or value["code"] is None:
            return None
        key = (value["edition"], value["code"], level)
        if key not in self._places:
            self._places[key] = self._derive(*key)
        found = self._places[key]
        if found is None:
            return None
        edition, code = found
        return {"code": code, "edition": edition, "confidence": value["confidence"]}

    def _derive(self, edition: str, code: str, level: str) -> tuple[str, str] | None:
        place = self._areas.place(edition, code)
        found = self._areas.coarsened(place, level) if place else None
        if place is None or found is None:
            return None
        return self._areas.edition_of(place, found[0]), found[1]


def _time(bucket: Callable[[int, str], str], seconds: int | None, level: str) -> str | None:
    return None if seconds is None else bucket(seconds, level)


class Plan:
    """One permit, prepared: `apply` gives what passes of an event."""

    __slots__ = ("_buckets", "_dropped_time", "_makers", "_time_level", "_tokens", "permit")

    def __init__(
        self,
        permit: Permit,
        makers: tuple[tuple[str, Maker | None], ...],
        tokens: tuple[str, ...],
        time_level: str | None,
        dropped_time: bool,
        buckets: Buckets,
    ) -> None:
        self.permit = permit
        self._makers = makers
        self._tokens = tokens
        self._time_level = time_level
        self._dropped_time = dropped_time
        self._buckets = buckets

    def apply(self, valid: ValidIncident) -> SharedIncident:
        """Return what the recipient may have of `valid`, its tokens still to be replaced."""
        source = valid.raw.attributes["data"]
        data = {
            name: source.get(name) if maker is None else maker(valid, source.get(name))
            for name, maker in self._makers
        }
        if self._dropped_time:
            time = None
        elif self._time_level is None:
            time = valid.raw.attributes["time"]
        else:
            time = self._buckets.floor(valid.time, self._time_level)
        return SharedIncident(
            valid,
            self.permit.recipient,
            self.permit.purpose,
            data,
            self._tokens,
            time,
            self.permit.notes,
        )
