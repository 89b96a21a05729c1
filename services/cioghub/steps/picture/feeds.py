"""How one feed stood when a picture was frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed at the freeze: when it was last heard of (None: never), and whether it is late.

    `last_heard` is a local day, `2026-04-28`: the second would say when an agency's staff typed.
    """

    publisher: str
    kind: str
    source: str
    last_heard: str | None
    late: bool
    contributed: bool


def who_is_late(feeds: Sequence[FeedState]) -> list[str]:
    """Return who is late: a kind of agency where all its feeds are, else the publisher by id."""
    late = [feed for feed in feeds if feed.late]
    heard = {feed.kind for feed in feeds if not feed.late}
    return sorted({feed.publisher if feed.kind in heard else feed.kind for feed in late})
