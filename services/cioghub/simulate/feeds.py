"""The feeds of the simulated agencies: names, types, and when what is recorded is published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cioghub.simulate.calibration import LATE
from cioghub.simulate.days import DAY, HOUR

Seconds = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Feed:
    """What one agency sends under one source.

    `recorded_hours` is the median time from the end of an incident to its record. A feed is sent
    as it is recorded, after `sent_hours` on average, or in batches at `batch_hour` of the days
    `batch_days` (0 is Monday).
    """

    key: str
    source: str
    type: str
    held_for: str
    prefix: str
    tokens: tuple[str, ...]
    recorded_hours: float
    sent_hours: float = 0.0
    batch_hour: float | None = None
    batch_days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


_POLICE = ("suspect_token", "victim_token", "place_token")
_SCHOOL = ("suspect_token", "victim_token")
_WEEKDAYS = (0, 1, 2, 3, 4)

FEEDS = (
    Feed(
        "crime",
        "/warwickshire-police/crime",
        "police.crime.v1",
        "policing",
        "wpc",
        _POLICE,
        5.0,
        3.0,
    ),
    Feed(
        "incident",
        "/warwickshire-police/incident",
        "police.incident.v1",
        "policing",
        "wpi",
        _POLICE,
        0.3,
        0.7,
    ),
    Feed(
        "fire",
        "/warwickshire-fire/incident",
        "fire.incident.v1",
        "fire-rescue",
        "wfr",
        (),
        1.5,
        0.0,
        7.0,
    ),
    Feed("swft", "/swft-nhs/assault", "health.assault.v1", "health", "swf", (), 2.0, 0.0, 6.5),
    Feed(
        "geh",
        "/geh-nhs/assault",
        "health.assault.v1",
        "health",
        "geh",
        (),
        2.0,
        0.0,
        9.0,
        (0, 2, 4),
    ),
    Feed("uhcw", "/uhcw-nhs/assault", "health.assault.v1", "health", "uhc", (), 3.0, 0.0, 5.25),
    Feed(
        "suspension",
        "/warwickshire-education/suspension",
        "schools.suspension.v1",
        "education",
        "wes",
        _SCHOOL,
        1.0,
        0.0,
        17.5,
        _WEEKDAYS,
    ),
    Feed(
        "concern",
        "/warwickshire-education/concern",
        "schools.concern.v1",
        "education",
        "wec",
        _SCHOOL,
        2.0,
        2.0,
    ),
    Feed(
        "attendance",
        "/warwickshire-education/attendance",
        "schools.attendance.v1",
        "education",
        "wea",
        (),
        4.0,
        0.0,
        10.0,
        (0,),
    ),
)
FEED = {feed.key: feed for feed in FEEDS}


def published(
    feed: Feed, ended: Seconds, midnight: int, weekday: int, rng: np.random.Generator
) -> tuple[Seconds, Seconds, Seconds]:
    """Return (recorded, published as usual, published) for incidents that ended then.

    A fifth is published late: one day and more after the usual moment, and in half of these the
    record was late too. `midnight` and `weekday` are of any day near.
    """
    count = len(ended)
    delay = feed.recorded_hours * HOUR * np.exp(rng.normal(0.0, 0.9, count))
    recorded = ended + np.minimum(delay, 3 * DAY).astype(np.int64) + 60
    usual = recorded + (rng.exponential(max(feed.sent_hours, 0.01) * HOUR, count)).astype(np.int64)
    usual += rng.integers(20, 400, count)
    if feed.batch_hour is not None:
        usual = _batched(feed, usual, midnight, weekday) + rng.integers(0, 1200, count)
    late = rng.random(count) < LATE
    extra = np.minimum(DAY + rng.exponential(2.5 * DAY, count), 14 * DAY).astype(np.int64)
    moved = late & (rng.random(count) < 0.5)
    return recorded + np.where(moved, extra, 0), usual, usual + np.where(late, extra, 0)


def _batched(feed: Feed, ready: Seconds, midnight: int, weekday: int) -> Seconds:
    first = midnight + int((feed.batch_hour or 0.0) * HOUR)
    days = -((first - ready) // DAY)
    wait = np.array(
        [next(n for n in range(7) if (day + n) % 7 in feed.batch_days) for day in range(7)],
        dtype=np.int64,
    )
    days = days + wait[(weekday + days) % 7]
    return np.asarray(first + days * DAY, dtype=np.int64)
