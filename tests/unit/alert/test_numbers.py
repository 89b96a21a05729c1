"""A set of numbers is what a plain set is."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cioghub.steps.alert.numbers import Numbers

MANY = st.lists(st.integers(0, 40))


@given(st.lists(MANY), MANY)
def test_it_holds_what_was_put_in_and_nothing_else(put: list[list[int]], asked: list[int]) -> None:
    numbers, plain = Numbers(), set[int]()
    for some in put:
        numbers.add(np.array(some, dtype=np.int64))
        plain.update(some)
    found = numbers.among(np.array(asked, dtype=np.int64)).tolist()
    assert found == [one in plain for one in asked]
    assert len(numbers) == len(plain)
