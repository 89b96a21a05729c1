"""The live hub under load, beside the same server framework answering with an empty body.

Client and server share the machine, so that figures are lower ends. Events are on disk, synced,
when they count as acknowledged. An alert is visible when it stands in the stream of a reader to
whom every contributor releases `exact`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

SECONDS = 10.0
SENDERS = 8
BATCH = 100
PACE = 200
"""Events a second that come in while alerts are timed."""

PROBES = 60
READERS = 200
STRUCTURED = "application/cloudevents+json"
BATCHED = "application/cloudevents-batch+json"
KNOT = "E01031264"
_NUMBER = itertools.count(time.time_ns() // 1000)


def event(place: str, weapon: str | None) -> dict[str, Any]:
    """Return a police record of an hour ago: an injury by a weapon, or damage, which nobody
    counts."""
    now = datetime.now(UTC).replace(microsecond=0)
    happened = (now - timedelta(hours=1)).isoformat()
    return {
        "specversion": "1.0",
        "id": f"bench-{next(_NUMBER)}",
        "source": "/warwickshire-police/crime",
        "type": "police.crime.v1",
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "category": "5D" if weapon else "58B",
            "category_list": "police_offence_codes",
            "occurred_from": happened,
            "occurred_to": happened,
            "recorded_at": happened,
            "area": {"code": place, "edition": "lsoa11", "confidence": "street"},
            "held_for": "policing",
            "severity": 3,
            "weapon": weapon,
            "setting": "street",
            "qualifiers": None,
            "age_band": "18-24",
            "suspect_token": None,
            "victim_token": None,
            "place_token": None,
        },
    }


@contextmanager
def server(*arguments: str) -> Iterator[dict[str, Any]]:
    """Run a server of `live_server.py`; yield what it says of itself."""
    script = str(Path(__file__).with_name("live_server.py"))
    process = subprocess.Popen(
        [sys.executable, script, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(30)


class Sender:
    """One kept connection that posts, as small as a client can be."""

    def __init__(self, port: int, token: str = "") -> None:
        self._port = port
        self._token = token

    async def __aenter__(self) -> Sender:
        self._in, self._out = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *error: object) -> None:
        self._out.close()

    async def post(self, content_type: str, body: bytes) -> int:
        """Return the status of one post."""
        head = (
            f"POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\n"
            f"Authorization: Bearer {self._token}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._out.write(head.encode() + body)
        answer = await self._in.readuntil(b"\r\n\r\n")
        for line in answer.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                await self._in.readexactly(int(line.partition(b":")[2]))
        return int(answer[9:12])


async def acknowledged(
    port: int, token: str, content_type: str, body: Callable[[], bytes], each: int
) -> float:
    """Return events acknowledged a second, over some seconds and senders."""
    until = time.perf_counter() + SECONDS

    async def send() -> int:
        done = 0
        async with Sender(port, token) as sender:
            while time.perf_counter() < until:
                status = await sender.post(content_type, body())
                assert status in (200, 202), status
                done += each
        return done

    began = time.perf_counter()
    done = await asyncio.gather(*(send() for _ in range(SENDERS)))
    return sum(done) / (time.perf_counter() - began)


def single() -> bytes:
    """Return one event that is shared and is no part of the knot."""
    return json.dumps(event("E01031100", None)).encode()


def batch() -> bytes:
    """Return many such events in one message."""
    return json.dumps([event("E01031100", None) for _ in range(BATCH)]).encode()


async def listen(port: int, token: str, heard: Callable[[dict[str, Any]], None]) -> None:
    """Follow the stream of alerts until cancelled."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /v1/alerts/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    while line := await reader.readline():
        if line.startswith(b"data:"):
            heard(json.loads(line[5:]))


async def visible(port: int, feed: str, token: str) -> list[float]:
    """Return seconds from publishing to a visible change of an alert, while others publish."""
    changed = asyncio.Event()

    def heard(change: dict[str, Any]) -> None:
        changed.set()

    async def pace() -> None:
        async with Sender(port, feed) as sender:
            began, sent = time.perf_counter(), 0
            while True:
                await sender.post(STRUCTURED, single())
                sent += 1
                await asyncio.sleep(max(0.0, began + sent / PACE - time.perf_counter()))

    listening = asyncio.create_task(listen(port, token, heard))
    pacing = asyncio.create_task(pace())
    await asyncio.sleep(2)
    found = []
    async with Sender(port, feed) as sender:
        for _ in range(12):  # enough of them are a knot
            await sender.post(STRUCTURED, json.dumps(event(KNOT, "kitchen-knife")).encode())
        await asyncio.wait_for(changed.wait(), 60)
        for _ in range(PROBES):
            await asyncio.sleep(1.0)
            changed.clear()
            began = time.perf_counter()
            await sender.post(STRUCTURED, json.dumps(event(KNOT, "kitchen-knife")).encode())
            await asyncio.wait_for(changed.wait(), 60)
            found.append(time.perf_counter() - began)
    pacing.cancel()
    listening.cancel()
    return found


async def crowd(port: int, feed: str, token: str) -> tuple[int, float]:
    """Return how many readers at once were told of one change, and when the last of them was."""
    told: list[float] = []
    began = 0.0

    def heard(change: dict[str, Any]) -> None:
        told.append(time.perf_counter())

    readers = [asyncio.create_task(listen(port, token, heard)) for _ in range(READERS)]
    await asyncio.sleep(3)
    told.clear()
    async with Sender(port, feed) as sender:
        began = time.perf_counter()
        await sender.post(STRUCTURED, json.dumps(event(KNOT, "kitchen-knife")).encode())
        while len(told) < READERS and time.perf_counter() - began < 60:
            await asyncio.sleep(0.02)
    for reader in readers:
        reader.cancel()
    return min(len(told), READERS), max(told[:READERS], default=began) - began


def main() -> None:
    """Measure, and print a table."""
    with server("floor") as said:
        empty = asyncio.run(acknowledged(said["port"], "", STRUCTURED, single, 1))
    with tempfile.TemporaryDirectory() as folder, server("hub", f"{folder}/hub") as said:
        port, feed, token = said["port"], said["feed"], said["reader"]
        waits = asyncio.run(visible(port, feed, token))
        many, last = asyncio.run(crowd(port, feed, token))
        alone = asyncio.run(acknowledged(port, feed, STRUCTURED, single, 1))
        together = asyncio.run(acknowledged(port, feed, BATCHED, batch, BATCH))
    print(f"empty answers of the framework  {empty:8.0f} a second")
    print(f"events acknowledged, single     {alone:8.0f} a second  ({alone / empty:.2f} of it)")
    print(
        f"events acknowledged, batched    {together:8.0f} a second  ({together / empty:.2f} of it)"
    )
    high = quantiles(waits, n=100)[98]
    print(f"publish to visible at {PACE}/s: median {median(waits):.2f} s, p99 {high:.2f} s")
    print(f"readers at once: {many} of {READERS} told, the last after {last:.2f} s")


if __name__ == "__main__":
    main()
