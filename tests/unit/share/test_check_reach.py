"""What a check says of conditions is complete: the walk agrees with trying every event."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from functools import cache
from itertools import chain, combinations, product
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drilling import deep

from cioghub.steps.share.check_reach import Floors, Question, reach
from cioghub.steps.share.check_space import Space
from cioghub.steps.share.coded_facts import Facts, facts_of
from cioghub.steps.share.table import Bundle
from cioghub.vocabulary.areas import Areas, Calendar, Ciog, Place
from cioghub.vocabulary.codes import CodeList, CodeLists, CodeRow
from cioghub.vocabulary.coding import FIXED, type_codings
from cioghub.vocabulary.levels import join
from cioghub.vocabulary.parties import Parties
from cioghub.vocabulary.rules import Agreement, Clause, Never
from cioghub.vocabulary.schema import EventField, EventSchema

DAY = date(2025, 6, 1)
T = TypeVar("T", bound=Hashable)


def row(code: str, category: str | None = None, floor: str | None = None, *flags: str) -> CodeRow:
    return CodeRow(code, code, category, None, None, floor, None, None, "", frozenset(flags))


LISTS = CodeLists(
    [
        CodeList(
            "police_codes",
            [
                row("k", "knife", "msoa"),
                row("s", "sexual"),
                row("c", "context-only"),
                row("x", "excluded"),
                row("m", "violence-injury", "ward", "mixed"),
                row("u"),
            ],
        ),
        CodeList("weapons", [row("blade", "knife", "ward"), row("gun", "firearm"), row("none")]),
        CodeList(
            "quals",
            [
                row("a", "sexual"),
                row("b", "context-only", "county"),
                row("c"),
                row("d", "firearm", "msoa"),
            ],
        ),
        CodeList("severity", [row("1"), row("2")]),
        CodeList("location_confidence", [row("exact")]),
    ],
    "",
)

SCHEMA = EventSchema(
    "police.crime.v1",
    "police",
    (
        EventField("category", "string", False, "what", None, "d"),
        EventField("severity", "int", True, "attribute", "severity", "d"),
        EventField("weapon", "string", True, "attribute", "weapons", "d"),
        EventField("qualifiers", "strings", True, "attribute", "quals", "d"),
    ),
)


def place(code: str, district: str, ciog: str) -> Place:
    parents = {"lsoa": code, "district": district, "ciog": ciog}
    return Place("lsoa11", code, "lsoa", code, code, parents, None, None, None)


AREAS = Areas(
    "p",
    "Europe/London",
    [place("L1", "D1", "north"), place("L2", "D2", "north"), place("L3", "D3", "south")],
    {},
    [Ciog("north", "N", (), None), Ciog("south", "S", (), None)],
    Calendar(date(2025, 1, 6), 3),
    "",
)
CODING = type_codings([SCHEMA])[SCHEMA.type_name]


def codes(name: str) -> list[str]:
    found = LISTS.get(name)
    assert found is not None
    return [one.code for one in found.rows()]


def every_event() -> Iterator[Facts]:
    quals = codes("quals")
    sets = chain.from_iterable(combinations(quals, n) for n in range(len(quals) + 1))
    categories = [(name, code) for name in LISTS.names() for code in codes(name)]
    for (list_name, code), severity, weapon, chosen, area in product(
        categories,
        (None, "1", "2"),
        (None, *codes("weapons")),
        list(sets),
        (None, ("lsoa11", "L1"), ("lsoa11", "L2"), ("lsoa11", "L3")),
    ):
        given_values = {
            "held_for": "policing",
            "category_list": list_name,
            "category": code,
            "area": area,
            "valid_on": DAY,
            "severity": severity,
            "weapon": weapon,
            "qualifiers": chosen or None,
        }
        coded = tuple(given_values.get(name) for name in (*FIXED, *CODING.fields))
        yield facts_of(coded, CODING, LISTS, AREAS)


EVENTS = [
    facts
    for facts in every_event()
    if facts.hub_categories and "excluded" not in facts.hub_categories
]


def apart(values: Iterable[T]) -> tuple[list[T], npt.NDArray[np.intp]]:
    """Return the different values, and which of them each event has."""
    numbers: dict[T, int] = {}
    which = [numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), np.array(which)


VALUES = {
    "hub_category": ["knife", "sexual", "firearm", "violence-injury", "context-only"],
    "agency_category": ["police_codes:k", "police_codes:c", "weapons:gun"],
    "severity": ["1", "2"],
    "weapon": ["blade", "none"],
    "qualifiers": ["a", "b", "c", "d"],
    "district": ["D1", "D3"],
    "ciog": ["north"],
    "setting": ["street"],
}
PRESENT = {field: apart(facts.conditions[field] for facts in EVENTS) for field in VALUES}


@st.composite
def clauses(draw: st.DrawFn) -> tuple[Clause, ...]:
    fields = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3, unique=True))
    return tuple(
        Clause(
            field,
            draw(st.sampled_from(["any_of", "none_of", "only"])),
            frozenset(draw(st.lists(st.sampled_from(VALUES[field]), min_size=1, unique=True))),
            draw(st.booleans()) and field not in ("hub_category", "agency_category"),
        )
        for field in fields
    )


questions = st.builds(
    Question,
    only=st.one_of(st.just(()), clauses()),
    nevers=st.lists(st.builds(Never, clauses(), st.just("why")), max_size=2).map(tuple),
    level=st.sampled_from([None, "lsoa", "msoa", "ward", "district"]),
    inside_hub=st.booleans(),
    dropped=st.sets(st.sampled_from(["category", "weapon", "qualifiers"])).map(frozenset),
)


def agreement(question: Question) -> Agreement:
    return Agreement(
        *("a", "1", "t", "police", "council", ("policing",), "g", "b", "uk-gdpr", "p"),
        *("anonymised", None, DAY, DAY, DAY, 28, (SCHEMA.type_name,), ()),
        *(question.only, question.nevers, (), "a.yaml"),
    )


def held(clauses: tuple[Clause, ...]) -> npt.NDArray[np.bool_]:
    """Say of every event whether it meets all these clauses."""
    met = np.ones(len(EVENTS), dtype=bool)
    for clause in clauses:
        values, which = PRESENT[clause.field]
        met &= np.array([clause.holds(value) for value in values])[which]
    return met


@cache
def floors(
    level: str, inside_hub: bool, dropped: frozenset[str]
) -> tuple[list[Floors], npt.NDArray[np.intp]]:
    return apart(
        Floors(
            join(level, facts.floor(inside_hub)),
            join(level, facts.floor(inside_hub, dropped)),
        )
        for facts in EVENTS
    )


def tried(question: Question) -> set[Floors | None]:
    reached = held(question.only)
    for never in question.nevers:
        reached &= ~held(never.clauses)
    if question.level is None:
        return {None} if reached.any() else set()
    found, which = floors(question.level, question.inside_hub, question.dropped)
    return {found[n] for n in np.unique(which[reached])}


@given(questions)
@settings(max_examples=deep(50, 150), deadline=None)
def test_the_walk_reaches_exactly_what_trying_every_event_reaches(question: Question) -> None:
    bundle = Bundle(
        parties=Parties((), (), None, None),
        agreements=(agreement(question),),
        lists=LISTS,
        schemas={SCHEMA.type_name: SCHEMA},
        areas=AREAS,
        recipients=(),
        audiences=(),
        hash="",
    )
    spaces = Space(bundle).dimensions(SCHEMA.type_name, ["policing"], DAY)
    assert set(reach(spaces, question)) == tried(question)
