"""What is remembered of the events that were accepted a short while ago."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cioghub.runtimes.batch.twins import LatelyAccepted

parts = st.lists(st.lists(st.integers(0, 60).map(bytes), max_size=6), max_size=30)


@given(parts, st.integers(1, 12))
def test_the_last_are_remembered_and_only_what_was_noted(
    drawn: list[list[bytes]], most: int
) -> None:
    lately = LatelyAccepted(most)
    noted: list[bytes] = []
    for part in drawn:
        lately.note(part)
        noted += part
        assert all(digest in lately for digest in noted[-most:])
    assert not any(bytes(length) in lately for length in range(61) if bytes(length) not in noted)


@given(parts, st.integers(1, 12))
def test_no_more_are_remembered_than_twice_as_many_and_two_parts(
    drawn: list[list[bytes]], most: int
) -> None:
    lately = LatelyAccepted(most)
    for part in drawn:
        lately.note(part)
        held = sum(bytes(length) in lately for length in range(61))
        assert held <= 2 * (most + max(map(len, drawn)))
