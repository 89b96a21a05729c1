"""Keeps in a hub's home until when nobody is told anything, for whoever reads it beside the hub."""

from __future__ import annotations

from sqlalchemy import Engine, delete, insert, select

from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing

_MEMORY = METADATA.tables["memory"]
_NAME = "shadow"


def keep_shadow(engine: Engine, ends: int | None) -> None:
    """Keep the end of the hub's shadow in whole seconds since 1970 UTC; None for no shadow."""
    if shadow_ends(engine) == ends:
        return
    with writing(engine) as connection:
        connection.execute(delete(_MEMORY).where(_MEMORY.c.name == _NAME))
        if ends is not None:
            row = {"name": _NAME, "content": str(ends).encode()}
            connection.execute(insert(_MEMORY), [row])


def shadow_ends(engine: Engine) -> int | None:
    """Return when the shadow of the hub that last ran here ends, None where it had none."""
    with engine.connect() as connection:
        found = connection.scalar(select(_MEMORY.c.content).where(_MEMORY.c.name == _NAME))
    return None if found is None else int(found)
