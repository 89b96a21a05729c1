"""What the correlator keeps of one event: no payload, and tokens only as pseudonyms."""

from __future__ import annotations

from typing import NamedTuple

from cioghub.vocabulary.incidents import Notes

KNOWS_DAY, KNOWS_MONTH, KNOWS_NO_TIME = 0, 1, 2


class Contribution(NamedTuple):
    """One event in the correlator's set.

    `id` is the correlator's own, 32 hex digits; `accepted` in whole seconds since 1970 UTC; `day`
    the ordinal of the local day that it is counted on, and `monthly` how well that is known.
    `place` is (edition, code), None where it is counted nowhere. `tokens` are its pseudonyms by
    field, `former` those of the period before.
    """

    id: str
    accepted: int
    day: int
    monthly: int
    place: tuple[str, str] | None
    publisher: str
    type: str
    notes: Notes
    tokens: tuple[tuple[str, str], ...] = ()
    former: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Contribution({self.type}, content hidden)"
