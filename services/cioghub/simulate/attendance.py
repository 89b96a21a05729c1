"""Weekly attendance of the schools of a district: counts of sessions, never of one pupil."""

from __future__ import annotations

import numpy as np

from cioghub.simulate.background import Happened
from cioghub.simulate.calibration import ATTENDANCE_FROM, DISTRICTS
from cioghub.simulate.days import Clock, is_school_day
from cioghub.simulate.records import variant
from cioghub.simulate.town import Town

PUPILS = (4_100, 8_400, 7_300, 7_700, 8_900)
"""Pupils of secondary age by district (about 36,000 in the county; working assumption)."""

MISSED = {"N": 0.004, "O": 0.016, "U": 0.003, "E": 0.0022}
"""Share of sessions under each absence code (working assumption after national figures)."""


def attendance_of_week(
    town: Town, clock: Clock, index: int, rng: np.random.Generator
) -> Happened | None:
    """Return, on a Friday, the counts of the week by district and code; None on other days."""
    day = clock.date(index)
    first = index - 4
    if day.weekday() != 4 or first < 0 or day.isoformat() < ATTENDANCE_FROM:
        return None
    if clock.date(first).isoformat() < ATTENDANCE_FROM or "district" not in town.editions:
        return None
    sessions = 2 * sum(is_school_day(clock.date(n)) for n in range(first, index + 1))
    if sessions == 0:
        return None
    variants, codes = [], []
    for district, pupils in zip(DISTRICTS, PUPILS, strict=True):
        if district not in town.districts:
            continue
        for code, share in MISSED.items():
            possible = pupils * sessions
            missed = int(rng.binomial(possible, share))
            own = (("sessions", missed), ("possible_sessions", possible), ("cohort", pupils))
            variants.append(
                variant(code, "schools_attendance_codes", None, None, (), None, None, own)
            )
            codes.append(district)
    count = len(variants)
    if count == 0:
        return None
    start, end = clock.midnights[first], clock.midnights[index + 1]
    return Happened(
        "attendance",
        variants,
        np.full(count, start, dtype=np.int64),
        np.full(count, end, dtype=np.int64),
        list(codes),
        ["area"] * count,
        [""] * count,
    )
