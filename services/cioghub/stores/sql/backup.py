"""Copies a hub's state while the hub runs, and puts a copy in a home that is not in use.

SQLite's own backup gives the database as it was at one moment, whatever is written meanwhile. The
keys go along: without them no later event could be known as the twin of an earlier one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.stores.home_lock import HomeLock
from cioghub.stores.sql.database import DATABASE
from cioghub.stores.whole_folder import whole_folder

KEYS = "keys.json"
PARTS = frozenset({DATABASE, KEYS})


def back_up(home: Path, out: Path) -> None:
    """Write a copy of a home's state into the folder `out`, whole or not at all.

    Raises:
        WrongUse: there is no hub in the home, or `out` holds something else.
        EnvironmentFailed: it cannot be read or written.
    """
    if not (home / DATABASE).is_file():
        raise WrongUse(
            f"{home} holds no hub.",
            "There is nothing to copy.",
            "Set CIOG_HOME to the folder that the hub keeps its state in.",
        )
    with whole_folder(out, PARTS) as folder:
        try:
            _copy(home / DATABASE, folder / DATABASE)
            if (home / KEYS).is_file():
                _copy_secret(home / KEYS, folder / KEYS)
        except (sqlite3.Error, OSError) as error:
            raise _failed("The state could not be copied", error) from error


def restore(backup: Path, home: Path) -> None:
    """Put a copy into a home that holds no hub.

    Raises:
        WrongUse: `backup` is no backup or is damaged, the home holds a hub, or one runs on it.
        EnvironmentFailed: it cannot be read or written.
    """
    if not (backup / DATABASE).is_file():
        raise WrongUse(
            f"{backup} is no backup of a hub.",
            "A backup holds the database and the keys.",
            "Name a folder that `ciog backup` wrote.",
        )
    with HomeLock(home):
        if (home / DATABASE).exists():
            raise WrongUse(
                f"{home} holds a hub already.",
                "Putting another state in its place would lose what it took in since.",
                "Move it away, or set CIOG_HOME to an empty folder.",
            )
        part = home / f".{DATABASE}.part"
        try:
            part.unlink(missing_ok=True)
            _copy(backup / DATABASE, part)
            if (backup / KEYS).is_file():
                _copy_secret(backup / KEYS, home / KEYS)
            os.replace(part, home / DATABASE)  # last: with it, the home holds a hub
        except sqlite3.DatabaseError as error:
            part.unlink(missing_ok=True)
            raise WrongUse(
                f"{backup} is damaged: its database does not pass its own check.",
                "What it holds cannot be relied on, and nothing was put in place.",
                "Use an older backup.",
            ) from error
        except OSError as error:
            part.unlink(missing_ok=True)
            raise _failed("The backup could not be put in place", error) from error


def _copy(source: Path, target: Path) -> None:
    origin = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    try:
        origin.backup(copy, pages=4096, sleep=0.001)
        (answer,) = copy.execute("PRAGMA quick_check").fetchone()
        if answer != "ok":
            raise sqlite3.DatabaseError("the copy does not pass its check")
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
        origin.close()
    target.chmod(0o600)


def _copy_secret(source: Path, target: Path) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file, source.open("rb") as origin:
        shutil.copyfileobj(origin, file)


def _failed(what: str, error: Exception) -> EnvironmentFailed:
    reason = error.strerror if isinstance(error, OSError) else type(error).__name__
    return EnvironmentFailed(
        f"{what}: {reason}.",
        "Nothing was left half-written.",
        "Look at the folder's owner and at the space on its disk, then run the command again.",
    )
