"""The events door of a live hub, asked until it answers: retries with growing, uneven waits."""

from __future__ import annotations

import email.utils
import secrets
import time
from collections.abc import Callable, Sequence

import httpx2

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.wire.event_batches import (
    BATCH_HEADERS,
    Answered,
    NotUnderstood,
    pack_batch,
    read_answers,
)

PATIENCE_SECONDS = 60
"""How long one answer may take."""
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60.0
AGAIN = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses after which the same batch is sent again: the hub, or what stands before it, is busy."""

Waiting = Callable[[float], None]
"""Told how many seconds will be waited."""


class EventsDoor:
    """Sends batches to `URL/v1/events` with the token of a feed."""

    def __init__(
        self,
        address: str,
        token: str,
        give_up_seconds: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the hub's address, and how long to wait in all for one that does not answer."""
        self._url = f"{address}/v1/events"
        self._headers = {**BATCH_HEADERS, "Authorization": f"Bearer {token}"}
        self._give_up = give_up_seconds
        self._sleep = sleep
        self._client = httpx2.Client(timeout=PATIENCE_SECONDS)

    def __enter__(self) -> EventsDoor:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(self, bodies: Sequence[bytes], waiting: Waiting) -> tuple[Answered, ...]:
        """Return the hub's verdict on each event of a batch, once it has given one.

        `waiting` is told of each wait before it begins.

        Raises:
            WrongUse: the token opens nothing, or there is no events door at the address.
            EnvironmentFailed: the hub was not reached in the time allowed, or its answer is not
                that of a hub.
        """
        body = pack_batch(bodies)
        waited = 0.0
        attempt = 0
        while True:
            asked = 0.0
            try:
                answer = self._client.post(self._url, content=body, headers=self._headers)
                if answer.status_code not in AGAIN:
                    return _answers(answer, len(bodies))
                asked = _retry_after(answer.headers.get("Retry-After", ""))
                trouble = f"it answered with {answer.status_code}"
            except httpx2.InvalidURL as error:
                raise WrongUse(
                    "The hub's address is none.", "", "Write https://hub.example."
                ) from error
            except httpx2.RequestError as error:
                trouble = type(error).__name__
            wait = asked + _backoff(attempt)
            if waited + wait > self._give_up:
                raise EnvironmentFailed(
                    f"The hub cannot be reached ({trouble}).",
                    "What it has answered so far is kept.",
                    "Run the same command again: it goes on where this one stopped.",
                )
            waiting(wait)
            self._sleep(wait)
            waited += wait
            attempt += 1


def _backoff(attempt: int) -> float:
    """Return seconds to wait: doubled each time, and uneven so that many senders do not meet."""
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(attempt, 30))
    return longest * (0.5 + secrets.randbelow(1001) / 2000)


def _retry_after(text: str) -> float:
    """Return the seconds that a Retry-After asks for, 0 where it cannot be read."""
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return 0.0


def _answers(answer: httpx2.Response, expected: int) -> tuple[Answered, ...]:
    status = answer.status_code
    if status in (401, 403):
        raise WrongUse(
            "The hub does not let this token publish.",
            "It may have ended, or be a token for reading.",
            "Ask the hub's operator for a token of your feed, and put it into CIOG_TOKEN.",
        )
    if status in (404, 405):
        raise WrongUse(
            "There is no events door at that address.", "", "Give the hub's address, without path."
        )
    if status == 200:
        try:
            return read_answers(answer.content, expected)
        except NotUnderstood:
            pass
    raise EnvironmentFailed(
        f"What answers there with {status} is not a hub of this version.",
        "Nothing is known of the batch, so it is not marked as sent.",
        "Ask the hub's operator whether something stands before the hub.",
    )
