"""Whose agreements with the hub have ended, so that quiet is not quiet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from cioghub.vocabulary.rules import Agreement
from cioghub.vocabulary.words import listed


def ended_publishers(naming: Sequence[Agreement], day: date) -> set[str]:
    """Return the publishers whose agreement has ended by a local day and was not replaced.

    `naming` are the agreements with the hub that let one audience read anything at all. An
    agreement that ended is replaced when later ones of its publisher that name the audience too
    cover all its types of events. One that ran beside it is no replacement: two agreements never
    share the same events on one day.
    """
    running = [one for one in naming if one.covers(day)]

    def replaced(old: Agreement) -> bool:
        later = (a for a in running if a.publisher == old.publisher and a.starts > old.ends)
        return {event for one in later for event in one.events}.issuperset(old.events)

    return {a.publisher for a in naming if a.ends < day and not replaced(a)}


def ended_words(publishers: Collection[str]) -> str:
    """Return why there is no quiet, as part of a sentence."""
    return f"not shared, since the agreement of {listed(sorted(publishers))} has ended"
