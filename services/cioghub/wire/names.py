"""What agencies and places are called on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.words import KIND_WORDS


def agency_names(agencies: Iterable[tuple[str, str]], legal: Mapping[str, str]) -> dict[str, str]:
    """Return a short name for each agency (id, kind): its kind where it is the only one of it.

    Of several of one kind each has its legal name, else its id. They come in the order in which
    a page names kinds, police first.
    """
    kinds = dict(agencies)
    order = list(KIND_WORDS)
    found = {}
    for id, kind in sorted(
        kinds.items(), key=lambda one: (order.index(one[1]) if one[1] in order else len(order), one)
    ):
        alone = list(kinds.values()).count(kind) == 1
        found[id] = KIND_WORDS.get(kind, kind).capitalize() if alone else legal.get(id, id)
    return found


def place_names(areas: Areas) -> dict[str, str]:
    """Return what each place is called by those who live there, else its official name."""
    return {
        place.code: place.local_name or place.name
        for edition in sorted(areas.editions())
        for place in areas.places(edition)
    }
