"""How one feed stood when a picture was frozen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed at the freeze: when it was last heard of (None: never), and whether it is late."""

    publisher: str
    kind: str
    source: str
    last_heard: str | None
    late: bool
    contributed: bool
