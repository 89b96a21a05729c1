"""Counts by day and area, by day and place, and by day and class, brought forward tick by tick.

They say what a tick sees: everything accepted before it and not withdrawn before it. Only what is
new since the last tick is added, so that a tick costs by what came, not by what there is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import reduce
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from cioghub.steps.correlate.contributions import NEVER, Columns, IntArray, Narrow
from cioghub.steps.correlate.series import ALL, BEYOND_POLICE, Need, Series, Subject
from cioghub.vocabulary.categories import COUNTED

AREA_DAYS = 3_700
PLACE_DAYS = 420
"""How far back days are kept: ten years by area, fourteen months by place and by class."""

PLACE_STEP = 50
"""So many days by place are forgotten at once: a year and the longest window always stay."""

Counts16 = npt.NDArray[np.int16]
Counts32 = npt.NDArray[np.int32]


class Counts:
    """Daily counts of a growing set, for ticks in order of time."""

    def __init__(self, columns: Columns, zone: ZoneInfo, needs: Sequence[Need] = ()) -> None:
        """By place, each of `needs` is counted beside the hub categories."""
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
        self._places = len(grid.scanned)
        self._series = Series(columns, needs)
        self.place = np.zeros((self._series.many, PLACE_DAYS, self._places), dtype=np.int16)
        # The last of the areas stands for places that are in none.
        self.sent = np.zeros((len(columns.classes), self._ciogs + 1, PLACE_DAYS), dtype=np.int32)
        bits = np.array([one.categories for one in columns.classes], dtype=np.int64)
        self._counts_in = bits[:, None] >> np.arange(len(COUNTED)) & 1 == 1
        self._police = np.array([one.kind == "police" for one in columns.classes], dtype=bool)
        counted = np.ascontiguousarray(self._counts_in.T)
        self._classes = {ALL: counted, BEYOND_POLICE: counted & ~self._police}
        self.started: dict[int, int] = {}
        """The local day on which each publisher began to send."""
        self.senders: dict[int, set[int]] = {}
        """The publishers of each agency kind that have sent anything."""

    def advance(self, now: int, today: int) -> None:
        """Count what came, and take back what was withdrawn, up to `now`.

        `today` is the ordinal of the local day that begins, or would begin, now.
        """
        self._make_room(today)
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
            _shift(self.sent, PLACE_STEP, axis=2)
            self._place_origin += _shift(self.place, PLACE_STEP, axis=1)

    def _count(self, rows: npt.NDArray[np.int64], sign: int) -> None:
        c = self.columns
        rows = rows[(c.monthly[rows] == 0) & (c.place[rows] >= 0)]
        if not len(rows):
            return
        assert self._area_origin is not None
        assert self._place_origin is not None
        day, place, klass = c.day[rows], c.place[rows], c.klass[rows]
        self._count_by_area(day - self._area_origin, c.grid.ciog[place], klass, sign)
        recent = day - self._place_origin
        kept = (recent >= 0) & (recent < PLACE_DAYS)
        recent, place, klass = recent[kept], place[kept], klass[kept]
        ciog = c.grid.ciog[place] % (self._ciogs + 1)
        _add(self.sent, sign, klass, ciog, recent)
        scan = c.grid.scan_number[place]
        kept = scan >= 0
        recent, scan, klass = recent[kept], scan[kept], klass[kept]
        event, series = self._series.of(klass)
        _add(self.place, sign, series, recent[event], scan[event])

    def _count_by_area(self, day: Narrow, ciog: IntArray, klass: Narrow, sign: int) -> None:
        kept = (ciog >= 0) & (day >= 0) & (day < AREA_DAYS)
        day, ciog, klass = day[kept], ciog[kept], klass[kept]
        event, category = np.nonzero(self._counts_in[klass])
        at = (ciog[event], category, day[event])
        _add(self.area[ALL], sign, *at)
        beyond = ~self._police[klass][event]
        _add(self.area[BEYOND_POLICE], sign, *(one[beyond] for one in at))

    def gone_before(self, now: int) -> IntArray:
        """Return the numbers of the events that were taken out before `now`."""
        last = int(np.searchsorted(self._removed_at, now, side="left"))
        numbers: IntArray = self.columns.number[self._removed_row[:last]].astype(np.int64)
        return numbers

    def area_days(self, view: int, ciog: int, category: int, first: int, last: int) -> Counts32:
        """Return counts of an area by day, from ordinal `first` to `last`, both included."""
        assert self._area_origin is not None
        low = max(0, first - self._area_origin)
        found: Counts32 = self.area[view, ciog, category, low : last - self._area_origin + 1]
        return found

    def by_area(self, first: int, last: int) -> IntArray:
        """Return the sums of `area_days`, by view, area and category."""
        assert self._area_origin is not None
        low = max(0, first - self._area_origin)
        found: IntArray = self.area[..., low : last - self._area_origin + 1].sum(axis=3)
        return found

    def earliest_area_day(self) -> int:
        """Return the first ordinal for which counts by area are kept."""
        return self._area_origin or 0

    def place_days(
        self,
        subject: Subject,
        first: int,
        last: int,
        view: int = ALL,
        without: Collection[int] = (),
        told_only: bool = False,
    ) -> tuple[int, Counts16]:
        """Return the first day kept in that range, and counts by day and scanned place.

        They are without the publishers `without`, and where `told_only`, without what only a
        search or a stop finds.
        """
        assert self._place_origin is not None
        low = max(0, first - self._place_origin)
        span = slice(low, last - self._place_origin + 1)
        numbers = self._series.about(subject, view, without, told_only)
        parts = [self.place[number, span] for number in numbers]
        nothing = np.zeros((last - self._place_origin + 1 - low, self._places), dtype=np.int16)
        return self._place_origin + low, reduce(np.add, parts) if parts else nothing

    def classes(self, category: int, view: int) -> npt.NDArray[np.bool_]:
        """Say of each class whether its events count in a category and view."""
        found: npt.NDArray[np.bool_] = self._classes[view][category]
        return found

    def seen_by(self, need: Need) -> npt.NDArray[np.bool_]:
        """Say of each class whether one of the needs given is met by its events."""
        return self._series.seen_by[need]

    def by_class(self, first: int, last: int) -> IntArray:
        """Return how many events of each class count in each area on days `first` to `last`.

        The last column is of what lies in none.
        """
        assert self._place_origin is not None
        low = max(0, first - self._place_origin)
        found: IntArray = self.sent[..., low : last - self._place_origin + 1].sum(axis=2)
        return found

    def history_start(self, publishers: Iterable[int]) -> int:
        """Return the day from which all of these publishers have been sending."""
        return max((self.started[p] for p in publishers), default=date.max.toordinal())


def _add(
    block: npt.NDArray[np.signedinteger], sign: int, *at: npt.NDArray[np.signedinteger]
) -> None:
    """Add a number to the cells of a contiguous block at these indices, as often as they come."""
    flat = np.ravel_multi_index(at, block.shape)
    # Of the block's own type, or numpy casts each of them by itself, which takes far longer.
    np.add.at(block.reshape(-1), flat, block.dtype.type(sign))


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
