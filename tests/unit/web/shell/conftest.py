"""A hub whose doors are shut: enough for the shell, which asks none of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from cioghub.bootstrap import checked_bundle, default_areas, default_rules, page_maps
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.wire.areas import read_areas


class Unasked:
    """Stands where the shell must not reach: whatever is asked of it fails the test."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the shell asked for {name}")


@pytest.fixture(scope="session")
def loaded() -> LoadedBundle:
    return checked_bundle(default_rules(), read_areas(default_areas()))


@pytest.fixture
def hub(loaded: LoadedBundle) -> Hub:
    unasked = Unasked()
    return Hub(
        clock=unasked,
        intake=unasked,
        room=unasked,
        loaded=loaded,
        people=unasked,
        cases=unasked,
        margins=unasked,
        label="Simulated data",
        maps=page_maps(default_areas(), loaded.bundle.areas),
    )


@pytest.fixture
def app(hub: Hub) -> FastAPI:
    return create_app(hub)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:8600", follow_redirects=False) as client:
        yield client
