"""A server that is ended as it is to be ended has not failed."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest
from fastapi import FastAPI

from cioghub.cli.serving import serve

PATIENCE_SECONDS = 20


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_server_returns_when_it_is_told_to_end(sent: signal.Signals) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ended: list[bool] = []
    app = FastAPI()
    app.state.listening = SimpleNamespace(close=lambda: ended.append(True))

    def end() -> None:
        asking = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        while True:
            try:
                asking.request("GET", "/")
                asking.getresponse().read()
                break
            except ConnectionError:
                asking.close()
                time.sleep(0.01)
        asking.close()
        os.kill(os.getpid(), sent)

    switching = sys.getswitchinterval()
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as `ciog` has it
    try:
        threading.Thread(target=end, daemon=True).start()
        serve(app, "127.0.0.1", port)
    except KeyboardInterrupt:
        pytest.fail("it is reported as interrupted")
    finally:
        signal.signal(signal.SIGTERM, former)
        sys.setswitchinterval(switching)
    assert ended
