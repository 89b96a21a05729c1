"""Surges in the hub: fortnights that roll day by day, for each area, category and view.

The method is that of `surge`, on counts of fourteen days ending the evening before the tick, so
that an outbreak is not cut in two by a calendar week. Counts that know only their month are judged
by month.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from cioghub.steps.correlate.budget import EPISODE_DAYS, WATCHED, threshold
from cioghub.steps.correlate.contributions import Columns, IntArray
from cioghub.steps.correlate.lately import Lately
from cioghub.steps.correlate.series import VIEWS
from cioghub.steps.correlate.surge import FEWEST, SurgeScore, score_surge, screen_surge
from cioghub.steps.correlate.tick import Tick, day
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.signals import Method, Signal, SignalKind

METHOD = Method("surge-quasi-poisson", "2")
WINDOW_DAYS = 14
LEAST_WINDOWS = 3
MOST_WINDOWS = 130
LEAST_MONTHS = 6
RISES_TOO = 0.2
"""Where one area surges, the others are told of at this chance already: what rises everywhere can
then be told from what rises here."""

_DAY_SECONDS = 90_000  # the longest local day
_TESTS = float(len(VIEWS) * len(COUNTED))


class Surges:
    """Looks for counts above what an area's own past leads one to expect."""

    def __init__(self, columns: Columns, fits: Lately[SurgeScore]) -> None:
        """`fits` may last from one set to the next."""
        self._fits = fits
        self.limit = threshold(SignalKind.SURGE, _TESTS)
        self._monthly = np.flatnonzero(columns.monthly == 1)
        days = columns.day[self._monthly].tolist()
        known = {ordinal: _month_number(day(ordinal)) for ordinal in set(days)}
        self._month_of: IntArray = np.array([known[one] for one in days], dtype=np.int64)

    def find(self, tick: Tick) -> list[Signal]:
        """Return every surge of a fortnight, then those of the last whole month."""
        found = []
        areas = range(len(tick.columns.grid.ciogs))
        first = tick.today - WINDOW_DAYS
        seen = tick.counts.by_area(first, tick.today - 1)
        before = tick.counts.by_area(first - 4 * WINDOW_DAYS, first - 1)
        any_at_all = seen >= FEWEST
        worth_a_look = any_at_all & (seen > before / 4)
        for view in VIEWS:
            for category in range(len(COUNTED)):
                told: list[Signal | None] = [
                    self._fortnight(view, category, ciog, tick, self.limit * WATCHED)
                    if worth_a_look[view, ciog, category]
                    else None
                    for ciog in areas
                ]
                if any(one is not None and one.chance <= self.limit for one in told):
                    told = [
                        self._fortnight(view, category, ciog, tick, RISES_TOO)
                        if one is None and any_at_all[view, ciog, category]
                        else one
                        for ciog, one in enumerate(told)
                    ]
                found += [one for one in told if one is not None]
        return found + self._months(tick)

    def _fortnight(
        self, view: int, category: int, ciog: int, tick: Tick, asked: float
    ) -> Signal | None:
        """Return a surge of an area that is as rare as asked, if there is one."""
        last = tick.today - 1
        first = last - WINDOW_DAYS + 1
        counts = tick.counts
        classes = tick.classes(category, view)
        sent = tick.sent(first, last, classes, ciog)
        publisher = tick.columns.publisher.values
        by = first - LEAST_WINDOWS * WINDOW_DAYS
        new, start = tick.newcomers(publisher[sent > 0].tolist(), by)
        known = tick.without(classes, new)
        if int(sent[known].sum()) < FEWEST:
            return None
        start = max(start, counts.earliest_area_day())
        windows = min((first - start) // WINDOW_DAYS, MOST_WINDOWS)
        if windows < LEAST_WINDOWS:
            return None
        earliest = first - windows * WINDOW_DAYS
        days = counts.area_days(view, ciog, category, earliest, last)
        if len(new):
            past = tick.rows(earliest, last, classes & ~known, ciog)
            days = days - np.bincount(tick.columns.day[past] - earliest, minlength=len(days))
        series = days.reshape(windows + 1, WINDOW_DAYS).sum(axis=1)
        if asked < RISES_TOO and not screen_surge(series):
            return None
        periods = [day(first - WINDOW_DAYS * k) for k in range(windows, -1, -1)]
        key = (first, series.tobytes())
        score = self._fits.answer(key, lambda: score_surge(series, periods, "week"))
        if score.p_value > asked:
            return None
        rows = tick.rows(first, last, known, ciog)
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
        """Judge the last whole month on a day after counts that know only their month came.

        A publisher's past reaches back to its last month without a word: of that one nothing is
        known, and nothing known is not nought.
        """
        c = tick.columns
        end = day(tick.today).replace(day=1)
        judged = _month_number(end) - 1
        upto = int(np.searchsorted(self._monthly, tick.end))
        if not upto or c.accepted[self._monthly[upto - 1]] < tick.now - _DAY_SECONDS:
            return []
        stands = c.removed[self._monthly[:upto]] >= tick.now
        rows, months = self._monthly[:upto][stands], self._month_of[:upto][stands]
        publisher = c.publisher[rows]
        runs = {
            p: run
            for p in np.unique(publisher[months == judged]).tolist()
            if (run := _unbroken(months[publisher == p], judged)) > LEAST_MONTHS
        }
        if not runs:
            return []
        first = judged - min(runs.values()) + 1
        keep = np.isin(publisher, list(runs)) & (months >= first) & (months <= judged)
        keep &= c.place[rows] >= 0
        rows, number = rows[keep], months[keep] - first
        periods = [_month_day(m) for m in range(first, judged + 1)]
        found = []
        for category in range(len(COUNTED)):
            for ciog in range(len(c.grid.ciogs)):
                wanted = (c.categories[rows] >> category) & 1 == 1
                wanted &= c.grid.ciog[c.place[rows]] == ciog
                series = np.bincount(number[wanted], minlength=len(periods))
                signal = self._month(tick, rows[wanted], series, periods, category)
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
        # A month is one test: it may spend what the tests of a month of days would.
        chance = score.p_value * EPISODE_DAYS / 30.0
        if chance > self.limit * WATCHED:
            return None
        month = months[-1]
        last = (month + timedelta(days=31)).replace(day=1).toordinal() - 1
        recent = rows[tick.columns.day[rows] >= month.toordinal()]
        return self._signal(tick, recent, category, month.toordinal(), last, score.expected, chance)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month_day(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _unbroken(months: IntArray, last: int) -> int:
    """Return how many months on end, `last` being the last of them, are among `months`."""
    known = set(np.unique(months).tolist())
    run = 0
    while last - run in known:
        run += 1
    return run
