"""The four honest forms of quiet: an area without an alert is never just green."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cioghub.steps.picture.feeds import FeedState, who_is_late
from cioghub.vocabulary.words import listed

NOT_SHARED, LATE_FEED, TOO_FEW, NOTHING_UNUSUAL = (
    "not-shared",
    "late-feed",
    "too-few",
    "nothing-unusual",
)
FORM_WORDS = {
    NOT_SHARED: "we cannot say, since an agreement has ended,",
    LATE_FEED: "we cannot say, since a feed is late,",
    TOO_FEW: "there is too little to say",
    NOTHING_UNUSUAL: "nothing unusual in the data received",
}
"""The forms as part of a sentence that ends with where."""

NOTICED_CHANCE = 1e-4
"""How rare a count must be to be noticed: about what the false-alarm budget leaves one series."""

NAMED = 2
"""So many categories are named, the gravest first."""

FEWEST = 5
"""Below this many events in two fortnights, over all categories, there are too few to say."""


def rise_noticed(usual: float) -> int:
    """Return the smallest count of a fortnight that would be noticed, `usual` being expected.

    A Poisson count at or above it has a chance of at most `NOTICED_CHANCE`; a usual count of 0 is
    taken as half an event, as nothing that happens is impossible.
    """
    expected = max(usual, 0.5)
    # From far out in the tail inwards: there the terms are smallest, and none is lost by rounding.
    count = math.ceil(expected + 12 * math.sqrt(expected) + 20)
    tail = 0.0
    while True:
        tail += math.exp(count * math.log(expected) - expected - math.lgamma(count + 1))
        if tail > NOTICED_CHANCE:
            return count + 1
        count -= 1


def quiet_words(
    feeds: Sequence[FeedState],
    limit: str | None,
    rows: Sequence[Mapping[str, Any]],
    counts: bool,
) -> dict[str, str]:
    """Return the form of an area's quiet and its words.

    `rows` are the counts of the area; `counts` says whether this audience may read any: one that
    reads words only cannot tell few from many.
    """
    if limit and limit.startswith("not shared"):
        return {"form": NOT_SHARED, "words": f"Cannot say: {limit}."}
    late = who_is_late(feeds)
    if late:
        return {
            "form": LATE_FEED,
            "words": f"Cannot say: no data from {listed(late)} for longer than agreed.",
        }
    noticed = _noticed(rows)
    if limit:
        return {"form": TOO_FEW, "words": f"Too few to say: {limit}.{noticed}"}
    if counts and not rows:
        return {"form": TOO_FEW, "words": "Too few to say: no event that may be read here."}
    if counts and _most(rows) < FEWEST:
        words = f"Too few to say: fewer than {FEWEST} events in two fortnights.{noticed}"
        return {"form": TOO_FEW, "words": words}
    return {"form": NOTHING_UNUSUAL, "words": f"Nothing unusual in the data received.{noticed}"}


def _most(rows: Sequence[Mapping[str, Any]]) -> float:
    """Return the most events that the rows can stand for; words for a number stand for many."""
    found = 0.0
    for row in rows:
        for entry in row["counts"]:
            for name in ("count", "last"):
                found += entry[name] if isinstance(entry[name], int) else math.inf
    return found


def _noticed(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say what rise would have been noticed, for the gravest categories with a number to read."""
    known = [
        (row["name"], max(entry["noticed"] for entry in row["counts"] if entry["noticed"]))
        for row in rows
        if any(entry["noticed"] for entry in row["counts"])
    ][:NAMED]
    if not known:
        return ""
    parts = listed([f"{name.lower()} to {count}" for name, count in known])
    return f" A rise of {parts} would have been noticed."
