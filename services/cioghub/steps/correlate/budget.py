"""One false-alarm budget for all signals of an area, and how the four kinds share it.

The partners decide how many false alerts a reader will bear: one a quarter for each area. Every
test of every day spends its threshold; by the union bound the sum over all tests is the expected
number of false alerts, whatever depends on what. What comes near is watched, not raised.
"""

from __future__ import annotations

from cioghub.vocabulary.signals import SignalKind

FALSE_ALERTS_PER_AREA = 1.0
QUARTER_DAYS = 91
EPISODE_DAYS = 3.0
"""Windows roll: what exceeds its limit by chance does so on several days on end, and joins one
alert. So many days of tests count as one. Measured on simulated days with nothing planted."""

SHARES = {
    SignalKind.SURGE: 0.25,
    SignalKind.CLUSTER: 0.25,
    SignalKind.CONVERGENCE: 0.4,
    SignalKind.LINKAGE: 0.1,
}
WATCHED = 100.0
"""What is less surprising than the limit by up to this factor goes to the watch list."""


def threshold(kind: SignalKind, tests: float) -> float:
    """Return the chance at or below which one test of one day raises an alert.

    `tests` is how many such tests an area undergoes on a day.
    """
    return FALSE_ALERTS_PER_AREA * SHARES[kind] * EPISODE_DAYS / QUARTER_DAYS / tests
