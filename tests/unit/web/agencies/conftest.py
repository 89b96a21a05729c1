"""A hub whose door for agencies is open, with a token that publishes on three feeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.unit.web.agencies.memory_intake import MemoryIntake

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.web.who.asking import feed_sources
from cioghub.web.who.csrf import check_form
from cioghub.wire.areas import read_areas

FEEDS = frozenset(
    {"/warwickshire-police/crime", "/warwickshire-fire/incident", "/warwickshire-education/concern"}
)


class Unasked:
    """Stands where this door must not reach: whatever is asked of it fails the test."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the door asked for {name}")


@pytest.fixture(scope="session")
def loaded() -> LoadedBundle:
    return checked_bundle(default_rules(), read_areas(default_areas()))


@pytest.fixture
def intake(loaded: LoadedBundle) -> MemoryIntake:
    return MemoryIntake(loaded.bundle)


@pytest.fixture
def room() -> Any:
    return Unasked()


@pytest.fixture
def clock() -> Any:
    return Unasked()


@pytest.fixture
def uploads() -> Any:
    return None


@pytest.fixture
def app(loaded: LoadedBundle, intake: MemoryIntake, room: Any, clock: Any, uploads: Any) -> FastAPI:
    nobody: Any = Unasked()
    hub = Hub(
        clock=clock,
        intake=intake,
        room=room,
        loaded=loaded,
        people=nobody,
        cases=nobody,
        margins=nobody,
        label="Simulated",
        uploads=uploads,
    )
    made = create_app(hub)
    made.dependency_overrides[feed_sources] = lambda: FEEDS
    made.dependency_overrides[check_form] = lambda: None
    return made


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:8600", follow_redirects=False) as client:
        yield client
