"""Lines are worked on some together, never more at once than the bound allows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioghub.wire.json_lines import LINE_COST, PART_COST, Oversized, canonical, parse, parts

TOO_LONG = Oversized(b"d" * 16)
lines = st.lists(st.just(TOO_LONG) | st.integers(0, 65_536).map(bytes), max_size=60)


def cost(part: list[bytes | Oversized]) -> int:
    return sum(LINE_COST + (len(line) if isinstance(line, bytes) else 0) for line in part)


@given(lines)
def test_every_line_is_in_one_part_and_in_its_order(drawn: list[bytes | Oversized]) -> None:
    made = list(parts(drawn))
    assert [line for part in made for line in part] == drawn
    assert all(made)


@given(lines)
def test_a_part_ends_with_the_line_that_fills_it(drawn: list[bytes | Oversized]) -> None:
    made = list(parts(drawn))
    assert all(cost(part) >= PART_COST for part in made[:-1])
    assert all(cost(part[:-1]) < PART_COST for part in made)


def test_lines_of_no_length_fill_a_part_too() -> None:
    whole = PART_COST // LINE_COST
    assert [len(part) for part in parts([b""] * (whole + 100))] == [whole, 100]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values, st.sampled_from([(",", ":"), (", ", ": ")]), st.booleans())
def test_a_line_has_one_value_and_one_canonical_form_however_it_is_spaced(
    value: object, separators: tuple[str, str], escaped: bool
) -> None:
    line = json.dumps(value, separators=separators, ensure_ascii=escaped).encode()
    assert parse(line) == (value, canonical(value))


@pytest.mark.parametrize("spaced", [False, True])
@pytest.mark.parametrize(
    "line",
    [
        '{"a":1,"a":1}',
        '{"a":1,"b":2,"a":3}',
        '{"data":{"x":null,"x":null}}',
        '{"a":"{","a":"}"}',
        '{"a":1,"\\u0061":2}',
        '{"":1,"":2}',
        '[{"a":"\\"","a":"\\""}]',
    ],
)
def test_a_key_that_stands_twice_is_refused(line: str, spaced: bool) -> None:
    with pytest.raises(ValueError, match="twice"):
        parse((line.replace(":", ": ") if spaced else line).encode())
