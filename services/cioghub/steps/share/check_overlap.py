"""Whether conditions do what they seem to: no two agreements on one event, nothing unreachable.

And whether a rule promises a finer place than the floors of what it reaches let pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.steps.share.check_note import Found, Notes
from cioghub.steps.share.check_reach import Example, Floors, Question, reach
from cioghub.steps.share.check_space import Dimension, Lists, Space
from cioghub.steps.share.decide import place_level
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.rules import DROP, Agreement, Never, Treatment


def check_conditions_together(loaded: LoadedBundle) -> Iterator[Found]:
    """Yield what the conditions and places of all agreements, taken together, get wrong.

    Expects agreements that each stand on their own: types, fields and values that exist.
    """
    together = _Together(loaded)
    for agreement in loaded.agreements:
        yield from together.reachable(agreement)
        yield from together.nevers(agreement)
    for one, other in combinations(loaded.agreements, 2):
        yield from together.overlap(one, other)


class _Together:
    def __init__(self, loaded: LoadedBundle) -> None:
        self._loaded = loaded
        self._space = Space(loaded.bundle)
        self._nevers: dict[tuple[str, str, str], tuple[Never, ...]] = {}
        for a in loaded.agreements:
            for event in a.events:
                key = (a.publisher, a.recipient, event)
                self._nevers[key] = (*self._nevers.get(key, ()), *a.never_when)
        self._functions: dict[tuple[str, str], frozenset[str]] = {}
        for party in loaded.bundle.parties.parties:
            for feed in party.feeds:
                for event in feed.types:
                    key2 = (party.id, event)
                    known = self._functions.get(key2, frozenset())
                    self._functions[key2] = known | set(feed.held_for)

    def reachable(self, agreement: Agreement) -> Iterator[Found]:
        """Yield whether anything passes at all, and whether floors cap what does."""
        found: dict[Floors | None, Example] = {}
        level = place_level(dict(agreement.fields).get("area", Treatment(DROP)))
        idle = []
        for at, event in enumerate(agreement.events):
            reached = self._reached(agreement, event, level, "own")
            reached = reached or self._reached(agreement, event, level, "any")
            if not reached:
                idle.append(at)
            for floors, example in reached.items():
                found.setdefault(floors, example)
        if len(idle) == len(agreement.events):
            yield Notes(self._loaded, agreement.file).warning(
                ("only_when",),
                "unreachable",
                "nothing can ever pass: no event meets `only_when` and escapes every never",
                "Change `only_when`, or take the agreement out.",
            )
            return
        for at in idle:
            yield Notes(self._loaded, agreement.file).warning(
                ("events", at),
                "unreachable",
                f"no `{agreement.events[at]}` can ever pass under these conditions",
                "Take the type out, or change `only_when`.",
            )
        if level is not None:
            yield from self._floors(agreement, level, {f: e for f, e in found.items() if f})

    def _reached(
        self, agreement: Agreement, event: str, level: str | None, lists: Lists
    ) -> dict[Floors | None, Example]:
        question = Question(
            agreement.only_when,
            self._nevers[agreement.publisher, agreement.recipient, event],
            level,
            agreement.recipient == HUB_RECIPIENT,
            frozenset(name for name, t in agreement.fields if t.action == DROP),
        )
        return reach(self._spaces(agreement, event, agreement.held_for, lists), question)

    def _always_capped(self, agreement: Agreement, level: str) -> bool:
        """Say whether no event of a list that is the agency's or nobody's escapes the cap."""
        return all(
            floors is not None and floors.all != level
            for event in agreement.events
            for floors in self._reached(agreement, event, level, "possible")
        )

    def _floors(
        self, agreement: Agreement, level: str, found: dict[Floors, Example]
    ) -> Iterator[Found]:
        inside = agreement.recipient == HUB_RECIPIENT
        capped = {floors: example for floors, example in found.items() if floors.all != level}
        if not capped:
            return
        coarsest, example = max(capped.items(), key=lambda one: (-len(one[1]), one[0].all))
        if len(capped) == len(found) and self._always_capped(agreement, level):
            yield Notes(self._loaded, agreement.file).error(
                ("fields", "area"),
                "floor",
                f"`{level}` is finer than the floor of everything that this agreement reaches, "
                f"as of {said(example)}",
                f"Write `{{generalise: {_common(capped)}}}`, which is what passes at the finest.",
            )
        else:
            yield Notes(self._loaded, agreement.file).warning(
                ("fields", "area"),
                "floor",
                f"`{level}` is finer than the floor of some of what this agreement reaches: "
                f"{said(example)} passes by {coarsest.all}",
                "Nothing need change: the floor caps by itself.",
            )
        walled = [e for f, e in capped.items() if f.all != f.kept]
        if walled and not inside:
            yield Notes(self._loaded, agreement.file).warning(
                ("fields", "area"),
                "floor-of-dropped",
                "an event whose floor comes from a dropped field is withheld, as of "
                f"{said(min(walled, key=len))}",
                "Keep that field or make the place as coarse as its floor, if these should pass.",
            )

    def nevers(self, agreement: Agreement) -> Iterator[Found]:
        """Yield each never that no event can match."""
        for at, never in enumerate(agreement.never_when):
            matched = any(
                reach(
                    self._spaces(agreement, event, self._held(agreement.publisher, event)),
                    Question(never.clauses),
                )
                for event in agreement.events
            )
            if not matched:
                yield Notes(self._loaded, agreement.file).warning(
                    ("never_when", at),
                    "never-matches-nothing",
                    "no event can match this never",
                    "Take it out, or correct its values.",
                )

    def overlap(self, one: Agreement, other: Agreement) -> Iterator[Found]:
        """Yield the overlap of two agreements between the same two, if there is one."""
        if (one.publisher, one.recipient) != (other.publisher, other.recipient):
            return
        first, last = max(one.starts, other.starts), min(one.ends, other.ends)
        functions = frozenset(one.held_for) & frozenset(other.held_for)
        if first > last or not functions:
            return
        for event in sorted(set(one.events) & set(other.events)):
            question = Question(
                (*one.only_when, *other.only_when),
                self._nevers[one.publisher, one.recipient, event],
            )
            held = functions & self._held(one.publisher, event)
            reached = reach(self._space.dimensions(event, held, last), question)
            if reached:
                (example,) = reached.values()
                yield Notes(self._loaded, other.file).error(
                    ("only_when",) if other.only_when else ("agreement",),
                    "overlap",
                    f"`{one.name}` and `{other.name}` both permit one event to "
                    f"{other.recipient} from {first} to {last}: a `{event}` with {said(example)}",
                    "Split them with `only_when`, or let one end before the other starts.",
                )
                return

    def _held(self, publisher: str, event: str) -> frozenset[str]:
        return self._functions.get((publisher, event), frozenset())

    def _spaces(
        self, agreement: Agreement, event: str, functions: Iterable[str], lists: Lists = "any"
    ) -> list[tuple[Dimension, ...]]:
        held = self._held(agreement.publisher, event) & set(functions)
        return self._space.dimensions(event, held, agreement.ends, lists)


def _common(capped: Iterable[Floors]) -> str:
    order = ("lsoa", "msoa", "ward", "district", "csp", "ciog", "county")
    return min((floors.all for floors in capped), key=order.index)


def said(example: Example) -> str:
    """Return an example event in words: its fields and values, or that all others are null."""
    if not example:
        return "nothing but its category"
    return ", ".join(f"`{field}` {value}" for field, value in example if field != "held_for")
