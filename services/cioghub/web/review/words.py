"""What the codes of an agreement are called when a person reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.words import CATEGORY_WORDS

RELEASE_WORDS = {
    "exact": "numbers",
    "rounded": "1 to 7 hidden, the rest to the nearest 5",
    "level": "the level in words alone",
}
TEST_WORDS = {"any_of": "is one of", "none_of": "is none of", "only": "is only of"}
REGIME_WORDS = {
    "uk-gdpr": "UK GDPR",
    "part-3": "Data Protection Act 2018, Part 3",
    "part-3-to-uk-gdpr": "from Part 3 of the Data Protection Act 2018 to UK GDPR",
}
_GDPR = re.compile(r"(?:uk-gdpr|art)-(\d+)(?:-(\d+))?(?:-([a-z]))?")
_SCHEDULE = re.compile(r"dpa-sch(\d+)-(\d+)")


def clause_words(clause: Mapping[str, Any], lists: CodeLists) -> str:
    """Return one test in words, each code with what its list calls it."""
    values = ", ".join(_value(clause["field"], value, lists) for value in clause["values"])
    null = " (or not said)" if clause["or_null"] else ""
    return f"{clause['field'].replace('_', ' ')} {TEST_WORDS[clause['test']]} {values}{null}"


def law_words(code: str) -> str:
    """Return an article or a schedule's paragraph as lawyers write it; another code as it is."""
    if found := _GDPR.fullmatch(code):
        article, paragraph, point = found.groups()
        return f"UK GDPR, Article {article}" + "".join(f"({p})" for p in (paragraph, point) if p)
    if found := _SCHEDULE.fullmatch(code):
        return f"Data Protection Act 2018, Schedule {found[1]}, paragraph {found[2]}"
    return code


def _value(field: str, value: str, lists: CodeLists) -> str:
    if field == "hub_category":
        return CATEGORY_WORDS.get(value, value).lower()
    name, colon, code = value.partition(":")
    found = lists.get(name) if colon else None
    labels = [row.label for row in found.rows() if row.code == code] if found else []
    return f"{code} ({labels[-1]})" if labels else value
