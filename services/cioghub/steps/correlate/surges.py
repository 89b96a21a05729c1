"""Surges in the hub: fortnights that roll day by day, for each area, category and view.

The method is that of `surge`, on counts of fourteen days ending the evening before the tick, so
that an outbreak is not cut in two by a calendar week. Counts that know only their month are judged
by month.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from cioghub.steps.correlate.budget import WATCHED, threshold
from cioghub.steps.correlate.contributions import Columns, IntArray
from cioghub.steps.correlate.counts import VIEWS
from cioghub.steps.correlate.surge import FEWEST, score_surge, screen_surge
from cioghub.steps.correlate.tick import Tick, day
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.signals import Method, Signal, SignalKind

METHOD = Method("surge-quasi-poisson", "1")
WINDOW_DAYS = 14
LEAST_WINDOWS = 3
MOST_WINDOWS = 130
LEAST_MONTHS = 6
_DAY_SECONDS = 90_000  # the longest local day
_TESTS = float(len(VIEWS) * len(COUNTED))


class Surges:
    """Looks for counts above what an area's own past leads one to expect."""

    def __init__(self, columns: Columns) -> None:
        self.limit = threshold(SignalKind.SURGE, _TESTS)
        self._monthly = np.flatnonzero(columns.monthly == 1)

    def find(self, tick: Tick) -> list[Signal]:
        """Return every surge of a fortnight, then those of the last whole month."""
        found = []
        areas = range(len(tick.columns.grid.ciogs))
        for view in VIEWS:
            for category in range(len(COUNTED)):
                for ciog in areas:
                    signal = self._fortnight(view, category, ciog, tick)
                    if signal is not None:
                        found.append(signal)
        return found + self._months(tick)

    def _fortnight(self, view: int, category: int, ciog: int, tick: Tick) -> Signal | None:
        last = tick.today - 1
        first = last - WINDOW_DAYS + 1
        counts = tick.counts
        seen = int(counts.area_days(view, ciog, category, first, last).sum())
        if seen < FEWEST:
            return None
        rough = counts.area_days(view, ciog, category, first - 4 * WINDOW_DAYS, first - 1)
        if seen <= int(rough.sum()) / 4:
            return None
        rows = tick.rows(first, last, 1 << category, ciog=ciog, view=view)
        start = counts.history_start(np.unique(tick.columns.publisher[rows]))
        start = max(start, counts.earliest_area_day())
        windows = min((first - start) // WINDOW_DAYS, MOST_WINDOWS)
        if windows < LEAST_WINDOWS:
            return None
        days = counts.area_days(view, ciog, category, first - windows * WINDOW_DAYS, last)
        series = days.reshape(windows + 1, WINDOW_DAYS).sum(axis=1)
        if not screen_surge(series):
            return None
        periods = [day(first - WINDOW_DAYS * k) for k in range(windows, -1, -1)]
        score = score_surge(series, periods, "week")
        if score.p_value > self.limit * WATCHED:
            return None
        return self._signal(tick, rows, category, first, last, score.expected, score.p_value)

    def _signal(
        self,
        tick: Tick,
        rows: IntArray,
        category: int,
        first: int,
        last: int,
        expected: float,
        p_value: float,
    ) -> Signal:
        return Signal(
            kind=SignalKind.SURGE,
            hub_category=COUNTED[category],
            ciogs=tick.ciogs_of(rows),
            first=day(first),
            last=day(last),
            seen=len(rows),
            expected=expected,
            chance=p_value,
            limit=self.limit,
            p_value=p_value,
            recurrence_days=None,
            evidence=tick.evidence(rows),
            method=METHOD,
            only_generated=tick.only_generated(rows, category),
        )

    def _months(self, tick: Tick) -> list[Signal]:
        """Judge the last whole month on a day after counts that know only their month came."""
        c = tick.columns
        end = day(tick.today).replace(day=1)
        month = (end - timedelta(days=1)).replace(day=1)
        rows = self._monthly[: int(np.searchsorted(self._monthly, tick.end))]
        if not len(rows) or c.accepted[rows[-1]] < tick.now - _DAY_SECONDS:
            return []
        rows = rows[(c.removed[rows] >= tick.now) & (c.place[rows] >= 0)]
        now = rows[(c.day[rows] >= month.toordinal()) & (c.day[rows] < end.toordinal())]
        if not len(now):
            return []
        first = date.fromordinal(int(c.day[rows].min())).replace(day=1)
        months = _months_between(first, month)
        if len(months) <= LEAST_MONTHS:
            return []
        number = np.searchsorted(
            np.array([m.toordinal() for m in months]), c.day[rows], side="right"
        )
        found = []
        for category in range(len(COUNTED)):
            for ciog in range(len(c.grid.ciogs)):
                wanted = (c.categories[rows] >> category) & 1 == 1
                wanted &= c.grid.ciog[c.place[rows]] == ciog
                series = np.bincount(number[wanted] - 1, minlength=len(months))[: len(months)]
                signal = self._month(tick, rows[wanted], series, months, category)
                if signal is not None:
                    found.append(signal)
        return found

    def _month(
        self,
        tick: Tick,
        rows: IntArray,
        series: npt.NDArray[np.int64],
        months: list[date],
        category: int,
    ) -> Signal | None:
        if series[-1] < FEWEST or not screen_surge(series):
            return None
        score = score_surge(series, months, "month")
        # A month is one test, not thirty: it may spend what the days of a month would.
        chance = score.p_value / 30.0
        if chance > self.limit * WATCHED:
            return None
        month = months[-1]
        last = (month + timedelta(days=31)).replace(day=1).toordinal() - 1
        recent = rows[tick.columns.day[rows] >= month.toordinal()]
        return self._signal(tick, recent, category, month.toordinal(), last, score.expected, chance)


def _months_between(first: date, last: date) -> list[date]:
    months = [first]
    while months[-1] < last:
        months.append((months[-1] + timedelta(days=31)).replace(day=1))
    return months
