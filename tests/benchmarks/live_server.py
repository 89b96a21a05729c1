"""The server that `live.py` measures, in a process of its own: a hub with two months behind it.

`live_server.py hub HOME` serves the hub, `live_server.py floor` the same framework with an empty
body. Either prints one JSON line when it answers: its port, and the hub's tokens.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response

from cioghub.bootstrap import default_areas
from cioghub.cli.open_port import taken_port
from cioghub.cli.serving import SWITCH_SECONDS, doors_of
from cioghub.ports.intake import Message, Mode
from cioghub.runtimes.embedded.opening import Opened, open_hub
from cioghub.settings import Settings
from cioghub.simulate.stream import Settings as Simulated
from cioghub.simulate.stream import Simulation
from cioghub.stores.sql.tokens import Kind, SqlTokens
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.vocabulary.people import Reason
from cioghub.web.app import create_app
from cioghub.wire.areas import read_areas

FEED = "/warwickshire-police/crime"
AUDIENCE = "tactical-group"
HISTORY_DAYS = 63


class Clock:
    """The machine's clock, but for the time that history is loaded in."""

    def __init__(self) -> None:
        self.at: int | None = None

    def now(self) -> int:
        return int(time.time()) if self.at is None else self.at


def load_history(opened: Opened, clock: Clock) -> None:
    """Let two months of the police come in, up to yesterday, and settle their midnights.

    Of the police alone, since what is timed is told only where every contributor releases `exact`.
    """
    first = datetime.now(UTC).date() - timedelta(days=HISTORY_DAYS + 1)
    run = Simulation(read_areas(default_areas()), Simulated(5, first, HISTORY_DAYS, 1.0))
    lines = [line for part in run.lines() for line in part.splitlines()]
    events = [(json.loads(line), line) for line in lines]
    timed = sorted((parse_rfc3339(e["time"]), line) for e, line in events if e["source"] == FEED)
    feeds = frozenset(opened.loaded.bundle.parties.feed_owners())
    for n in range(0, len(timed), 50):
        part = timed[n : n + 50]
        clock.at = part[-1][0]
        opened.hub.load([Message(Mode.STRUCTURED, line) for _, line in part], feeds)
    clock.at = None
    opened.hub.settle()


def serve(app: FastAPI, **said: str) -> None:
    """Answer on any port of this machine, and say so."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=90,
    )
    sys.setswitchinterval(SWITCH_SECONDS)
    with taken_port("127.0.0.1", 0) as socket:
        print(json.dumps({"port": socket.getsockname()[1], **said}), flush=True)
        uvicorn.Server(config).run(sockets=[socket])


def hub(home: Path) -> None:
    """Serve a hub of a new home."""
    clock = Clock()
    opened = open_hub(Settings(home=home), clock)
    load_history(opened, clock)
    tokens, at = SqlTokens(opened.engine), clock.now()
    _, feed = tokens.make(Kind.FEED, FEED, None, 1, "bench", at)
    _, reader = tokens.make(Kind.READER, AUDIENCE, Reason("working-the-queue"), 1, "bench", at)
    logging.basicConfig(filename=home.parent / "hub.log")
    with opened.hub:
        serve(create_app(doors_of(opened, clock, None)), feed=feed, reader=reader)


def floor() -> None:
    """Serve the same framework with an empty body."""
    app = FastAPI()

    @app.post("/v1/events")
    async def nothing() -> Response:
        return Response(status_code=202)

    serve(app)


if __name__ == "__main__":
    if sys.argv[1] == "hub":
        hub(Path(sys.argv[2]))
    else:
        floor()
