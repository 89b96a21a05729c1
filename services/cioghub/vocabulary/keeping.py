"""How long a live hub keeps what leads back to somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

DAY = 86_400


class Horizons(NamedTuple):
    """Times, in whole seconds since 1970 UTC, before which each kind of thing is deleted."""

    payloads: int
    receipts: int
    changes: int
    reads: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many days payloads, receipts, and the records of changes and of reads are kept."""

    payload_days: int = 28
    receipt_days: int = 90
    change_days: int = 2_192
    read_days: int = 731

    def horizons(self, now: int) -> Horizons:
        """Return what is old at `now`, in whole seconds since 1970 UTC."""
        days = (self.payload_days, self.receipt_days, self.change_days, self.read_days)
        return Horizons(*(now - one * DAY for one in days))


DEFAULT_KEEPING = Keeping()
