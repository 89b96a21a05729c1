"""How far above the usual a signal is, and why it speaks, in plain words."""

from __future__ import annotations

from collections.abc import Iterable

from cioghub.vocabulary.signals import LEVELS, Signal, SignalKind
from cioghub.vocabulary.words import CATEGORY_WORDS, LEVEL_WORDS, beside_words, day_words, listed

LEVEL_STEP = 100.0


def level_of(signal: Signal) -> str:
    """Return the word for how far above the usual: one step for each hundredfold."""
    step = int(signal.chance <= signal.limit / LEVEL_STEP)
    step += int(signal.chance <= signal.limit / LEVEL_STEP**2)
    return LEVELS[step]


def reason_of(signal: Signal, level: str | None = None, beside: Iterable[str] = ()) -> str:
    """Return in plain words why a signal speaks; with true counts, for use inside the hub.

    `level` is what the signal's own level is if left out. `beside` are the hub categories of other
    signals of the same issue.
    """
    return f"{_own_reason(signal, LEVEL_WORDS[level or level_of(signal)])}{beside_words(beside)}"


def _own_reason(signal: Signal, above: str) -> str:
    what = CATEGORY_WORDS[signal.hub_category]
    window = f"from {day_words(signal.first, False)} to {day_words(signal.last)}"
    agencies = listed(sorted({one.kind for one in signal.evidence}))
    usual = f"about {signal.expected:.1f} would be usual"
    if signal.expected < 0.05:
        usual = "next to none would be usual"
    if signal.kind is SignalKind.SURGE:
        return f"{what}: {above} in the area, {signal.seen} {window}; {usual} ({agencies})."
    if signal.kind is SignalKind.CLUSTER:
        return (
            f"{what}: {above} in a few places close together, {signal.seen} {window}; "
            f"{usual} there ({agencies})."
        )
    if signal.kind is SignalKind.CONVERGENCE:
        return (
            f"Weak signals meet in one neighbourhood: {signal.pattern}; {signal.seen} {window}, "
            f"where {usual} ({agencies})."
        )
    return (
        f"Repeat involvement is {above} in the area: {signal.seen} subjects recur {window}; "
        f"{usual} ({agencies})."
    )
