"""The pages on which people sign in, set their password, say what they read for, and leave."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from cioghub.ports.people import NotLetIn, Refusal, Session
from cioghub.vocabulary.people import Person, Reason
from cioghub.web.who import cookies
from cioghub.web.who.asking import hub_of, session
from cioghub.web.who.csrf import proof_of
from cioghub.web.who.onward import FIRST_PAGE, safe_onward
from cioghub.web.who.reasons import REASON_WORDS, REASONS

ROUTER = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
Next = Annotated[str, Query(alias="next")]
Onward = Annotated[str, Form(alias="next")]

SIGNED_OUT = "/signed-out"
"""The page that says what signing out here has not ended."""

REFUSALS: Mapping[Refusal, tuple[int, str]] = {
    Refusal.WRONG: (403, "The sign-in name and the password do not belong together."),
    Refusal.THROTTLED: (
        429,
        "There were too many tries. Wait a quarter of an hour, and try again.",
    ),
    Refusal.BUSY: (503, "Too many people are signing in just now. Try again in a moment."),
    Refusal.SPENT: (403, "The name and the code do not belong together, or the code is spent."),
    Refusal.WEAK: (
        400,
        "Choose a password of 12 to 256 letters that are not all alike, without your sign-in name.",
    ),
    Refusal.DISABLED: (403, "Your account was closed. Ask whoever runs the hub."),
    Refusal.LOST: (400, "That sign-in was begun elsewhere, or too long ago. Begin again here."),
    Refusal.NOT_VOUCHED: (
        403,
        "Your organisation did not say who you are, or gives you no role here.",
    ),
}
"""Status and words for each way of not being let in."""


@ROUTER.get("/sign-in")
def show_sign_in(request: Request, onward: Next = FIRST_PAGE) -> Response:
    """Show the sign-in form; somebody who is signed in goes onward."""
    if getattr(request.state, "session", None):
        return RedirectResponse(safe_onward(onward), 303)
    return form_page(request, "sign_in.html.j2", onward=safe_onward(onward), sign_in="")


@ROUTER.post("/sign-in")
def sign_in(
    request: Request, sign_in: Text = "", password: Text = "", onward: Onward = FIRST_PAGE
) -> Response:
    """Let somebody in, or show the form again with what was wrong."""
    hub = hub_of(request)
    onward = safe_onward(onward)
    try:
        person = hub.people.accounts.check(sign_in, password, _address(request), hub.clock.now())
    except NotLetIn as refusal:
        return _refused(request, "sign_in.html.j2", refusal, onward=onward, sign_in=sign_in[:64])
    return let_in(request, person, onward)


@ROUTER.get("/sign-in/first")
def show_first(request: Request) -> Response:
    """Show the form on which a one-time code becomes a password."""
    return form_page(request, "sign_in_first.html.j2", sign_in="")


@ROUTER.post("/sign-in/first")
def first(
    request: Request, sign_in: Text = "", code: Text = "", password: Text = "", again: Text = ""
) -> Response:
    """Set a password by a one-time code and let its owner in, or say what was wrong."""
    hub = hub_of(request)
    if password != again:
        return form_page(
            request,
            "sign_in_first.html.j2",
            400,
            sign_in=sign_in[:64],
            fault="The two passwords are not the same.",
        )
    now, address = hub.clock.now(), _address(request)
    try:
        person = hub.people.accounts.set_password(sign_in, code, password, address, now)
    except NotLetIn as refusal:
        return _refused(request, "sign_in_first.html.j2", refusal, sign_in=sign_in[:64])
    return let_in(request, person, FIRST_PAGE)


@ROUTER.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session; who came from a provider is told that it may still know them."""
    hub = hub_of(request)
    asking: Session | None = getattr(request.state, "session", None)
    hub.people.sessions.end(request.state.secret, hub.clock.now())
    elsewhere = hub.openid is not None and asking is not None and asking.vouched
    response = RedirectResponse(SIGNED_OUT if elsewhere else FIRST_PAGE, 303)
    cookies.take_back(response, hub.https)
    return response


@ROUTER.get("/reason")
def show_reason(request: Request, onward: Next = FIRST_PAGE) -> Response:
    """Ask what somebody reads for in this session."""
    return _reason_page(request, safe_onward(onward), 200)


@ROUTER.post("/reason")
def give_reason(request: Request, reason: Text = "", onward: Onward = FIRST_PAGE) -> Response:
    """Keep the reason and go onward, or ask again."""
    hub = hub_of(request)
    if reason not in REASONS[session(request).person.role]:
        return _reason_page(request, safe_onward(onward), 400)
    hub.people.sessions.give_reason(request.state.secret, Reason(reason), hub.clock.now())
    return RedirectResponse(safe_onward(onward), 303)


def let_in(request: Request, person: Person, onward: str) -> Response:
    """Return the way onward, with a new session in place of what the browser had."""
    hub = hub_of(request)
    before = getattr(request.state, "secret", None)
    secret = hub.people.sessions.start(person, hub.clock.now(), before)
    response = RedirectResponse(onward, 303)
    cookies.give(response, secret, hub.https)
    return response


def refused(request: Request, why: NotLetIn, onward: str) -> Response:
    """Return the sign-in form with why nobody was let in."""
    return _refused(request, "sign_in.html.j2", why, onward=onward, sign_in="")


def browser_secret(request: Request) -> tuple[str, bool]:
    """Return the secret of a browser, and whether it is new and has yet to be given."""
    secret: str | None = getattr(request.state, "secret", None)
    return (secret, False) if secret else (secrets.token_urlsafe(32), True)


def _reason_page(request: Request, onward: str, status: int) -> Response:
    asking = session(request)
    return form_page(
        request,
        "reason.html.j2",
        status,
        onward=onward,
        reasons={reason: REASON_WORDS[reason] for reason in REASONS[asking.person.role]},
        given=asking.reason,
        fault="Choose what you read for." if status != 200 else None,
    )


def _refused(request: Request, template: str, refusal: NotLetIn, **context: str) -> Response:
    status, words = REFUSALS[refusal.why]
    response = form_page(request, template, status, fault=words, **context)
    if refusal.wait:
        response.headers["Retry-After"] = str(refusal.wait)
    return response


def form_page(request: Request, template: str, status: int = 200, **context: object) -> Response:
    """Return a page with a form, and a cookie for a browser that has none yet."""
    hub = hub_of(request)
    secret, is_new = browser_secret(request)
    request.state.csrf = proof_of(secret)
    context.setdefault("fault", None)
    response: Response = request.app.state.pages.page(
        request,
        template,
        person=getattr(request.state, "person", None),
        provider=hub.openid.settings.name if hub.openid else None,
        status_code=status,
        **context,
    )
    if is_new:
        cookies.give(response, secret, hub.https)
    return response


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
