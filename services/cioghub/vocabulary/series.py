"""Counts fortnight by fortnight, of what frozen pictures show and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cioghub.vocabulary.words import CATEGORY_WORDS, day_words

MOST_SERIES = 6
"""Small charts for each area: more would be a table again."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One fortnight of a series: the height in percent, or None where the number is hidden."""

    height: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Series:
    """One category of one publisher in one area, fortnight by fortnight."""

    category: str
    publisher: str
    bars: tuple[Bar, ...]
    latest: str


def fortnight_series(
    pictures: Sequence[Mapping[str, Any]], level: str, code: str
) -> tuple[Series, ...]:
    """Return the largest series of an area, of what the pictures show and nothing else."""
    found: dict[tuple[str, str], dict[int, Any]] = {}
    for n, picture in enumerate(pictures):
        for area in picture["areas"]:
            if (area["level"], area["code"]) != (level, code):
                continue
            for row in area["counts"]:
                for entry in row["counts"]:
                    key = (row["hub_category"], entry["publisher"])
                    found.setdefault(key, {})[n] = entry["count"]
    ranked = sorted(found.items(), key=lambda one: (-_total(one[1]), one[0]))[:MOST_SERIES]
    return tuple(_series(key, counts, pictures) for key, counts in ranked if _total(counts))


def _total(counts: Mapping[int, Any]) -> int:
    return sum(count for count in counts.values() if isinstance(count, int))


def _series(
    key: tuple[str, str], counts: Mapping[int, Any], pictures: Sequence[Mapping[str, Any]]
) -> Series:
    most = max((c for c in counts.values() if isinstance(c, int)), default=0) or 1
    bars = []
    for n, picture in enumerate(pictures):
        count = counts.get(n, 0)
        when = day_words(date.fromisoformat(picture["fortnight"]["from"]), year=False)
        height = round(count / most * 100, 1) if isinstance(count, int) else None
        bars.append(Bar(height, f"{when}: {_words(count)}"))
    return Series(
        CATEGORY_WORDS[key[0]], key[1], tuple(bars), _words(counts.get(len(pictures) - 1, 0))
    )


def _words(count: int | str | None) -> str:
    return "left out" if count is None else str(count)
