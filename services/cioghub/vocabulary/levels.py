"""The levels of places and times, and which is coarser than which.

Places form two chains that meet at the district: `lsoa < msoa < district` and
`lsoa < ward < district < csp < ciog < county`. MSOA and ward are not comparable, so what is
common to both is the district.
"""

from __future__ import annotations

PLACE_LEVELS = ("lsoa", "msoa", "ward", "district", "csp", "ciog", "county")

_CHAIN = {
    "lsoa": ("lsoa", "msoa", "ward", "district", "csp", "ciog", "county"),
    "msoa": ("msoa", "district", "csp", "ciog", "county"),
    "ward": ("ward", "district", "csp", "ciog", "county"),
    "district": ("district", "csp", "ciog", "county"),
    "csp": ("csp", "ciog", "county"),
    "ciog": ("ciog", "county"),
    "county": ("county",),
}
"""Each level with everything that can be derived from it, finest first."""

AUDIENCE_LEVELS = ("lsoa", "msoa", "district", "csp", "ciog", "county")
"""The one chain that audiences read."""

TIME_LEVELS = ("hour", "3-hours", "day", "week", "month")
AGE_LEVELS = ("wide", "adult-or-child")


def coarser_or_equal(level: str) -> tuple[str, ...]:
    """Return `level` and all that can be derived from it, finest first."""
    return _CHAIN[level]


def is_finer(one: str, other: str) -> bool:
    """Say whether `other` can be derived from `one` and differs from it."""
    return one != other and other in _CHAIN[one]


def join(one: str, other: str) -> str:
    """Return the finest level that can be derived from both, as `district` for msoa and ward."""
    reachable = _CHAIN[other]
    return next(level for level in _CHAIN[one] if level in reachable)


def coarsest_time(one: str | None, other: str | None) -> str | None:
    """Return the coarser of two time levels; None stands for an exact instant."""
    order = (None, *TIME_LEVELS)
    return max(one, other, key=order.index)
