"""The reading door of a hub's home as a process of its own, so that a test can kill it.

`python stream_server.py HOME PORT` serves until it is killed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from tests.unit.web.tactical.reading import hub_on

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.stores.sql.database import open_database
from cioghub.web.app import create_app
from cioghub.wire.areas import read_areas


def main(home: Path, port: int) -> None:
    loaded = checked_bundle(default_rules(), read_areas(default_areas()))
    app = create_app(hub_on(open_database(home), loaded))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
