"""Which levels of places can be derived from which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioghub.vocabulary.levels import (
    PLACE_LEVELS,
    coarser_or_equal,
    coarsest_time,
    is_finer,
    join,
)

levels = st.sampled_from(PLACE_LEVELS)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("lsoa", "msoa", "msoa"),
        ("msoa", "ward", "district"),
        ("ward", "msoa", "district"),
        ("district", "lsoa", "district"),
        ("csp", "ciog", "ciog"),
        ("county", "lsoa", "county"),
    ],
)
def test_what_two_levels_have_in_common(one: str, other: str, common: str) -> None:
    assert join(one, other) == common


@given(levels, levels, levels)
def test_joining_is_a_semilattice(one: str, other: str, third: str) -> None:
    assert join(one, one) == one
    assert join(one, other) == join(other, one)
    assert join(join(one, other), third) == join(one, join(other, third))
    assert join(one, other) in coarser_or_equal(one)


def test_msoa_and_ward_cannot_be_compared() -> None:
    assert not is_finer("msoa", "ward")
    assert not is_finer("ward", "msoa")
    assert is_finer("lsoa", "ward")


def test_an_exact_time_is_finer_than_any_bucket() -> None:
    assert coarsest_time(None, "hour") == "hour"
    assert coarsest_time("month", "week") == "month"
    assert coarsest_time(None, None) is None
