"""One hub for one home: two at once would keep two truths in one log."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from cioghub.errors import WrongUse

LOCK = "hub.lock"


class HomeLock:
    """Holds a home for this process; the machine lets go of it when the process ends."""

    def __init__(self, home: Path) -> None:
        """Take the home.

        Raises:
            WrongUse: another hub runs on it.
        """
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise WrongUse(
                f"Another hub runs on {home}.",
                "Two at once would each count what the other does not see.",
                "End the other one, or set CIOG_HOME to another folder.",
            ) from error

    def __enter__(self) -> HomeLock:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
