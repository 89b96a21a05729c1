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
from cioghub.vocabulary.buckets import Buckets, Texts
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

Value = Callable[[Any], Any]


class Treatments:
    """Makes the shared form of an event, one prepared plan for each permit."""

    def __init__(self, areas: Areas, buckets: Buckets) -> None:
        self._areas = areas
        self._buckets = buckets
        self._places: dict[str, dict[tuple[str | None, ...], dict[str, Any] | None]] = {}

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
        plan.floor = self._buckets.floors(coarsest) if coarsest else None
        return plan

    def _add(self, plan: Plan, name: str, privacy_class: str, treatment: Treatment) -> None:
        level = treatment.level or ""
        if name == "area" and plan.permit.place_level is not None:
            plan.made += ((name, self._place_at(plan.permit.place_level)),)
        elif treatment.action != GENERALISE:
            plan.kept += (name,)
        elif name == "category":
            plan.fixed[name] = list(plan.permit.categories)
        elif name == "age_band":
            plan.made += ((name, AGE_BANDS[level].get),)
        elif name == "occurred_to":
            plan.ends = self._buckets.ceilings(level)
        elif name == "occurred_from":
            plan.begins = self._buckets.floors(level)
        elif name == "recorded_at":
            plan.recorded = self._buckets.floors(level)
        else:
            raise ValueError(f"no way to generalise {name}")

    def _place_at(self, level: str) -> Value:
        """Return the maker of places at `level`; events of one place share one value, never set."""
        known = self._places.setdefault(level, {})

        def place(value: Any) -> dict[str, Any] | None:
            if value is None:
                return None
            get = value.get  # each part may be absent, as its schema says
            key = (get("edition"), get("code"), get("confidence"))
            try:
                return known[key]
            except KeyError:
                made = known[key] = self._area(*key, level)
                return made

        return place

    def _area(
        self, edition: str | None, code: str | None, confidence: str | None, level: str
    ) -> dict[str, Any] | None:
        found = self._derive(edition, code, level) if edition and code else None
        return {"code": found[1], "edition": found[0], "confidence": confidence} if found else None

    def _derive(self, edition: str, code: str, level: str) -> tuple[str, str] | None:
        place = self._areas.place(edition, code)
        found = self._areas.coarsened(place, level) if place else None
        if place is None or found is None:
            return None
        return self._areas.edition_of(place, found[0]), found[1]


class Plan:
    """One permit, prepared: `apply` gives what passes of an event.

    `kept` fields pass as they are, `fixed` ones are the same for every event, `made` ones come from
    their own value. The times have makers of their own, since they are made from seconds; `floor`
    makes the event's own time as coarse as its coarsest, None leaves it exact.
    """

    __slots__ = (
        "begins",
        "drops_time",
        "ends",
        "fixed",
        "floor",
        "kept",
        "made",
        "permit",
        "recorded",
        "tokens",
    )

    def __init__(self, permit: Permit) -> None:
        self.permit = permit
        self.kept: tuple[str, ...] = ()
        self.fixed: dict[str, Any] = {}
        self.made: tuple[tuple[str, Value], ...] = ()
        self.tokens: tuple[str, ...] = ()
        self.begins: Texts | None = None
        self.ends: Texts | None = None
        self.recorded: Texts | None = None
        self.floor: Texts | None = None
        self.drops_time = False

    def apply(self, valid: ValidIncident) -> SharedIncident:
        """Return what the recipient may have of `valid`, its tokens still to be replaced."""
        attributes = valid.raw.attributes
        get = attributes["data"].get
        data = self.fixed.copy()
        for name in self.kept:
            data[name] = get(name)
        for name, make in self.made:
            data[name] = make(get(name))
        if self.begins is not None:
            at = valid.occurred_from
            data["occurred_from"] = None if at is None else self.begins(at)
        if self.ends is not None:
            at = valid.occurred_to
            data["occurred_to"] = None if at is None else self.ends(at)
        if self.recorded is not None:
            at = valid.recorded_at
            data["recorded_at"] = None if at is None else self.recorded(at)
        if self.drops_time:
            time = None
        else:
            time = self.floor(valid.time) if self.floor else attributes["time"]
        permit = self.permit
        return SharedIncident(
            valid, permit.recipient, permit.purpose, data, self.tokens, time, permit.notes
        )
