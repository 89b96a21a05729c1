"""What the pages are given: everything built elsewhere and joined by the composition root."""

from __future__ import annotations

from dataclasses import dataclass

from cioghub.ports.clock import Clock
from cioghub.ports.intake import Intake
from cioghub.ports.reading_room import ReadingRoom
from cioghub.steps.share.check_bundle import LoadedBundle


@dataclass(frozen=True, slots=True)
class Hub:
    """One running hub, as its doors see it. `label` marks simulated data on every page."""

    clock: Clock
    intake: Intake
    room: ReadingRoom
    loaded: LoadedBundle
    label: str | None
