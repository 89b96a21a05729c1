"""Who is asking: what every route at a door depends on.

- `person`: somebody signed in, for pages that show at most counts;
- `reader`: the same, with a coded reason, and a note of this read;
- `feed_sources`: the feeds that a machine's token publishes on;
- `reader_audience`: the audience of a machine's token or of a person, with a note of this read.

A page sends whoever is missing something to where they can give it; `/v1` answers 401 or 403.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from cioghub.ports.people import Read, Session
from cioghub.vocabulary.people import Person
from cioghub.web.hub import Hub
from cioghub.web.who.permissions import Action, Forbidden, require

MACHINES = "/v1/"
_BEARER = HTTPBearer(auto_error=False, description="A token of a feed, or of a reader of alerts.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]


class ReasonNeeded(HTTPException):
    """A program read with somebody's session in which they have not said what for."""

    def __init__(self) -> None:
        super().__init__(403)


def hub_of(request: Request) -> Hub:
    """Return the hub that a request came to."""
    hub: Hub = request.app.state.hub
    return hub


def session(request: Request) -> Session:
    """Return the session of who asks.

    Raises:
        HTTPException: nobody is signed in: off to the sign-in page, or 401 under `/v1`.
    """
    found: Session | None = getattr(request.state, "session", None)
    if found is not None:
        return found
    if request.url.path.startswith(MACHINES):
        raise unknown_machine()
    raise _off_to("/sign-in", request)


def person(request: Request) -> Person:
    """Return who is signed in.

    Raises:
        HTTPException: nobody is: off to the sign-in page, or 401 under `/v1`.
    """
    return session(request).person


def reader(request: Request) -> Person:
    """Return who is signed in and has said what they read for; this read is noted.

    Raises:
        HTTPException: nobody is signed in, or no reason was given: off to the page that asks.
    """
    note_read(request)
    return person(request)


def feed_sources(request: Request, bearer: Bearer = None) -> frozenset[str]:
    """Return the sources that the machine that asks may publish on.

    Raises:
        HTTPException: 401, there is no token or it opens nothing.
    """
    hub = hub_of(request)
    found = bearer and hub.people.tokens.feeds(bearer.credentials, hub.clock.now())
    if not found:
        raise unknown_machine()
    return found


def reader_audience(request: Request, bearer: Bearer = None) -> str:
    """Return the audience of the machine or person that asks for alerts; this read is noted.

    Raises:
        HTTPException: 401, nobody is known; 403, they read no alerts or gave no reason.
    """
    hub = hub_of(request)
    if bearer is None:
        asking = session(request)
        require(asking.person, Action.READ_ALERTS)
        if asking.person.audience is None:
            raise Forbidden(Action.READ_ALERTS)
        note_read(request)
        return asking.person.audience
    now = hub.clock.now()
    machine = hub.people.tokens.reader(bearer.credentials, now)
    if machine is None:
        raise unknown_machine()
    hub.people.reads.note(Read(now, machine.token, None, request.url.path, machine.reason))
    return machine.audience


def unknown_machine() -> HTTPException:
    """Return the 401 of a request without a valid token: the same for every kind of wrong."""
    return HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


def note_read(request: Request, words: str | None = None) -> None:
    """Keep a note of this read: who, when, which address, what for; `words` where some were needed.

    Raises:
        HTTPException: nobody is signed in, or no reason was given: off to the page that asks.
    """
    asking, path = session(request), request.url.path
    if asking.reason is None:
        raise ReasonNeeded if path.startswith(MACHINES) else _off_to("/reason", request)
    hub = hub_of(request)
    hub.people.reads.note(
        Read(hub.clock.now(), asking.person.id, asking.number, path, asking.reason, words)
    )


def _off_to(page: str, request: Request) -> HTTPException:
    """Return the way to a page that asks for what is missing, and back here afterwards."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    onward = f"?next={quote(back)}" if request.method == "GET" and back != "/" else ""
    return HTTPException(303, headers={"Location": page + onward})
