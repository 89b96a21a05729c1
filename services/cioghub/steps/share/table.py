"""The compiled bundle: decides by table, so that no tuple of coded values is decided twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from cioghub.steps.share.coded_facts import facts_of
from cioghub.steps.share.decide import Outcome, Permit, Refusal, decide
from cioghub.steps.share.treat import Plan, Treatments
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.buckets import Buckets
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.coding import FIXED, type_codings
from cioghub.vocabulary.incidents import ValidIncident
from cioghub.vocabulary.parties import Parties
from cioghub.vocabulary.reasons import WithheldReason
from cioghub.vocabulary.rules import Agreement
from cioghub.vocabulary.schema import EventSchema


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


class DecisionTable:
    """Decides every event of a bundle; remembers what it has decided."""

    def __init__(self, bundle: Bundle, buckets: Buckets) -> None:
        self._bundle = bundle
        self._codings = type_codings(bundle.schemas.values())
        self._treatments = Treatments(bundle.areas, buckets)
        self._decided: dict[tuple[Any, ...], DecisionClass] = {}
        self._classes: dict[tuple[Outcome, ...], DecisionClass] = {}
        self._days: dict[date, int] = {}
        self._valid_ons: dict[date, int] = {}
        self._agreements: dict[tuple[str, str, str], tuple[Agreement, ...]] = {}
        self._boundaries = sorted(
            {a.starts.toordinal() for a in bundle.agreements}
            | {a.ends.toordinal() + 1 for a in bundle.agreements}
        )
        self._code_boundaries = sorted(bundle.lists.boundaries())
        for a in bundle.agreements:
            for event in a.events:
                key = (a.publisher, event, a.recipient)
                self._agreements[key] = (*self._agreements.get(key, ()), a)

    def classes(self) -> list[DecisionClass]:
        """Return the classes met so far, by id."""
        return sorted(self._classes.values(), key=lambda one: one.id)

    def decide(self, valid: ValidIncident, day: date) -> DecisionClass:
        """Return the decision on an accepted event, judged on its day of acceptance."""
        day_epoch = self._days.get(day)
        if day_epoch is None:
            day_epoch = self._days[day] = sum(b <= day.toordinal() for b in self._boundaries)
        coded = valid.coded
        if not coded:
            return self._control(valid)
        on: date = coded[_VALID_ON]
        code_epoch = self._valid_ons.get(on)
        if code_epoch is None:
            code_epoch = sum(b <= on.toordinal() for b in self._code_boundaries)
            self._valid_ons[on] = code_epoch
        key = (valid.type, day_epoch, code_epoch, *coded[:_VALID_ON], *coded[_VALID_ON + 1 :])
        known = self._decided.get(key)
        if known is None:
            known = self._decided[key] = self._decide(valid, day)
        return known

    def _control(self, valid: ValidIncident) -> DecisionClass:
        return self._class(
            valid.type, tuple(Refusal(r, WithheldReason.CONTROL) for r in self._bundle.recipients)
        )

    def _decide(self, valid: ValidIncident, day: date) -> DecisionClass:
        bundle = self._bundle
        coding = self._codings[valid.type]
        facts = facts_of(valid.coded, coding, bundle.lists, bundle.areas)
        held_for = valid.coded[FIXED.index("held_for")]
        schema = bundle.schemas[valid.type]
        return self._class(
            valid.type,
            tuple(
                decide(
                    facts,
                    held_for,
                    day,
                    schema,
                    self._agreements.get((valid.publisher, valid.type, recipient), ()),
                    recipient,
                )
                for recipient in bundle.recipients
            ),
        )

    def _class(self, type_name: str, outcomes: tuple[Outcome, ...]) -> DecisionClass:
        known = self._classes.get(outcomes)
        if known is None:
            plans = tuple(
                self._treatments.plan(outcome, self._bundle.schemas[type_name])
                if isinstance(outcome, Permit)
                else None
                for outcome in outcomes
            )
            known = DecisionClass(len(self._classes), outcomes, plans)
            self._classes[outcomes] = known
        return known


_VALID_ON = FIXED.index("valid_on")
