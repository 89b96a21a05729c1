"""Applies one permit to one event: each field kept, generalised, set aside for a key, or dropped.

Rules for editors:
1. A field that the permit does not name is dropped: nothing passes by default.
2. What cannot be derived takes the next coarser value that can, else null; never a finer one.
3. An age band that does not fit inside one coarser band gives null.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from cioghub.steps.share.decide import Permit
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import QUARTER, Bucket, Buckets, Quarters
from cioghub.vocabulary.coding import FIXED
from cioghub.vocabulary.incidents import SharedIncident, ValidIncident, build
from cioghub.vocabulary.known import Known
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

Value = Callable[[Any], Any]

Asked = tuple[tuple[str, str] | None, str | None]
"""The area, as (edition, code), and the confidence that an event is coded with."""

Places = Known[Asked, dict[str, Any] | None]


class Treatments:
    """Makes the shared form of an event, one prepared plan for each permit."""

    def __init__(self, areas: Areas, buckets: Buckets) -> None:
        self._areas = areas
        self._buckets = buckets
        self._places: dict[str, Places] = {}

    def plan(self, permit: Permit, schema: EventSchema) -> Plan:
        """Return the prepared plan of a permit, to be applied to any event of its class."""
        plan = Plan(permit)
        classes = {field.name: field.privacy_class for field in schema.fields}
        coarsest: str | None = None
        for name, treatment in permit.treatments:
            if classes[name] == "time":
                plan.drops_time |= treatment.action == DROP
                coarsest = coarsest_time(coarsest, treatment.level)
            if treatment.action == DROP:
                continue
            if treatment.action == PSEUDONYMISE:
                plan.tokens += (name,)
            self._add(plan, name, classes[name], treatment)
        plan.floor = self._buckets.of(coarsest) if coarsest else None
        return plan

    def _add(self, plan: Plan, name: str, privacy_class: str, treatment: Treatment) -> None:
        level = treatment.level or ""
        plan.form[name] = None
        if name == "area" and plan.permit.place_level is not None:
            plan.place = self._places_at(plan.permit.place_level)
        elif treatment.action != GENERALISE:
            plan.kept += (name,)
        elif name == "category":
            plan.form[name] = list(plan.permit.categories)
        elif name == "age_band":
            plan.made += ((name, AGE_BANDS[level].get),)
        elif name == "occurred_to":
            plan.ends = self._buckets.of(level)
        elif name == "occurred_from":
            plan.begins = self._buckets.of(level)
        elif name == "recorded_at":
            plan.recorded = self._buckets.of(level)
        else:
            raise ValueError(f"no way to generalise {name}")

    def _places_at(self, level: str) -> Places:
        return self._places.setdefault(level, Known(partial(self._place, level)))

    def _place(self, level: str, asked: Asked) -> dict[str, Any] | None:
        """Return a place at a level; events of one place share one value, which is never set."""
        area, confidence = asked
        place = self._areas.place(*area) if area else None
        found = self._areas.coarsened(place, level) if place else None
        if place is None or found is None:
            return None
        edition = self._areas.edition_of(place, found[0])
        return {"code": found[1], "edition": edition, "confidence": confidence}


class Plan:
    """One permit, prepared: `apply` gives what passes of an event.

    `kept` fields pass as they are, `made` ones come from their own value; `form` has all that pass,
    in their order, filled in where they are the same for every event. Places and times are made of
    what validation read of them; `floor` makes the event's own time as coarse as its coarsest, None
    leaves it exact.
    """

    __slots__ = (
        "begins",
        "drops_time",
        "ends",
        "floor",
        "form",
        "kept",
        "made",
        "permit",
        "place",
        "recorded",
        "tokens",
    )

    def __init__(self, permit: Permit) -> None:
        self.permit = permit
        self.form: dict[str, Any] = {}
        self.kept: tuple[str, ...] = ()
        self.made: tuple[tuple[str, Value], ...] = ()
        self.tokens: tuple[str, ...] = ()
        self.place: Places | None = None
        self.begins: Quarters | None = None
        self.ends: Quarters | None = None
        self.recorded: Quarters | None = None
        self.floor: Quarters | None = None
        self.drops_time = False

    def apply(self, valid: ValidIncident) -> SharedIncident:
        """Return what the recipient may have of `valid`, its tokens still to be replaced."""
        raw, _, _, _, _, coded, time, occurred_from, occurred_to, recorded_at = valid
        given = raw.attributes["data"]
        data = self.form.copy()
        try:
            for name in self.kept:
                data[name] = given[name]
        except KeyError:  # a field that may be null may be absent too
            data.update({name: given.get(name) for name in self.kept})
        for name, make in self.made:
            data[name] = make(given.get(name))
        if self.place is not None:
            data["area"] = self.place[coded[_AREA], coded[_CONFIDENCE]]
        if self.begins is not None and occurred_from is not None:
            data["occurred_from"] = self.begins[occurred_from // QUARTER][_FLOOR]
        if self.ends is not None and occurred_to is not None:
            start, floor, end = self.ends[occurred_to // QUARTER]
            data["occurred_to"] = floor if occurred_to == start else end
        if self.recorded is not None and recorded_at is not None:
            data["recorded_at"] = self.recorded[recorded_at // QUARTER][_FLOOR]
        if self.drops_time:
            shown = None
        elif self.floor is not None:
            shown = self.floor[time // QUARTER][_FLOOR]
        else:
            shown = raw.attributes["time"]
        permit = self.permit
        return build(
            SharedIncident,
            (valid, permit.recipient, permit.purpose, data, self.tokens, shown, permit.notes),
        )


_AREA, _CONFIDENCE = FIXED.index("area"), FIXED.index("confidence")
_FLOOR = Bucket._fields.index("floor")
