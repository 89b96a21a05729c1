"""The compiled bundle: decides by table, so that no tuple of coded values is decided twice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from cioghub.steps.share.alike import Alike, noted
from cioghub.steps.share.coded_facts import PLACE_CONDITIONS, Facts, facts_of
from cioghub.steps.share.decide import Outcome, Permit, Refusal, decide
from cioghub.steps.share.treat import Plan, Treatments
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import Buckets
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.coding import FIXED, TypeCoding, type_codings
from cioghub.vocabulary.incidents import ValidIncident
from cioghub.vocabulary.known import Known
from cioghub.vocabulary.parties import Parties
from cioghub.vocabulary.reasons import WithheldReason
from cioghub.vocabulary.rules import Agreement, Clause
from cioghub.vocabulary.schema import EventSchema


class _Relevant(NamedTuple):
    """What decisions on one type ask for: some of the coded values, and perhaps the place.

    `kinds` remembers by code epoch and those values which kind of event it was.
    """

    values: Callable[[tuple[Any, ...]], Any]
    by_place: bool
    kinds: dict[tuple[int, Any], int]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checked rules folder: all that a decision depends on, and the hash that names it."""

    parties: Parties
    agreements: tuple[Agreement, ...]
    lists: CodeLists
    schemas: dict[str, EventSchema]
    areas: Areas
    recipients: tuple[str, ...]
    audiences: tuple[str, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class DecisionClass:
    """One distinct outcome for all recipients; `id` numbers the classes of a run from 0."""

    id: int
    outcomes: tuple[Outcome, ...]
    plans: tuple[Plan | None, ...]
    permitted: tuple[Plan, ...]


class DecisionTable:
    """Decides every event of a bundle; remembers what it has decided."""

    def __init__(self, bundle: Bundle, buckets: Buckets) -> None:
        self._bundle = bundle
        self._codings = type_codings(bundle.schemas.values())
        self._police = bundle.parties.police()
        self._treatments = Treatments(bundle.areas, buckets)
        self._decided: dict[tuple[Any, ...], DecisionClass] = {}
        self._kinds: dict[tuple[Any, ...], int] = {}
        self._last_kind = 0
        self._outcomes: dict[tuple[Any, ...], int] = {}
        self._classes: dict[tuple[int, ...], DecisionClass] = {}
        self._numbers: dict[Outcome, int] = {}
        self._distinct: list[Outcome] = []
        self._agreements: dict[tuple[str, str, str], tuple[Agreement, ...]] = {}
        ends = {a.ends.toordinal() + 1 for a in bundle.agreements}
        self._days = _stretches({a.starts.toordinal() for a in bundle.agreements} | ends)
        self._valid_ons = _stretches(bundle.lists.boundaries())
        for a in bundle.agreements:
            for event in a.events:
                key = (a.publisher, event, a.recipient)
                self._agreements[key] = (*self._agreements.get(key, ()), a)
        self._within = {
            group.id: group.areas
            for group in bundle.parties.groups
            if group.areas and group.id in bundle.recipients
        }
        clauses: dict[str, list[Clause]] = {name: [] for name in self._codings}
        asked: dict[str, set[str]] = {name: set() for name in self._codings}
        self._asked: dict[tuple[str, str, str], frozenset[str]] = {}
        for (publisher, name, recipient), agreements in self._agreements.items():
            own = [clause for a in agreements for clause in a.clauses]
            fields = {clause.field for clause in own}
            if recipient in self._within:
                fields |= _OF_PLACE
            self._asked[publisher, name, recipient] = frozenset(fields)
            asked[name] |= fields
            clauses[name] += own
        self._alike = {
            name: Alike(coding, clauses[name], bundle.lists)
            for name, coding in self._codings.items()
        }
        self._places: Known[tuple[str, str] | None, int] = Known(self._place)
        self._distinct_places: dict[tuple[str | bool | None, ...], int] = {}
        self._relevant = {
            name: _Relevant(
                self._relevant_of(coding, asked[name]), bool(asked[name] & _OF_PLACE), {}
            )
            for name, coding in self._codings.items()
        }

    def classes(self) -> list[DecisionClass]:
        """Return the classes met so far, by id."""
        return sorted(self._classes.values(), key=lambda one: one.id)

    def decide(self, valid: ValidIncident, day: date) -> DecisionClass:
        """Return the decision on an accepted event, judged on its day of acceptance."""
        coded = valid.coded
        if not coded:
            return self._control(valid)
        values, by_place, kinds = self._relevant[valid.type]
        code_epoch = self._valid_ons[coded[_VALID_ON]]
        asked = (code_epoch, values(coded))
        kind = kinds.get(asked)
        if kind is None:
            kind = noted(kinds, asked, self._kind(valid, code_epoch))
        place = self._places[coded[_AREA]] if by_place else None
        key = (kind, self._days[day], place)
        known = self._decided.get(key)
        if known is None:
            known = noted(self._decided, key, self._decide(valid, day, code_epoch))
        return known

    def _place(self, area: tuple[str, str] | None) -> int:
        """Return the number of what is asked of a place, the same for all places alike in it.

        Asked are its district, CSP and CIOG, and which groups read it.
        """
        areas = self._bundle.areas
        place = areas.place(*area) if area else None
        asked = (
            *(place.parents.get(level) if place else None for level in PLACE_CONDITIONS),
            *(areas.lies_in(area, within) for within in self._within.values()),
        )
        return self._distinct_places.setdefault(asked, len(self._distinct_places))

    def _relevant_of(self, coding: TypeCoding, asked: set[str]) -> Callable[[tuple[Any, ...]], Any]:
        """Return what takes the values out by which kinds of events of a type are remembered."""
        lists = self._bundle.lists
        always = [FIXED.index(name) for name in ("source", "held_for", "category_list", "category")]
        if "confidence" in asked:
            always.append(FIXED.index("confidence"))
        for field, list_name in zip(coding.fields, coding.lists, strict=True):
            code_list = lists.get(list_name) if list_name else None
            says = code_list is not None and any(
                row.hub_category or row.floor or row.lane or row.flags for row in code_list.rows()
            )
            if says or field in asked:
                always.append(coding.position(field))
        return itemgetter(*always)

    def _control(self, valid: ValidIncident) -> DecisionClass:
        refusals = (Refusal(r, WithheldReason.CONTROL) for r in self._bundle.recipients)
        return self._class(valid.type, tuple(self._number(one) for one in refusals))

    def _kind(self, valid: ValidIncident, code_epoch: int) -> int:
        """Return the number of a kind of event: only day and place may tell two of one kind apart.

        One kind may get another number once it was forgotten; no number ever stands for two.
        """
        seen = self._alike[valid.type].seen(valid.coded, code_epoch)
        what = (valid.publisher, valid.type, seen.said, tuple(seen.held.values()))
        known = self._kinds.get(what)
        if known is None:
            self._last_kind += 1
            known = noted(self._kinds, what, self._last_kind)
        return known

    def _decide(self, valid: ValidIncident, day: date, code_epoch: int) -> DecisionClass:
        """Decide for each recipient, on the conditions alone that its agreements ask for."""
        said, held = self._alike[valid.type].seen(valid.coded, code_epoch)
        alike = (valid.publisher, valid.type, self._days[day], said)
        facts: Facts | None = None
        outcomes = []
        for recipient in self._bundle.recipients:
            asked = self._asked.get((valid.publisher, valid.type, recipient), _NONE)
            place = self._places[valid.coded[_AREA]] if asked & _OF_PLACE else None
            key = (recipient, alike, place, tuple([v for k, v in held.items() if k in asked]))
            known = self._outcomes.get(key)
            if known is None:
                facts = facts or self._facts(valid)
                number = self._number(self._outcome(valid, day, recipient, facts))
                known = noted(self._outcomes, key, number)
            outcomes.append(known)
        return self._class(valid.type, tuple(outcomes))

    def _facts(self, valid: ValidIncident) -> Facts:
        coding = self._codings[valid.type]
        return facts_of(valid.coded, coding, self._bundle.lists, self._bundle.areas)

    def _outcome(self, valid: ValidIncident, day: date, recipient: str, facts: Facts) -> Outcome:
        outcome = decide(
            facts,
            valid.coded[_HELD_FOR],
            day,
            self._bundle.schemas[valid.type],
            self._agreements.get((valid.publisher, valid.type, recipient), ()),
            recipient,
            self._police,
        )
        within = self._within.get(recipient)
        if within is None or not isinstance(outcome, Permit):
            return outcome
        # A group with areas reads only what surely lies in them, whatever a rule permits.
        inside = self._bundle.areas.lies_in(valid.coded[_AREA], within)
        return outcome if inside else Refusal(recipient, WithheldReason.ONLY_WHEN, outcome.rules)

    def _number(self, outcome: Outcome) -> int:
        known = self._numbers.get(outcome)
        if known is None:
            known = self._numbers[outcome] = len(self._distinct)
            self._distinct.append(outcome)
        return known

    def _class(self, type_name: str, numbers: tuple[int, ...]) -> DecisionClass:
        known = self._classes.get(numbers)
        if known is None:
            outcomes = tuple(self._distinct[number] for number in numbers)
            plans = tuple(
                self._treatments.plan(outcome, self._bundle.schemas[type_name])
                if isinstance(outcome, Permit)
                else None
                for outcome in outcomes
            )
            permitted = tuple(plan for plan in plans if plan is not None)
            known = DecisionClass(len(self._classes), outcomes, plans, permitted)
            self._classes[numbers] = known
        return known


def _stretches(boundaries: Iterable[int]) -> Known[date, int]:
    """Return the number of the stretch between boundaries (ordinals of days) that a day lies in."""
    ordered = sorted(boundaries)
    return Known(lambda day: bisect_right(ordered, day.toordinal()))


_VALID_ON = FIXED.index("valid_on")
_AREA = FIXED.index("area")
_HELD_FOR = FIXED.index("held_for")
_OF_PLACE = frozenset(PLACE_CONDITIONS)
_NONE: frozenset[str] = frozenset()
