"""What is remembered comes back as it was: same values, same types, shared things shared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioghub.wire.memory import MemoryUnreadable, pack_memory, unpack_memory


class Colour(StrEnum):
    RED = "red"


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass(frozen=True)
class Thing:
    name: str
    inside: Any


TYPES = (Colour, Pair, Thing)


def again(value: Any) -> Any:
    return unpack_memory(pack_memory(value, TYPES), TYPES)


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.dates(),
    st.just(Colour.RED),
)
keys = st.one_of(scalars, st.tuples(scalars, scalars), st.builds(Pair, scalars, scalars))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.builds(Pair, inner, inner),
        st.builds(Thing, st.just("x"), inner),
        st.dictionaries(keys, inner, max_size=3),
        st.sets(keys, max_size=3),
        st.frozensets(keys, max_size=3),
    ),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Say whether two values are equal and of the same types, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(map(repr, one.items())) == list(map(repr, other.items()))
    return repr(one) == repr(other) or one == other


@given(values)
def test_what_is_remembered_comes_back(value: Any) -> None:
    assert same(again(value), value)


def test_a_bound_without_an_end_stays_without_one() -> None:
    assert again(Pair(inf, -inf)) == Pair(inf, -inf)


def test_what_was_one_thing_is_one_thing_again() -> None:
    thing = Thing("x", 1)
    found = again([thing, {"also": thing}])
    assert found[0] is found[1]["also"]


def test_same_set_gives_same_bytes_whatever_its_order() -> None:
    assert pack_memory({"a", "b", "c"}, ()) == pack_memory({"c", "b", "a"}, ())


def test_what_is_not_on_the_list_is_not_remembered() -> None:
    with pytest.raises(TypeError, match="holds no Thing"):
        pack_memory(Thing("x", 1), ())


@pytest.mark.parametrize("content", [b"", b"x", pack_memory(1, ())[:-3]])
def test_bytes_that_are_no_memory_are_refused(content: bytes) -> None:
    with pytest.raises(MemoryUnreadable):
        unpack_memory(content, TYPES)


def test_a_type_that_is_not_on_the_list_is_not_made() -> None:
    with pytest.raises(MemoryUnreadable):
        unpack_memory(pack_memory(Thing("x", 1), TYPES), (Pair,))
