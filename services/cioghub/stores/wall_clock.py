"""The clock of the machine."""

from __future__ import annotations

import time


class WallClock:
    """Tells the machine's own time."""

    def now(self) -> int:
        """Return whole seconds since 1970 UTC."""
        return int(time.time())
