"""What is seen to be free without asking is free: linear programming would say so too."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from cioghub.steps.disclose.columns import Columns
from cioghub.steps.disclose.narrow import LEAST, Bound, possible
from cioghub.steps.disclose.told import Layout, Told

HIDDEN = range(1, 8)
PARTS = st.integers(0, 6)
SUMS = st.frozensets(PARTS, min_size=1)


@st.composite
def told(draw: st.DrawFn) -> tuple[list[Bound], dict[int, int]]:
    """Draw what pictures and alerts say of some true counts; alerts may say more than is known."""
    true = {part: draw(st.integers(0, 9)) for part in range(7)}
    bounds = []
    for parts in draw(st.lists(SUMS, min_size=1, max_size=5)):
        total = sum(true[part] for part in parts)
        below, above = draw(st.integers(0, 4)), draw(st.integers(0, 4))
        bounds.append(Bound(parts, max(0, total - below), total + above))
    for parts in draw(st.lists(SUMS, max_size=3)):
        total = sum(true[part] for part in parts)
        bounds.append(Bound(parts, total + draw(st.integers(-3, 12)), math.inf, True))
    return bounds, true


@given(told(), SUMS)
def test_what_is_seen_to_be_free_leaves_so_many_values(
    drawn: tuple[list[Bound], dict[int, int]], target: frozenset[int]
) -> None:
    bounds, true = drawn
    if Told(bounds, true.__getitem__).about(target).is_free(target, HIDDEN):
        known = possible(bounds, target)
        assert known is None or min(known[1], 7) - max(known[0], 1) + 1 >= LEAST


@given(told(), SUMS)
def test_what_is_left_aside_would_say_nothing(
    drawn: tuple[list[Bound], dict[int, int]], target: frozenset[int]
) -> None:
    bounds, true = drawn
    known = possible(bounds, target)
    assert known in (None, possible(Told(bounds, true.__getitem__).about(target).bounds, target))


def test_a_sum_that_leaves_room_is_seen_to_be_free() -> None:
    bounds = [Bound(frozenset("a"), 1, 7), Bound(frozenset("ab"), 8, 12)]
    true = {"a": 4, "b": 6}
    assert Layout(bounds, true.__getitem__).is_free(frozenset("a"), HIDDEN)


def test_what_a_part_lacks_may_be_made_up_for_by_the_one_beside_it() -> None:
    bounds = [Bound(frozenset("ab"), 9, 9), Bound(frozenset("bc"), 9, 9)]
    true = {"a": 4, "b": 5, "c": 4}
    assert Layout(bounds, true.__getitem__).is_free(frozenset("a"), HIDDEN)


def test_an_alert_of_more_than_is_counted_yet_does_not_take_the_room_away() -> None:
    bounds = [Bound(frozenset("a"), 1, 7), Bound(frozenset("ab"), 8, math.inf, True)]
    true = {"a": 4, "b": 0}
    assert Layout(bounds, true.__getitem__).is_free(frozenset("a"), HIDDEN)


def test_where_counts_do_not_keep_what_was_said_nothing_is_seen() -> None:
    bounds = [Bound(frozenset("a"), 1, 7), Bound(frozenset("ab"), 20, 22)]
    true = {"a": 4, "b": 0}
    assert not Layout(bounds, true.__getitem__).is_free(frozenset("a"), HIDDEN)


@given(st.lists(SUMS, max_size=5), SUMS)
def test_every_sum_and_the_target_take_columns_whole(
    sums: list[frozenset[int]], target: frozenset[int]
) -> None:
    columns = Columns(sums)
    split = columns.split(target)
    inside = [set(parts) for parts in split.inside]
    left = [set(columns.parts[n]) - target for n in split.numbers[len(inside) :]]
    assert set().union(*inside) == target
    assert set().union(*inside, *left) == target.union(*sums)
    assert split.aim.tolist() == [1] * len(inside) + [0] * len(left)
    for row, parts in zip(split.members.tolist(), sums, strict=True):
        for taken, column in zip(row, inside + left, strict=True):
            assert column <= parts if taken else column.isdisjoint(parts)
