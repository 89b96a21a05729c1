"""Codes of an agreement, as a data protection officer reads them."""

import pytest
from tests.tactical_hub import shipped

from cioghub.web.review.words import clause_words, law_words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("uk-gdpr-6-1-e", "UK GDPR, Article 6(1)(e)"),
        ("art-9-2-h", "UK GDPR, Article 9(2)(h)"),
        ("art-10", "UK GDPR, Article 10"),
        ("dpa-sch1-6", "Data Protection Act 2018, Schedule 1, paragraph 6"),
        ("common-law", "common-law"),
    ],
)
def test_law_is_named_as_lawyers_write_it(code: str, words: str) -> None:
    assert law_words(code) == words


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("hub_category", "domestic-abuse", "hub category is one of domestic abuse"),
        ("agency_category", "schools_attendance_codes:U", "agency category is one of U (Arrived"),
        ("agency_category", "no_such_list:U", "agency category is one of no_such_list:U"),
        ("severity", "3", "severity is one of 3"),
    ],
)
def test_a_clause_says_what_its_codes_mean(field: str, value: str, words: str) -> None:
    clause = {"field": field, "test": "any_of", "values": [value], "or_null": False}
    loaded, _ = shipped()
    assert clause_words(clause, loaded.bundle.lists).startswith(words)
