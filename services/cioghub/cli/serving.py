"""Joins a live hub and its doors, and serves them until the process is asked to end."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

import orjson

from cioghub.cli.open_port import taken_port

if TYPE_CHECKING:
    from fastapi import FastAPI

    from cioghub.ports.clock import Clock
    from cioghub.runtimes.embedded.opening import Opened
    from cioghub.runtimes.kafka_workers.web import Web
    from cioghub.web.hub import Hub
    from cioghub.web.who.provider import Provider

SWITCH_SECONDS = 0.0005
"""A look at the day computes for a second or two. A thread that waits for its turn to answer gets
it after this long, and an answer takes several turns."""


def doors_of(
    opened: Opened | Web,
    clock: Clock,
    label: str | None,
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost"}),
    https: bool = False,
    openid: Provider | None = None,
) -> Hub:
    """Return a hub as its doors see it, in one process or beside workers."""
    from cioghub.web.hub import Hub

    return Hub(
        clock=clock,
        intake=opened.intake,
        room=opened.room,
        loaded=opened.loaded,
        people=opened.people,
        cases=opened.cases,
        margins=opened.margins,
        label=label,
        maps=opened.maps,
        uploads=opened.uploads,
        shadow=opened.shadow,
        hosts=hosts,
        https=https,
        openid=openid,
        metrics=opened.metrics_text,
        ready=opened.is_ready,
        ledger=opened.book,
    )


def serve(app: FastAPI, listen: str, port: int) -> None:
    """Answer on a port until SIGTERM or Ctrl-C; what was asked before is answered first.

    Streams of alerts end at once: their readers come back by their last event.

    Raises:
        EnvironmentFailed: the port is taken, or the machine refuses it.
    """
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            app.state.listening.close()
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        app,
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=30,
    )
    sys.setswitchinterval(SWITCH_SECONDS)
    # Once it has ended, uvicorn passes on the signal that it was ended with: that is no failure.
    with taken_port(listen, port) as socket, suppress(KeyboardInterrupt):
        Server(config).run(sockets=[socket])


def log_as_lines() -> None:
    """Write what happens to stderr, one JSON object a line: codes and times, never content."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("uvicorn.error", "uvicorn", "httpx2", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "from": record.name,
            # The words of our own are fixed; those of a library could carry what it was given.
            "words": record.getMessage() if record.name == "cioghub" else record.msg,
        }
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
        return orjson.dumps(line, default=str).decode()
