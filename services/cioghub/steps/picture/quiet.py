"""The four honest forms of quiet: an area without an alert is never just green."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from scipy.special import betainc

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

NOTICED_CHANCE = 1.96e-4
"""How rare a count must be to be noticed: what the false-alarm budget leaves one test."""

DISPERSION, TREND_UNKNOWN, LEVEL_UNKNOWN = 1.6, 0.03, 1.0
"""How uncertain a fortnight's count is: `DISPERSION` times the usual by chance, and of the usual
itself, squared and relative, `TREND_UNKNOWN + LEVEL_UNKNOWN / (usual + 0.5)`."""

NAMED = 2
"""So many categories are named, the gravest first."""

FEWEST = 5
"""Below this many events in two fortnights, over all categories, there are too few to say."""


def rise_noticed(usual: float) -> int:
    """Return about which count of a fortnight would be noticed in an area, `usual` being expected.

    The smallest count that a negative binomial reaches with a chance of at most `NOTICED_CHANCE`;
    its variance is that of the count and of what a short past leaves unknown. A usual count of 0 is
    taken as half an event, as nothing that happens is impossible.

    The three constants are calibrated against the hub's own search for surges: in simulated series,
    Poisson and with dispersion 1.5, of a usual 0.5 to 100 and 26 fortnights of past, it raises the
    count returned here in eight of ten series or more; the unit test holds it to that. It is not
    sharp: less is often noticed too. It speaks of a CIOG's whole area, as that search does.
    """
    expected = max(usual, 0.5)
    unknown = TREND_UNKNOWN + LEVEL_UNKNOWN / (expected + 0.5)
    excess = (DISPERSION - 1.0) * expected + unknown * expected**2
    shape, share = expected**2 / excess, excess / (expected + excess)
    low, high = 0, 1
    while float(betainc(high, shape, share)) > NOTICED_CHANCE:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if float(betainc(middle, shape, share)) > NOTICED_CHANCE:
            low = middle
        else:
            high = middle
    return high


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
    if limit:
        return {"form": TOO_FEW, "words": f"Too few to say: {limit}."}
    noticed = _noticed(rows)
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
    known = [(row["name"], row["noticed"]) for row in rows if row["noticed"]][:NAMED]
    if not known:
        return ""
    parts = listed([f"{name.lower()} to about {count}" for name, count in known])
    return f" A rise of {parts} would have been noticed."
