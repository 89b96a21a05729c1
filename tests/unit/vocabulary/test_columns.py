"""A column holds what was put in, in order, or nothing of what it cannot hold."""

from array import array
from struct import error

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioghub.vocabulary.columns import extend


@given(st.lists(st.lists(st.integers(-(2**31), 2**31 - 1))), st.sampled_from("iq"))
def test_a_column_grows_as_if_by_one_after_the_other(parts: list[list[int]], kind: str) -> None:
    column = array(kind)
    for part in parts:
        extend(column, part)
    assert column.tolist() == [value for part in parts for value in part]


def test_what_is_too_large_is_refused_and_leaves_the_column_as_it_was() -> None:
    column = array("h", [1])
    with pytest.raises(error):
        extend(column, [2, 2**15])
    assert column.tolist() == [1]
