"""A thread that does one thing after the other, and keeps no process from ending."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Hand:
    """Does what blocks. Unlike a pool's, its thread is not waited for when the process ends: one
    that hangs in the database would keep a worker that stands still from ever ending.
    """

    def __init__(self, name: str) -> None:
        self._asked: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def do(self, what: Callable[..., T], *given: Any) -> T:
        """Return what comes of a call, once it is its turn."""
        answer: Future[T] = Future()
        self._asked.put((answer, lambda: what(*given)))
        return await asyncio.wrap_future(answer)

    def rest(self, seconds: float) -> bool:
        """Do nothing new; wait so long at most for what was begun, and say whether it ended."""
        self._asked.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            answer, what = asked
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                answer.set_result(what())
            except BaseException as error:
                answer.set_exception(error)
