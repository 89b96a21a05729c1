"""Keys and pseudonyms: one recipient, one purpose, one period, one publisher."""

import hmac
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioghub.steps.pseudonymise.derive import (
    MacKey,
    derived_key,
    event_id,
    named,
    period_of,
    period_start,
    pseudonym,
)
from cioghub.vocabulary.keys import KeyRoot, Secret

ROOT = KeyRoot("k1", None, Secret(b"r" * 32))
words = st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1, max_size=12)


def test_periods_are_calendar_quarters() -> None:
    assert period_of(date(2025, 3, 31)) == "2025-Q1"
    assert period_of(date(2025, 4, 1)) == "2025-Q2"
    assert period_start(date(2025, 12, 31)) == date(2025, 10, 1)


def test_no_two_scopes_share_a_pseudonym_of_one_token() -> None:
    scopes = [
        (recipient, purpose, period)
        for recipient in ("hub-correlation", "tactical-group")
        for purpose in ("svd-collaborate", "svd-sna")
        for period in ("2025-Q1", "2025-Q2")
    ]
    made = [
        pseudonym(derived_key(ROOT, "token", *scope), publisher, "person", "a" * 26)
        for scope in scopes
        for publisher in ("police", "schools")
    ]
    assert all(one != other for one, other in combinations(made, 2))


@given(st.tuples(words, words, words), st.tuples(words, words, words))
def test_different_scopes_never_make_one_key(one, other) -> None:
    made, also = (derived_key(ROOT, "token", *scope).digest(b"") for scope in (one, other))
    assert (made == also) == (one == other)


@given(st.binary(max_size=64), st.binary(max_size=300))
def test_a_prepared_key_gives_the_hmac_of_the_standard_library(key, message) -> None:
    prepared = MacKey(key)
    assert prepared.digest(message) == hmac.digest(key, message, "sha256")
    assert prepared.digest(message) == hmac.digest(key, message, "sha256")


def test_a_prepared_key_shows_nothing_and_refuses_what_it_would_cut() -> None:
    assert repr(MacKey(b"secret")) == "MacKey(hidden)"
    with pytest.raises(ValueError, match="longer than a block"):
        MacKey(b"k" * 65)


def test_pseudonyms_are_stable() -> None:
    key = derived_key(ROOT, "token", "hub-correlation", "svd-collaborate", "2025-Q1")
    assert pseudonym(key, "police", "person", "a" * 26) == pseudonym(
        key, "police", "person", "a" * 26
    )
    assert len(pseudonym(key, "police", "person", "a" * 26)) == 40
    assert len(event_id(key, named("/police/crime", "1"))) == 32


def test_every_token_class_and_publisher_has_a_pseudonym_of_its_own() -> None:
    key = derived_key(ROOT, "token", "hub-correlation", "svd-collaborate", "2025-Q1")
    made = {
        pseudonym(key, publisher, token_class, token)
        for publisher in ("police", "schools")
        for token_class in ("person", "place")
        for token in ("a" * 26, "b" * 26)
    }
    assert len(made) == 8
