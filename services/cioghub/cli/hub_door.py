"""Asks a running hub, with the token of CIOG_TOKEN."""

from __future__ import annotations

import ipaddress
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cioghub.errors import AnswerIsNo, EnvironmentFailed, WrongUse

if TYPE_CHECKING:
    import httpx2

TOKEN = "CIOG_TOKEN"
_PATIENCE_SECONDS = 30


class HubDoor:
    """A running hub at an address, asked with a reader's token.

    Raises:
        WrongUse: the address is none, or the token would travel in the open.
    """

    def __init__(self, address: str, token: str) -> None:
        self._address = checked_address(address)
        self._token = token

    def json(self, path: str) -> Any:
        """Return what the hub answers to a path, as a value."""
        return self._answer(path, "application/json").json()

    def bytes(self, path: str) -> bytes:
        """Return what the hub answers to a path, as it is."""
        return self._answer(path, "application/json").content

    def _answer(self, path: str, accept: str) -> httpx2.Response:
        """Return a good answer.

        Raises:
            AnswerIsNo: the hub has no such thing, or does not let this token read it.
            EnvironmentFailed: the hub cannot be reached, or cannot answer now.
        """
        import httpx2

        headers = {"Authorization": f"Bearer {self._token}", "Accept": accept}
        try:
            answer = httpx2.get(self._address + path, headers=headers, timeout=_PATIENCE_SECONDS)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise EnvironmentFailed(
                f"The hub at {self._address} cannot be reached ({type(error).__name__}).",
                "",
                "Is it running, and is the address right?",
            ) from error
        if answer.status_code == 200:
            return answer
        if answer.status_code in (401, 403):
            raise AnswerIsNo(
                "The hub does not let this token read.",
                "It may have ended, or be a token for publishing.",
                f"Ask the hub's operator for a reader's token, and put it into {TOKEN}.",
            )
        if answer.status_code == 404:
            raise AnswerIsNo("The hub has nothing of that name for you.")
        raise EnvironmentFailed(
            f"The hub answered with {answer.status_code}.", "", "Try again later."
        )


def checked_address(address: str) -> str:
    """Return the address of a hub without a slash at its end.

    Raises:
        WrongUse: it is none, or the token would travel in the open.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise WrongUse(f"{address} is no address of a hub.", "", "Write https://hub.example.")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise WrongUse(
            "The hub's address is not https.",
            "The token would travel in the open, and whoever sees it may do what you may do.",
            "Use the hub's https address.",
        )
    return address.rstrip("/")


def token_given() -> str | None:
    """Return the token of the environment, None where there is none."""
    return os.environ.get(TOKEN, "").strip() or None


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
