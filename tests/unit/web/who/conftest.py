"""A hub with real people on a real database, and doors that stand for the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient
from tests.people import HandClock, people_on

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.vocabulary.people import Person
from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.web.who.asking import feed_sources, person, reader, reader_audience
from cioghub.wire.areas import read_areas


class Unasked:
    """Stands where these tests must not reach: whatever is asked of it fails the test."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"nobody should ask for {name}")


@pytest.fixture(scope="session")
def loaded() -> LoadedBundle:
    return checked_bundle(default_rules(), read_areas(default_areas()))


@pytest.fixture
def hub(loaded: LoadedBundle, engine: Engine, clock: HandClock) -> Hub:
    unasked = Unasked()
    return Hub(
        clock=clock,
        intake=unasked,
        room=unasked,
        loaded=loaded,
        people=people_on(engine),
        cases=unasked,
        margins=unasked,
        label=None,
    )


def with_doors(hub: Hub) -> FastAPI:
    """Return the application with a route for each way of asking who somebody is."""
    app = create_app(hub)

    @app.get("/test/counts")
    def counts(who: Annotated[Person, Depends(person)]) -> str:
        return who.name

    @app.get("/test/alerts/{alert}")
    def alerts(alert: str, who: Annotated[Person, Depends(reader)]) -> str:
        return who.name

    @app.post("/test/change")
    def change(who: Annotated[Person, Depends(person)]) -> str:
        return who.name

    @app.post("/v1/test/events")
    def events(feeds: Annotated[frozenset[str], Depends(feed_sources)]) -> list[str]:
        return sorted(feeds)

    @app.get("/v1/test/alerts")
    def read(audience: Annotated[str, Depends(reader_audience)]) -> str:
        return audience

    return app


@pytest.fixture
def client(hub: Hub) -> Iterator[TestClient]:
    with TestClient(
        with_doors(hub), base_url="http://127.0.0.1:8600", follow_redirects=False
    ) as client:
        yield client
