"""The reading door of a hub's home as a process of its own, so that a test can kill it.

`python stream_server.py HOME PORT` serves until it is killed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from tests.unit.web.tactical.reading import StoppedClock

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.stores.sql.cases import SqlCases
from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.margins import SqlMargins
from cioghub.stores.sql.people import people_on
from cioghub.stores.sql.reading_room import SqlReadingRoom
from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.wire.areas import read_areas


def main(home: Path, port: int) -> None:
    engine, clock = open_database(home), StoppedClock()
    loaded = checked_bundle(default_rules(), read_areas(default_areas()))
    zone = ZoneInfo("Europe/London")
    room = SqlReadingRoom(engine, loaded.bundle.parties, zone, clock, lambda source, id: "0" * 32)
    hub = Hub(
        clock=clock,
        intake=None,
        room=room,
        loaded=loaded,
        people=people_on(engine),
        cases=SqlCases(engine),
        margins=SqlMargins(engine),
        label=None,
    )
    uvicorn.run(create_app(hub), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
