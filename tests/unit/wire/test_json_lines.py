"""Lines are worked on some together, never more at once than the bound allows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cioghub.wire.json_lines import LINE_COST, PART_COST, Oversized, parts

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
