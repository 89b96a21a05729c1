"""Which events a set of clauses can reach, exactly: a walk over the fields, not a sample.

An event is one class of each field (`check_space`). The walk takes one field after another and
keeps, of all events so far, only what can still matter: which nevers may still come true, which
hub categories were met (as seen by the clauses), and the floors. So it ends soon, and what it
says is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from cioghub.steps.share.check_space import Choice, Dimension
from cioghub.vocabulary.categories import CONTEXT_ONLY
from cioghub.vocabulary.levels import join
from cioghub.vocabulary.rules import Clause, Never

MAX_CODES = 8
"""How many codes one field of several may hold (contract, section 2)."""

_COUNTED, _CONTEXT = 1, 2
_HUB = "hub_category"

Example = tuple[tuple[str, str], ...]
"""One event that was reached, as (field, value); fields not named are null."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for: events that meet all of `only` and none of `nevers`.

    `level` is the rule's place level (None: the place is dropped), `inside_hub` and `dropped` say
    which floors bind, as in a decision.
    """

    only: tuple[Clause, ...]
    nevers: tuple[Never, ...] = ()
    level: str | None = None
    inside_hub: bool = True
    dropped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Floors:
    """The place level that comes out, with all fields counted and without the dropped ones."""

    all: str
    kept: str


@dataclass(frozen=True, slots=True)
class _State:
    alive: int
    hub: int
    kept: str
    all: str


def reach(
    spaces: Iterable[tuple[Dimension, ...]], question: Question
) -> dict[Floors | None, Example]:
    """Return the floors that reached events have (None without a level), with an example each.

    Nothing reached gives an empty answer. Events without any hub category, and excluded ones, are
    never reached: no rule can let them pass.
    """
    found: dict[Floors | None, Example] = {}
    for dimensions in spaces:
        for floors, example in _Walk(question).over(dimensions).items():
            found.setdefault(floors, example)
    return found


class _Walk:
    def __init__(self, question: Question) -> None:
        # One never said by several agreements is one never.
        self._never_clauses = tuple(
            {frozenset(n.clauses): n.clauses for n in question.nevers}.values()
        )
        self._question = question
        self._only: dict[str, list[Clause]] = {}
        for clause in question.only:
            self._only.setdefault(clause.field, []).append(clause)
        self._nevers: dict[str, list[tuple[int, Clause]]] = {}
        for at, together in enumerate(self._never_clauses):
            for clause in together:
                self._nevers.setdefault(clause.field, []).append((1 << at, clause))
        hub = [*self._only.get(_HUB, ()), *(c for _, c in self._nevers.get(_HUB, ()))]
        self._hub = tuple(dict.fromkeys(hub))
        self._categories: dict[str, int] = {}

    def over(self, dimensions: tuple[Dimension, ...]) -> dict[Floors | None, Example]:
        """Return what is reached among the events of these dimensions."""
        top = self._question.level or "county"
        alive = (1 << len(self._never_clauses)) - 1
        unasked = {*self._only, *self._nevers} - {_HUB}
        states: dict[_State, Example] = {_State(alive, 0, top, top): ()}
        steps_of = []
        for dimension in dimensions:
            unasked -= set(dimension.conditions)
            steps = self._many(dimension) if dimension.many else self._one(dimension)
            if not steps:
                return {}
            steps_of.append(steps)
        for steps in steps_of:
            following: dict[_State, Example] = {}
            for state, example in states.items():
                for step, more in steps.items():
                    merged = _State(
                        state.alive & step.alive,
                        state.hub | step.hub,
                        join(state.kept, step.kept),
                        join(state.all, step.all),
                    )
                    if merged not in following:
                        following[merged] = example + more
            states = following
        # A field that the type does not have is null in all its events.
        null = self._asked(tuple(unasked), lambda clause: clause.or_null)
        if null is None:
            return {}
        found: dict[Floors | None, Example] = {}
        for state, example in states.items():
            if self._passes(state.alive & null, state.hub):
                floors = Floors(state.all, state.kept) if self._question.level else None
                if floors not in found or len(example) < len(found[floors]):
                    found[floors] = example
        return found

    def _asked(self, fields: tuple[str, ...], holds: Callable[[Clause], bool]) -> int | None:
        """Return the nevers that stay possible, or None when a clause of `only` fails."""
        alive = (1 << len(self._never_clauses)) - 1
        for field in fields:
            if not all(holds(clause) for clause in self._only.get(field, ())):
                return None
            for bit, clause in self._nevers.get(field, ()):
                if not holds(clause):
                    alive &= ~bit
        return alive

    def _one(self, dimension: Dimension) -> dict[_State, Example]:
        steps: dict[_State, Example] = {}
        for choice in dimension.choices:
            alive = self._asked(dimension.conditions, partial(_holds_of, choice))
            if alive is None:
                continue
            step = _State(alive, self._hub_bits(choice), *self._floors(choice))
            steps.setdefault(step, (choice.example,) if choice.example else ())
        return steps

    def _many(self, dimension: Dimension) -> dict[_State, Example]:
        """Return the steps of a field that holds a set of codes: every set of up to eight."""
        asked = [
            *(c for field in dimension.conditions for c in self._only.get(field, ())),
            *(c for field in dimension.conditions for _, c in self._nevers.get(field, ())),
        ]
        clauses = tuple(dict.fromkeys(asked))
        codes: dict[_State, Example] = {}
        for choice in dimension.choices:
            code = _State(_seen(clauses, choice), self._hub_bits(choice), *self._floors(choice))
            codes.setdefault(code, (choice.example,) if choice.example else ())
        sets: dict[_State, Example] = {_State(0, 0, "lsoa", "lsoa"): ()}
        newest = dict(sets)
        for _ in range(MAX_CODES):
            grown: dict[_State, Example] = {}
            for state, example in newest.items():
                for code, more in codes.items():
                    merged = _State(
                        state.alive | code.alive,
                        state.hub | code.hub,
                        join(state.kept, code.kept),
                        join(state.all, code.all),
                    )
                    if merged not in sets and merged not in grown:
                        grown[merged] = example + more
            if not grown:
                break
            sets.update(grown)
            newest = grown
        steps: dict[_State, Example] = {}
        for state, example in sets.items():
            alive = self._asked(dimension.conditions, partial(_holds_in, clauses, state.alive))
            if alive is not None:
                step = _State(alive, state.hub, state.kept, state.all)
                steps.setdefault(step, example)
        return steps

    def _floors(self, choice: Choice) -> tuple[str, str]:
        kept = full = "lsoa"
        if self._question.level is not None:
            for facts in choice.facts:
                if facts.wall or not self._question.inside_hub:
                    full = join(full, facts.floor)
                    if facts.field not in self._question.dropped:
                        kept = join(kept, facts.floor)
        return kept, full

    def _hub_bits(self, choice: Choice) -> int:
        bits = 0
        for facts in choice.facts:
            for category in facts.categories:
                bits |= self._category_bits(category)
        return bits

    def _category_bits(self, category: str) -> int:
        if category == CONTEXT_ONLY:
            return _CONTEXT
        if category not in self._categories:
            self._categories[category] = _COUNTED | _members(self._hub, category) << 2
        return self._categories[category]

    def _passes(self, alive: int, hub: int) -> bool:
        if hub & _COUNTED:
            seen = hub >> 2
        elif hub & _CONTEXT:
            seen = _members(self._hub, CONTEXT_ONLY)
        else:
            return False  # unmapped: withheld from everyone
        left = self._asked((_HUB,), partial(_holds_in, self._hub, seen))
        return left is not None and not left & alive


def _members(clauses: tuple[Clause, ...], value: str) -> int:
    """Return, two bits a clause, whether the value is one that the clause lists, or another."""
    bits = 0
    for at, clause in enumerate(clauses):
        bits |= (1 if value in clause.values else 2) << (2 * at)
    return bits


def _seen(clauses: tuple[Clause, ...], choice: Choice) -> int:
    bits = 0
    for clause in clauses:
        for value in choice.of(clause.field):
            bits |= _members(clauses, value)
    return bits


def _holds_of(choice: Choice, clause: Clause) -> bool:
    return clause.holds(choice.of(clause.field))


def _holds_in(clauses: tuple[Clause, ...], bits: int, clause: Clause) -> bool:
    """Say whether a clause holds for a set of codes, given what `_members` saw of all of them."""
    at = 2 * clauses.index(clause)
    listed, other = bits >> at & 1, bits >> at & 2
    if not listed and not other:
        return clause.or_null
    if clause.test == "any_of":
        return bool(listed)
    return not listed if clause.test == "none_of" else not other
