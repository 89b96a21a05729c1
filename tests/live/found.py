"""What another process finds in the database of a hub."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from cioghub.stores.sql.database import DATABASE


def rows_of(home: Path, question: str) -> list[Any]:
    """Return the rows that answer a question to the database of a home."""
    with closing(sqlite3.connect(home / DATABASE)) as found:
        return found.execute(question).fetchall()
