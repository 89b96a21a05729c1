"""What codes, numbers and agencies are called when a person reads them."""

from __future__ import annotations

from cioghub.vocabulary.words import agency_names, number_words


def test_an_agency_is_called_by_its_kind_where_it_is_alone_and_by_its_name_where_not() -> None:
    agencies = [("b-nhs", "health"), ("police-1", "police"), ("a-nhs", "health"), ("x", "fire")]
    found = agency_names(agencies, {"a-nhs": "The A Trust"})
    assert list(found.items()) == [
        ("police-1", "Police"),
        ("x", "Fire"),
        ("a-nhs", "The A Trust"),
        ("b-nhs", "b-nhs"),
    ]


def test_small_numbers_are_words() -> None:
    assert [number_words(n) for n in (0, 1, 9, 10)] == ["no", "one", "nine", "10"]
