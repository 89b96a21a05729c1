"""The way to the identity provider and back."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from cioghub.ports.people import NotLetIn, Refusal
from cioghub.web.who import cookies
from cioghub.web.who.asking import hub_of
from cioghub.web.who.onward import FIRST_PAGE, safe_onward
from cioghub.web.who.openid_settings import BACK
from cioghub.web.who.provider import NotVouched, Provider
from cioghub.web.who.sign_in import SIGNED_OUT, Next, browser_secret, form_page, let_in, refused

_LOG = logging.getLogger("cioghub")
ROUTER = APIRouter(include_in_schema=False)
Text = Annotated[str, Query()]


@ROUTER.get("/sign-in/openid")
def depart(request: Request, onward: Next = FIRST_PAGE) -> Response:
    """Send somebody to the provider; their browser keeps what brings them back."""
    hub, provider = hub_of(request), _provider(request)
    onward = safe_onward(onward)
    try:
        address, state, departure = provider.depart(onward)
    except NotVouched as error:
        return _not_vouched(request, error, onward)
    secret, is_new = browser_secret(request)
    hub.people.sessions.depart(secret, state, departure, hub.clock.now())
    response = RedirectResponse(address, 303)
    if is_new:
        cookies.give(response, secret, hub.https)
    return response


@ROUTER.get(BACK)
def back(request: Request, state: Text = "", code: Text = "", iss: str | None = None) -> Response:
    """Let in whom the provider vouches for; its code is used up, and a clean address follows."""
    hub, provider = hub_of(request), _provider(request)
    secret, _ = browser_secret(request)
    now = hub.clock.now()
    departure = hub.people.sessions.returned(secret, state, now)
    if departure is None:
        return refused(request, NotLetIn(Refusal.LOST), FIRST_PAGE)
    try:
        outsider = provider.arrive(code, iss, departure, now)
        person = hub.people.accounts.admit(outsider, now)
    except NotVouched as error:
        return _not_vouched(request, error, departure.onward)
    except NotLetIn as refusal:
        return refused(request, refusal, departure.onward)
    return let_in(request, person, departure.onward)


@ROUTER.get(SIGNED_OUT)
def signed_out(request: Request) -> Response:
    """Say that the provider may still know somebody who has signed out here."""
    return _signed_out(request, 200, fault=None)


@ROUTER.get(f"{SIGNED_OUT}/openid")
def leave(request: Request) -> Response:
    """Send somebody to the provider, to sign out there too."""
    try:
        return RedirectResponse(_provider(request).leave(), 303)
    except NotVouched as error:
        _LOG.warning("the identity provider ends no session: %s", error)
        return _signed_out(
            request,
            502,
            fault="It does not answer. Close your browser, or sign out there yourself.",
        )


def _signed_out(request: Request, status: int, fault: str | None) -> Response:
    _provider(request)
    return form_page(request, "signed_out.html.j2", status, fault=fault)


def _not_vouched(request: Request, error: NotVouched, onward: str) -> Response:
    _LOG.warning("the identity provider vouched for nobody: %s", error)
    return refused(request, NotLetIn(Refusal.NOT_VOUCHED), onward)


def _provider(request: Request) -> Provider:
    provider: Provider | None = hub_of(request).openid
    if provider is None:
        raise HTTPException(404)
    return provider
