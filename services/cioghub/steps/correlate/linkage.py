"""Linkage: does involvement repeat more than usual, where an agreement lets tokens through?

It counts pseudonymous subjects that recur in an area. It never scores a subject: what it compares
is how many recur now with how many recurred in the windows before. Of those it needs the counts
alone: pseudonyms are looked at for one window, and may be gone after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from cioghub.steps.correlate.budget import WATCHED, threshold
from cioghub.steps.correlate.contributions import Columns, IntArray, Narrow
from cioghub.steps.correlate.recurred import Steps
from cioghub.steps.correlate.tick import EARLY_SECONDS, Tick, day
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.signals import Method, Signal, SignalKind

METHOD = Method("linkage-gamma-poisson", "3")
WINDOW_DAYS = 28
REPEATS = 3
"""A subject recurs when this many incidents of one window name it."""

LEAST_SUBJECTS = 2
LEAST_WINDOWS = 2
MOST_WINDOWS = 13
OLDEST_DAYS = (MOST_WINDOWS + 1) * WINDOW_DAYS
"""What ended longer ago is compared with nothing."""

PRIOR_SHAPE, PRIOR_WINDOWS = 0.5, 0.5
"""Gamma prior on the usual number: weak, so that a single quiet window does not count as never."""

LOOKS_BACK_SECONDS = WINDOW_DAYS * 86_400 + EARLY_SECONDS
"""What was accepted longer before a tick names no subject of its window."""

Subjects = npt.NDArray[np.uint64]


class Linked(NamedTuple):
    """What linkage found at one tick: signals, and what recurred in the window that ends there."""

    signals: tuple[Signal, ...]
    counts: Mapping[str, Steps]


class Linkage:
    """Looks for repeated subjects and places, area by area."""

    def __init__(self, columns: Columns) -> None:
        rows, subjects = columns.subjects()
        order = np.lexsort((subjects, rows))
        rows, subjects = rows[order], subjects[order]
        # One event names a subject once, in whichever fields.
        again = (np.diff(rows) == 0) & (subjects[1:] == subjects[:-1])
        once = np.append(True, ~again)[: len(rows)]
        self._rows: Narrow = rows[once]
        self._subjects: Subjects = subjects[once]
        self.limit = threshold(SignalKind.LINKAGE, 1.0)

    def look(self, tick: Tick) -> Linked:
        """Return a signal for each area where more recurs than usual, and what recurs in each."""
        signals, counts = [], {}
        named, who, where = self._window(tick)
        for number, area in enumerate(tick.columns.grid.ciogs):
            here = where == number
            rows, subjects = named[here], who[here]
            if len(rows):
                counts[area] = _steps(rows, subjects, tick)
                signal = self._judge(area, rows, subjects, tick)
                if signal is not None:
                    signals.append(signal)
        return Linked(tuple(signals), counts)

    def _window(self, tick: Tick) -> tuple[Narrow, Subjects, IntArray]:
        """Return what names a subject in the window that ends at a tick: rows, whom, which area."""
        c = tick.columns
        first = tick.today - WINDOW_DAYS
        earliest = c.before(tick.now - LOOKS_BACK_SECONDS)
        ends = np.array([earliest, tick.end], dtype=np.int32)
        at = slice(*np.searchsorted(self._rows, ends).tolist())
        rows, subjects = self._rows[at], self._subjects[at]
        day, place = c.day[rows], c.place[rows]
        keep = (c.monthly[rows] == 0) & (c.removed[rows] >= tick.now) & (place >= 0)
        keep &= (day >= first) & (day < tick.today)
        return rows[keep], subjects[keep], c.grid.ciog[place[keep]]

    def _judge(self, area: str, rows: IntArray, subjects: Subjects, tick: Tick) -> Signal | None:
        first = tick.today - WINDOW_DAYS
        kept, _, since = tick.seasoned(rows, first - LEAST_WINDOWS * WINDOW_DAYS)
        inside = np.isin(rows, kept)
        rows, subjects = rows[inside], subjects[inside]
        recurring = _recurring(subjects)
        if len(recurring) < LEAST_SUBJECTS:
            return None
        windows = min(MOST_WINDOWS, (first - since) // WINDOW_DAYS)
        ends = [first - k * WINDOW_DAYS for k in range(windows)]
        before = tick.recurred.before(area, ends, since)
        if len(before) < LEAST_WINDOWS:
            return None
        shape, exposure = sum(before) + PRIOR_SHAPE, len(before) + PRIOR_WINDOWS
        chance = float(special.betainc(len(recurring), shape, 1 / (exposure + 1)))
        if chance > self.limit * WATCHED:
            return None
        evidence_rows = np.unique(rows[np.isin(subjects, recurring)])
        return Signal(
            kind=SignalKind.LINKAGE,
            hub_category=self._commonest(evidence_rows, tick),
            ciogs=(area,),
            first=day(first),
            last=day(tick.today - 1),
            seen=len(recurring),
            expected=float(shape / exposure),
            chance=chance,
            limit=self.limit,
            p_value=chance,
            recurrence_days=None,
            evidence=tick.evidence(evidence_rows),
            method=METHOD,
            subjects=len(recurring),
        )

    @staticmethod
    def _commonest(rows: IntArray, tick: Tick) -> str:
        bits = tick.columns.categories[rows]
        times = [int(((bits >> i) & 1).sum()) for i in range(len(COUNTED))]
        return COUNTED[int(np.argmax(times))]


def _recurring(subjects: Subjects) -> Subjects:
    found, times = np.unique(subjects, return_counts=True)
    recurring: Subjects = found[times >= REPEATS]
    return recurring


def _steps(rows: IntArray, subjects: Subjects, tick: Tick) -> Steps:
    """Return how many recur among those who were sending by each day on which one began to."""
    publisher = tick.columns.publisher[rows]
    started = {n: tick.counts.started[n] for n in np.flatnonzero(np.bincount(publisher)).tolist()}
    first = np.zeros(len(tick.columns.publishers), dtype=np.int64)
    first[list(started)] = list(started.values())
    began, days = first[publisher], sorted(set(started.values()))
    return tuple((day, len(_recurring(subjects[began <= day]))) for day in days)
