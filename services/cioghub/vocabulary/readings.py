"""Who reads, and what is read: audiences, the sources they may read, readings of alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cioghub.vocabulary.signals import Alert

Shown = int | str | None
"""A count as it may be shown: the number, words instead of it, or nothing."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who reads: `areas` are (level, code) that limit what it reads, none for everywhere.

    `cells` are the (level, code) of the fixed grid that its pictures count by.
    """

    id: str
    name: str
    areas: tuple[tuple[str, str], ...]
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One publisher as one audience may read it: which agreements count, and how to show one."""

    publisher: str
    kind: str
    agreements: tuple[str, ...]
    show: Callable[[int], Shown]
    exact: bool


ShownCounts = Callable[[Source, str, str, str], Shown]
"""(source, level, code, hub category) to a count of one period, None for one that is left out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One change of one alert; `audience` is None for the reading with true counts.

    `number` counts the changes of the alert that this audience was told of, from 1: the hub's own
    count would tell it of changes that it may not read.
    """

    audience: str | None
    alert: Alert
    number: int
    data: Mapping[str, Any] = field(repr=False)
