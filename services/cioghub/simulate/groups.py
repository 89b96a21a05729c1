"""A group of kinds that share a rhythm: one stream of background events."""

from __future__ import annotations

from dataclasses import dataclass

from cioghub.simulate.calibration import MIXED_DAYS, STEADY_HOURS
from cioghub.simulate.records import Choice, Kind

Intervals = tuple[float, float, float]
"""Shares of events known to the minute, to some hours and to a night; the rest to the day."""

POLICE_PLACES: Choice = (
    ("street", 0.6),
    ("exact-building", 0.26),
    ("area", 0.1),
    ("unknown", 0.04),
)


@dataclass(frozen=True, slots=True)
class Group:
    """How often a stream runs, when and where, and what it holds.

    `months` and `shares` name tables of `calibration`; `suspect` and `victim` are the shares of
    events that know one.
    """

    name: str
    feed: str
    per_day: float
    kinds: tuple[Kind, ...]
    months: str = "violence"
    shares: str = "violence"
    weight: str = "violence"
    days: tuple[float, ...] = MIXED_DAYS
    hours: tuple[tuple[int, ...], ...] = STEADY_HOURS
    intervals: Intervals = (0.7, 0.15, 0.1)
    confidences: Choice = POLICE_PLACES
    suspect: float = 0.0
    victim: float = 0.0
    leaves_county: bool = False
    school_days: bool = False
