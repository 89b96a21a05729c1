"""A correlator's set on the shipped map, filled event by event."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from cioghub.steps.correlate.clusters import Clusters
from cioghub.steps.correlate.convergence import Convergence
from cioghub.steps.correlate.correlator import Correlator, Finder, Ticks
from cioghub.steps.correlate.lately import Lately
from cioghub.steps.correlate.linkage import WINDOW_DAYS, Linkage
from cioghub.steps.correlate.recurred import Recurred
from cioghub.steps.correlate.surges import Surges
from cioghub.steps.correlate.tick import Tick
from cioghub.vocabulary.areas import Areas, Place
from cioghub.vocabulary.buckets import midnight, rfc3339
from cioghub.vocabulary.incidents import Notes, PseudonymousIncident
from cioghub.vocabulary.signals import Signal, SignalKind

LONDON = ZoneInfo("Europe/London")
START = date(2025, 3, 3)
NOON = 12 * 3600


def on(day: int) -> date:
    """Return the `day`-th day after the first."""
    return START + timedelta(days=day)


def token(name: int) -> str:
    return f"{name:016x}" + "0" * 16


class HubSet:
    """Adds events that happened on a day and were accepted at noon of it, unless told otherwise."""

    def __init__(self, areas: Areas, clusters: Clusters) -> None:
        self.areas = areas
        self.clusters = clusters
        self.correlator = Correlator(areas, LONDON)
        self.made = 0

    def place(self, ciog: str = "north", number: int = 0) -> Place:
        return [p for p in self.areas.places("lsoa11") if p.ciog == ciog][number]

    def add(
        self,
        day: int,
        place: Place | None = None,
        *,
        kind: str = "police",
        publisher: str | None = None,
        categories: tuple[str, ...] = ("knife",),
        generated: tuple[str, ...] = (),
        confidence: str = "street",
        days: int = 1,
        accepted: int | None = None,
        suspect: int | None = None,
        former: int | None = None,
    ) -> str:
        """Add one event known to lie in `days` days from `day` on; return its id."""
        place = place or self.place()
        self.made += 1
        id = f"{self.made:032x}"
        data = {
            "occurred_from": rfc3339(midnight(on(day), LONDON), LONDON),
            "occurred_to": rfc3339(midnight(on(day + days), LONDON), LONDON),
            "area": {"code": place.code, "edition": "lsoa11", "confidence": confidence},
        }
        if suspect is not None:
            data["suspect_token"] = token(suspect)
        self.correlator.add(
            PseudonymousIncident(
                recipient="hub-correlation",
                id=id,
                source=f"/hub/{kind}/{publisher or kind}",
                type=f"{kind}.event.v1",
                time=None,
                data=data,
                publisher=publisher or kind,
                accepted=midnight(on(day if accepted is None else accepted), LONDON) + NOON,
                notes=Notes(f"{publisher or kind}-rule", categories, generated, "lsoa"),
                former=() if former is None else (("suspect_token", token(former)),),
            )
        )
        return id

    def every(self, step: int, upto: int, places: list[Place], **more: Any) -> None:
        """Add an event every `step` days, in turn in these places."""
        for n, day in enumerate(range(0, upto, step)):
            self.add(day, places[n % len(places)], **more)

    def settled(self) -> Ticks:
        return self.correlator.settled()


def gap(one: Place, other: Place) -> float:
    """Return about how many kilometres lie between two places."""
    here, there = (np.array([p.lon, p.lat], dtype=float) for p in (one, other))
    return float(np.hypot(*((here - there) * [0.61, 1.0]))) * 111.3


def at(ticks: Ticks, day: int, recurred: Recurred | None = None) -> Tick:
    """Return what the midnight that begins a day may look at."""
    now = midnight(on(day), LONDON)
    ticks.counts.advance(now, on(day).toordinal())
    recurred = recurred or Recurred()
    return Tick(ticks.columns, ticks.counts, ticks.evidence, now, on(day).toordinal(), recurred)


def linked(hub: HubSet, day: int) -> list[Signal]:
    """Return the signals of linkage at a midnight, after those that ended the windows before."""
    ticks, recurred = hub.settled(), Recurred()
    linkage = Linkage(ticks.columns)
    for end in range(day % WINDOW_DAYS or WINDOW_DAYS, day, WINDOW_DAYS):
        recurred.note(on(end).toordinal(), linkage.look(at(ticks, end)).counts, oldest=0)
    return list(linkage.look(at(ticks, day, recurred)).signals)


def signals(hub: HubSet, day: int, kind: SignalKind) -> list[Signal]:
    """Return the signals of one kind at the midnight that begins a day."""
    if kind is SignalKind.LINKAGE:
        return linked(hub, day)
    tick = at(hub.settled(), day)
    grid = tick.columns.grid
    finder: Finder
    if kind is SignalKind.SURGE:
        finder = Surges(tick.columns, Lately())
    elif kind is SignalKind.CONVERGENCE:
        finder = Convergence(grid.centres, len(grid.ciogs))
    else:
        # Laid out once for all tests: what it keeps depends on the map alone.
        finder = hub.clusters
    return finder.find(tick)


def raising(found: list[Signal]) -> list[Signal]:
    """Return those rare enough to raise an alert."""
    return [one for one in found if one.chance <= one.limit]


def ids(signal: Signal) -> set[str]:
    return {one.id for one in signal.evidence}
