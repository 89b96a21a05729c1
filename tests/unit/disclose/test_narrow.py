"""What can be told of a count from sums that are known within bounds."""

import math

from cioghub.steps.disclose.narrow import Bound, knots, possible


def test_two_hidden_parts_of_a_known_sum_are_told_to_one_of_two_values() -> None:
    bounds = [
        Bound(frozenset("a"), 1, 7),
        Bound(frozenset("b"), 1, 7),
        Bound(frozenset("ab"), 13, 17),
    ]
    assert possible(bounds, frozenset("a")) == (6, 7)


def test_without_the_sum_each_part_stays_hidden() -> None:
    bounds = [Bound(frozenset("a"), 1, 7), Bound(frozenset("b"), 1, 7)]
    assert possible(bounds, frozenset("a")) == (1, 7)


def test_what_no_bound_touches_can_be_anything() -> None:
    assert possible([Bound(frozenset("a"), 1, 7)], frozenset("b")) == (0, math.inf)


def test_a_difference_of_two_sums_is_told_through_a_chain() -> None:
    bounds = [Bound(frozenset("abc"), 10, 10), Bound(frozenset("bc"), 8, 8)]
    assert possible(bounds, frozenset("a")) == (2, 2)


def test_from_bounds_that_contradict_each_other_nothing_follows() -> None:
    bounds = [Bound(frozenset("a"), 1, 7), Bound(frozenset("ab"), 0, 0)]
    assert possible(bounds, frozenset("a")) is None


def test_one_part_under_no_upper_end_leaves_the_sum_without_one() -> None:
    bounds = [Bound(frozenset("a"), 1, 7), Bound(frozenset("bc"), 4, math.inf, True)]
    assert possible(bounds, frozenset("a")) == (1, 7)
    assert possible(bounds, frozenset("ab")) == (1, math.inf)
    assert possible([*bounds, Bound(frozenset("bc"), 0, 9)], frozenset("ab")) == (1, 16)


def test_that_the_bounds_contradict_each_other_is_seen_where_there_is_no_upper_end_too() -> None:
    bounds = [
        Bound(frozenset("a"), 3, 3),
        Bound(frozenset("ab"), 0, 2),
        Bound(frozenset("ac"), 5, math.inf),
    ]
    assert possible(bounds, frozenset("ac")) is None


def test_bounds_that_share_no_part_even_by_way_of_others_are_told_apart() -> None:
    first, second = Bound(frozenset("ab"), 1, 7), Bound(frozenset("cd"), 1, 7)
    far = Bound(frozenset("xy"), 1, 7)
    joining = Bound(frozenset("bc"), 3, 9)
    assert sorted(sorted(parts) for parts, _ in knots([first, second, far])) == [
        ["a", "b"],
        ["c", "d"],
        ["x", "y"],
    ]
    whole = {parts: set(group) for parts, group in knots([first, second, far, joining])}
    assert whole == {frozenset("abcd"): {first, second, joining}, frozenset("xy"): {far}}
