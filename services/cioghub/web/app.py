"""The web of a hub: three doors for three people, behind one set of headers."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI
from starlette.types import Lifespan

from cioghub.web import watching
from cioghub.web.agencies import routes as agencies
from cioghub.web.demo import routes as demo
from cioghub.web.hub import Hub
from cioghub.web.openapi import Documented
from cioghub.web.review import routes as review
from cioghub.web.shadowed import ShadowedRoom
from cioghub.web.shell import routes as shell
from cioghub.web.tactical import feeds_routes as feeds
from cioghub.web.tactical import routes as tactical
from cioghub.web.who import routes as who
from cioghub.web.who.csrf import check_form


def create_app(hub: Hub, beside: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Return the application of one hub; nothing is shared between two of them.

    `beside` is entered in the loop that serves it before anything is answered, and left last.
    """
    if hub.shadow is not None:
        ends = hub.shadow.ends(ZoneInfo(hub.loaded.bundle.areas.timezone))
        hub = replace(hub, room=ShadowedRoom(hub.room, hub.clock, ends))
    app = Documented(
        hub.loaded.bundle,
        title="CIOG Hub",
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(check_form)],
        lifespan=beside,
    )
    app.state.hub = hub
    who.install(app, hub)
    if hub.cast:
        demo.install(app, hub)
    shell.install(app, hub)
    tactical.install(app)
    watching.install(app, hub)
    agencies.install(app)
    feeds.install(app, hub)
    review.install(app, hub)
    return app
