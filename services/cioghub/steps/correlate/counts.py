"""Counts by day, area and category, and by day, place and category, brought forward tick by tick.

They say what a tick sees: everything accepted before it and not withdrawn before it. Only what is
new since the last tick is added, so that a tick costs by what came, not by what there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from cioghub.steps.correlate.contributions import NEVER, Columns
from cioghub.vocabulary.categories import COUNTED

ALL, BEYOND_POLICE = 0, 1
VIEWS = (ALL, BEYOND_POLICE)
"""Counted together, and without the police: they see far more, and would drown the others."""

AREA_DAYS = 3_700
PLACE_DAYS = 420
"""How far back days are kept: ten years by area, fourteen months by place."""

PLACE_STEP = 50
"""So many days by place are forgotten at once: a year and the longest window always stay."""

Counts32 = npt.NDArray[np.int32]


class Counts:
    """Daily counts of a growing set, for ticks in order of time."""

    def __init__(self, columns: Columns, zone: ZoneInfo) -> None:
        self.columns = columns
        self.zone = zone
        self.seen_rows = 0
        gone = np.flatnonzero(columns.removed < NEVER)
        self._removed_row = gone[np.argsort(columns.removed[gone], kind="stable")]
        self._removed_at = columns.removed[self._removed_row]
        self._removals = 0
        grid = columns.grid
        self._ciogs = len(grid.ciogs)
        self._area_origin: int | None = None
        self._place_origin: int | None = None
        self.area = np.zeros((2, self._ciogs, len(COUNTED), AREA_DAYS), dtype=np.int32)
        self.place = np.zeros((2, len(COUNTED), PLACE_DAYS, len(grid.scanned)), dtype=np.int16)
        self.touched = np.zeros((2, len(COUNTED)), dtype=bool)
        self.started: dict[int, int] = {}
        """The local day on which each publisher began to send."""
        self.senders: dict[int, set[int]] = {}
        """The publishers of each agency kind that have sent anything."""

    def advance(self, now: int, today: int) -> None:
        """Count what came, and take back what was withdrawn, up to `now`.

        `today` is the ordinal of the local day that begins, or would begin, now.
        """
        self._make_room(today)
        self.touched[:] = False
        end = self.columns.before(now)
        new = np.arange(self.seen_rows, end)
        # What was taken out before it came (a twin) is not counted, and so never taken back.
        self._count(new[self.columns.removed[new] >= now], 1)
        self._note_senders(end)
        last = int(np.searchsorted(self._removed_at, now, side="left"))
        gone = self._removed_row[self._removals : last]
        self._count(gone[gone < self.seen_rows], -1)
        self._removals = last
        self.seen_rows = end

    def _note_senders(self, end: int) -> None:
        """Note who sent what came since the last tick."""
        c, part = self.columns, slice(self.seen_rows, end)
        _, first = np.unique(c.klass[part], return_index=True)
        rows = np.sort(first) + self.seen_rows
        sent = zip(rows.tolist(), c.kind[rows].tolist(), c.publisher[rows].tolist(), strict=True)
        for row, kind, publisher in sent:
            self.senders.setdefault(kind, set()).add(publisher)
            if publisher not in self.started:
                self.started[publisher] = self._local_day(int(c.accepted[row]))

    def _local_day(self, seconds: int) -> int:
        return datetime.fromtimestamp(seconds, UTC).astimezone(self.zone).toordinal()

    def _make_room(self, today: int) -> None:
        # What is kept is told by the set and the day alone, however many ticks there were before.
        if self._area_origin is None or self._place_origin is None:
            accepted = self.columns.accepted
            first = self._local_day(int(accepted[0])) + 1 if len(accepted) else today
            self._area_origin = min(first, today) - 400
            self._place_origin = min(first, today) - PLACE_DAYS + PLACE_STEP
            # Nothing is counted yet, and nothing need be moved.
            steps = max(0, (today - self._place_origin - PLACE_DAYS) // PLACE_STEP + 1)
            self._place_origin += steps * PLACE_STEP
        while today - self._area_origin >= AREA_DAYS:
            self._area_origin += _shift(self.area, AREA_DAYS // 2, axis=3)
        while today - self._place_origin >= PLACE_DAYS:
            self._place_origin += _shift(self.place, PLACE_STEP, axis=2)

    def _count(self, rows: npt.NDArray[np.int64], sign: int) -> None:
        c = self.columns
        rows = rows[(c.monthly[rows] == 0) & (c.place[rows] >= 0)]
        if not len(rows):
            return
        assert self._area_origin is not None
        assert self._place_origin is not None
        day, place = c.day[rows], c.place[rows]
        ciog = c.grid.ciog[place]
        scan = c.grid.scan_number[place]
        police = c.police[rows]
        bits = c.categories[rows]
        in_area = (ciog >= 0) & (day >= self._area_origin) & (day < self._area_origin + AREA_DAYS)
        in_place = (scan >= 0) & (day >= self._place_origin)
        in_place &= day < self._place_origin + PLACE_DAYS
        for category in range(len(COUNTED)):
            has = (bits >> category) & 1 == 1
            if not has.any():
                continue
            for view, wanted in ((ALL, has), (BEYOND_POLICE, has & ~police)):
                if not wanted.any():
                    continue
                self.touched[view, category] = True
                a = wanted & in_area
                at = (ciog[a], day[a] - self._area_origin)
                np.add.at(self.area[view, :, category, :], at, sign)
                p = wanted & in_place
                at = (day[p] - self._place_origin, scan[p])
                np.add.at(self.place[view, category], at, sign)

    def area_days(self, view: int, ciog: int, category: int, first: int, last: int) -> Counts32:
        """Return counts of an area by day, from ordinal `first` to `last`, both included."""
        assert self._area_origin is not None
        low = max(0, first - self._area_origin)
        found: Counts32 = self.area[view, ciog, category, low : last - self._area_origin + 1]
        return found

    def earliest_area_day(self) -> int:
        """Return the first ordinal for which counts by area are kept."""
        return self._area_origin or 0

    def place_days(
        self, view: int, category: int, first: int, last: int
    ) -> tuple[int, npt.NDArray[np.int16]]:
        """Return the first day kept in that range, and counts by day and scanned place."""
        assert self._place_origin is not None
        low = max(0, first - self._place_origin)
        block = self.place[view, category, low : last - self._place_origin + 1]
        return self._place_origin + low, block

    def history_start(self, publishers: Iterable[int]) -> int:
        """Return the day from which all of these publishers have been sending."""
        return max((self.started[p] for p in publishers), default=date.max.toordinal())


def _shift(block: npt.NDArray[np.signedinteger], step: int, axis: int) -> int:
    """Forget the oldest `step` days of a block in place; return `step`."""
    size = block.shape[axis]
    moved = np.moveaxis(block, axis, 0)
    if step < size:
        moved[: size - step] = moved[step:].copy()
        moved[size - step :] = 0
    else:
        moved[:] = 0
    return step
