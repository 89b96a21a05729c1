"""Where, and since when, do events knot together more than the areas' own past expects?

The expectation-based Poisson scan statistic (Neill, Moore, Sabhnani and Daniel, "Detection of
emerging space-time clusters", KDD 2005; Neill 2006) over the prospective windows of Kulldorff
("Prospective time periodic geographical disease surveillance using a scan statistic", JRSS A 164,
2001): every circle of nearest neighbours, every stretch of days that ends today. The score is the
logarithm of the likelihood ratio, divided by how much more than Poisson the areas' past weeks vary
(the quasi-likelihood's way). How often such a score comes by chance is told by a Gumbel
distribution fitted to simulated days without clusters (Abrams, Kulldorff and Kleinman 2010), from
a generator with a fixed seed: the same input gives the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from cioghub.steps.correlate.cluster_chance import METHOD as CHANCE
from cioghub.steps.correlate.cluster_chance import Chance, Span, rung_of
from cioghub.steps.correlate.cluster_level import WEEK, Expected, Floats, expect
from cioghub.vocabulary.areas import Calibration

FEWEST = 2
"""A single event is no knot."""

LONGEST_RUN = 1.25
"""By how much the level of a run's longest window may exceed that of its shortest: longer runs are
fewer, and what they might hold is known less well."""

BASELINE_DAYS = 730
"""Days of the past that tell an area's share."""

WINDOWS = (1, 2, 3, 5, 7, 10, 14, 21, 28)
"""Longest windows, in days, while the history grows; then the scan's own."""

Reals = npt.NDArray[np.floating]

METHOD = "cluster-2"
"""Names the method and its constants in evidence; changes whenever a score may change."""


@dataclass(frozen=True, slots=True)
class ClusterScore:
    """The strongest knot that reaches to today.

    `areas` are indices in ascending order, `from_index` the first day of the knot in the history
    given, `score` the log-likelihood ratio over the variance ratio of the circle (one where the
    past is Poisson). `recurrence_days` says that a score like this comes by chance once in so many
    days.
    """

    areas: tuple[int, ...]
    from_index: int
    seen: int
    expected: float
    score: float
    recurrence_days: float
    usual: Floats = field(compare=False, repr=False)
    """What the knot's days should hold, by area."""


@dataclass(slots=True)
class Scan:
    """The circles of a set of areas, laid out once and scanned as often as wanted.

    Args:
        centres: (areas, 2), in any unit of length.
        population: weights to share out what is expected where the past is sparse, and the bound
            of a circle: it holds at most half of it. None: all areas weigh the same.
        max_areas: most areas in a circle.
        max_days: longest window in days.
        max_distance: longest radius, in the unit of `centres`.
        calibration: what a scan of this very layout was found to find by chance; another's is
            passed over, and simulated anew.
    """

    centres: Floats
    population: Floats | None
    max_areas: int
    max_days: int
    max_distance: float = float("inf")
    calibration: Calibration | None = None
    _weights: Floats = field(init=False)
    _order: npt.NDArray[np.int64] = field(init=False)
    _cells: npt.NDArray[np.int64] = field(init=False)
    _rings: npt.NDArray[np.int64] = field(init=False)
    _ends: npt.NDArray[np.int64] = field(init=False)
    _chance: Chance = field(init=False)

    def __post_init__(self) -> None:
        centres = np.asarray(self.centres, dtype=np.float64)
        n = centres.shape[0]
        self._weights = weights_of(self.population, n)
        square = ((centres[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
        widest = max(1, min(self.max_areas, n))
        order = np.argsort(square, axis=1, kind="stable")
        distance = np.take_along_axis(square, order, axis=1)
        allowed = np.cumsum(self._weights[order], axis=1) <= 0.5 * self._weights.sum() + 1e-9
        allowed[:, 0] = True
        allowed &= np.sqrt(distance) <= self.max_distance
        # Areas at the same distance come into a circle together.
        closed = np.ones((n, n), dtype=bool)
        closed[:, :-1] = distance[:, 1:] > distance[:, :-1] * (1 + 1e-12)
        closed[:, 0] |= True
        sizes = np.array([k in _sizes(widest) for k in range(1, n + 1)])
        usable = (allowed & closed & sizes[None, :])[:, :widest]
        width = int(np.flatnonzero(usable.any(axis=0)).max()) + 1
        self._order = order[:, :width].astype(np.int64)
        self._cells = np.flatnonzero(_first_of_each(self._order, usable[:, :width]).ravel())
        self._rings = np.ascontiguousarray(self._order.T)
        centre, last = np.divmod(self._cells, width)
        self._ends = last * n + centre
        given = self.calibration
        known = given.rungs if given is not None and given.scan == self.name else {}
        self._chance = Chance(self._strongest, self._weights, known)

    def best(
        self,
        counts: npt.NDArray[np.integer] | Floats,
        days: Sequence[date],
        holidays: frozenset[date] = frozenset(),
        *,
        least: float = 0.0,
        fewest: int = FEWEST,
    ) -> ClusterScore | None:
        """Return the strongest knot ending on the last day, or None where nothing exceeds.

        None too where the strongest has a score below `least`, or fewer events than `fewest`.

        Args:
            counts: (days, areas), oldest first, today last; the past before the longest window is
                what is expected from. Windows are at most a quarter of the history.
            days: the date of each row, without a gap.
            holidays: days on which life differs.
            least: a score; the higher it is, the less is looked at.
            fewest: so many events.
        """
        history = np.asarray(counts, dtype=np.float64)[-(BASELINE_DAYS + self.max_days) :]
        skipped = len(days) - history.shape[0]
        window = self._window(history.shape[0])
        past, latest = history[:-window], history[-window:]
        if past.shape[0] == 0 or latest.sum() < FEWEST:
            return None
        kept = days[skipped:]
        expected = expect(
            past, kept[:-window], latest.sum(axis=1), kept[-window:], self._weights, holidays
        )
        found = self._strongest(latest, expected, least)
        if found is None:
            return None
        score, cell, length = found
        areas = self._areas(cell)
        seen = int(latest[-length:, areas].sum())
        if seen < fewest:
            return None
        level = expected.level[-length:].sum()
        mean = float(expected.share[areas].sum() * level)
        total = float(expected.level.mean())
        often = self._chance.recurrence(score, total, window, past.shape[0])
        start = len(days) - length
        usual = expected.share * level
        return ClusterScore(tuple(int(a) for a in areas), start, seen, mean, score, often, usual)

    @property
    def name(self) -> str:
        """Name all that chance depends on: the method, its bounds, and places to a millimetre."""
        bounds = (self.max_areas, self.max_days, self.max_distance)
        return name_of(self.centres, self._weights, *bounds)

    def calibrated(
        self, shortest: int, longest: int, progress: Callable[[int], None]
    ) -> Calibration:
        """Return what this layout finds by chance, for histories of so many days.

        `progress` is told how many rungs are simulated.
        """
        spans = self.spans(shortest, longest)
        return Calibration(self.name, self._chance.simulated(spans, progress))

    def spans(self, shortest: int, longest: int) -> frozenset[Span]:
        """Return what windows and pasts histories of so many days have."""
        windows = {days: self._window(days) for days in range(shortest, longest + 1)}
        return frozenset(Span(w, rung_of(days - w)) for days, w in windows.items())

    def _window(self, days: int) -> int:
        if days >= 4 * self.max_days:
            return self.max_days
        return max(length for length in WINDOWS if length <= max(1, min(self.max_days, days // 4)))

    def _areas(self, cell: int) -> npt.NDArray[np.int64]:
        centre, last = divmod(cell, self._order.shape[1])
        return np.sort(self._order[centre, : last + 1])

    def _strongest(
        self, latest: Floats, expected: Expected, least: float = 0.0
    ) -> tuple[float, int, int] | None:
        """Scan all circles and windows: the score, the circle's cell and the window's days.

        None where nothing exceeds what is expected by a score of `least`.
        """
        # Only windows that begin with an event: an empty first day lengthens a window for nothing.
        lengths = np.flatnonzero(latest[::-1].sum(axis=1) > 0)
        if lengths.size == 0:
            return None
        levels = np.cumsum(expected.level[::-1])[lengths]
        seen = np.cumsum(latest[::-1], axis=0)[lengths]
        circle, length = self._worth_scoring(seen, levels, expected, least)
        if circle.size == 0:
            return None
        some, circle = np.unique(circle, return_inverse=True)
        centre, last = np.divmod(self._cells[some], self._order.shape[1])
        at, areas = np.arange(some.size), self._order[centre]
        share = np.cumsum(expected.share[areas], axis=1)[at, last]
        squares = np.cumsum(expected.share[areas] ** 2, axis=1)[at, last]
        wider = _wider(expected, share, squares)
        held = _members(areas, last, len(self._order)) @ seen.T.astype(np.float32)
        c = held[circle, length].astype(np.float64)
        e = share[circle] * levels[length]
        more = (c >= FEWEST) & (c > e)
        if not more.any():
            return None
        circle, length, c, e = circle[more], length[more], c[more], e[more]
        ratio = (c * np.log(c / e) + e - c) / wider[circle]
        if ratio.max() < least:
            return None
        # Ties go to the shorter window, then to the smaller circle: rounding must not decide.
        top = np.flatnonzero(ratio >= ratio.max() * (1 - 1e-9))
        cells = self._cells[some[circle]]
        width = self._order.shape[1]
        pick = min(top, key=lambda i: (length[i], cells[i] % width, cells[i]))
        return float(ratio[pick]), int(cells[pick]), int(lengths[length[pick]]) + 1

    def _worth_scoring(
        self, seen: Floats, levels: Floats, expected: Expected, least: float
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the circles and windows among which the strongest is, if it reaches `least`.

        Windows are looked at by runs: none of a run scores more than what its longest holds would
        score in its shortest. `seen` and `levels` are counts by area, and levels, of each window.
        In single precision, which takes a third of the time; the margin is far beyond its error.
        """
        first = _runs(levels, LONGEST_RUN if least else 1.0)
        last = np.append(first[1:], levels.size) - 1
        columns = np.column_stack([seen[last].T, expected.share, expected.share**2])
        inside = self._inside(columns.astype(np.float32))
        held, share, squares = inside[:-2], inside[-2], inside[-1]
        wider = _wider(expected, share, squares).astype(np.float32)
        mean = levels[first, None].astype(np.float32) * share
        # A score is never above the squared excess over the mean: most are out at once.
        asked = least - _margin(least, held)
        excess = held - mean
        excess *= excess
        at = np.flatnonzero(excess >= (0.99 * asked) * wider * mean)
        if at.size == 0:
            return at, at
        run, circle = np.divmod(at, self._cells.size)
        c, mean = held.ravel()[at], mean.ravel()[at]
        bound = (c * np.log(np.maximum(c, 1) / mean) + mean - c) / wider[circle]
        near = (bound >= asked) & (c >= FEWEST) & (c * np.float32(1 + 1e-5) > mean)
        run, circle, bound = run[near], circle[near], bound[near]
        # Alone in its run, a window scores its bound.
        alone = bound[(first == last)[run]]
        top = max(least, float(alone.max(initial=0.0)))
        near = bound >= top - _margin(top, held)
        run, circle = run[near], circle[near]
        many = (last - first + 1)[run]
        begins = np.repeat(first[run] - (np.cumsum(many) - many), many)
        return np.repeat(circle, many), begins + np.arange(begins.size)

    def _inside(self, columns: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return what each circle holds of each column, (columns, circles), from (areas, columns).

        A circle holds what the next smaller one around its centre does, and one area more: all
        centres grow together, by one area at a time.
        """
        areas, many = columns.shape
        grown = columns.take(self._rings, axis=0).reshape(-1, areas * many)
        for size in range(1, len(grown)):
            np.add(grown[size - 1], grown[size], out=grown[size])
        return np.ascontiguousarray(grown.reshape(-1, many).take(self._ends, axis=0).T)


def weights_of(population: Floats | None, many: int) -> Floats:
    """Return what each of so many areas weighs, by its residents where they are known."""
    weights = np.ones(many) if population is None else np.asarray(population, float)
    # An area of no residents can still hold events: the smallest weight keeps it in.
    return np.maximum(weights, 1e-3 * weights.mean()) if weights.sum() else np.ones(many)


def name_of(
    centres: Floats, weights: Floats, max_areas: int, max_days: int, max_distance: float
) -> str:
    """Return the name of a scan, without laying it out."""
    bounds = f"{METHOD} {CHANCE} {max_areas} {max_days} {max_distance}"
    hashed = blake2b(bounds.encode(), digest_size=16)
    hashed.update(np.round(centres, 6).tobytes())
    hashed.update(np.round(weights, 6).tobytes())
    return hashed.hexdigest()


def _margin(score: float, held: npt.NDArray[np.float32]) -> float:
    """Return how far a score of single precision may lie below what it is."""
    return 1e-3 + 1e-4 * score + 4e-6 * float(held.max())


def _wider(expected: Expected, share: Reals, squares: Reals) -> Reals:
    """Return by how much more than Poisson circles vary, given their shares and squared shares."""
    week = WEEK * float(expected.level.mean())
    return expected.dispersion + expected.spread * week * squares / np.maximum(share, 1e-12)


def _runs(levels: Floats, least: float) -> npt.NDArray[np.int64]:
    """Return where runs of windows begin, of which the last has up to `least` times the first."""
    begins = [0]
    for at, level in enumerate(levels.tolist()):
        if level > levels[begins[-1]] * least:
            begins.append(at)
    return np.array(begins, dtype=np.int64)


def _sizes(widest: int) -> frozenset[int]:
    """Every size up to a dozen, then each a tenth larger: circles between differ too little."""
    sizes, size = set(), 1
    while size <= widest:
        sizes.add(size)
        size = max(size + 1, int(size * 1.1))
    return frozenset(sizes)


def _first_of_each(
    order: npt.NDArray[np.int64], usable: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Keep one of the circles that hold the same areas: that of the first centre."""
    kept = np.zeros_like(usable)
    known: set[bytes] = set()
    for centre in range(order.shape[0]):
        for last in np.flatnonzero(usable[centre]):
            name = np.sort(order[centre, : last + 1]).tobytes()
            if name not in known:
                known.add(name)
                kept[centre, last] = True
    return kept


def _members(
    nearest: npt.NDArray[np.int64], last: npt.NDArray[np.int64], many: int
) -> npt.NDArray[np.float32]:
    """Return which of so many areas lie in which circle, (circles, areas), ones and zeros.

    `nearest` are the areas around each circle's centre, of which it holds those up to `last`.
    Single precision counts exactly up to sixteen million events.
    """
    found = np.zeros((len(nearest), many), dtype=np.float32)
    inside = np.arange(nearest.shape[1]) <= last[:, None]
    found[np.repeat(np.arange(len(nearest)), last + 1), nearest[inside]] = 1
    return found
