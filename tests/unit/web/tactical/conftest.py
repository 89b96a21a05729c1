"""The reading door of a hub with a real database, and nothing behind it that computes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.unit.web.tactical.reading import Desk, hub_on

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.stores.sql.database import open_database
from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.wire.areas import read_areas


@pytest.fixture(scope="session")
def loaded() -> LoadedBundle:
    return checked_bundle(default_rules(), read_areas(default_areas()))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(open_database(tmp_path / "home"))


@pytest.fixture
def hub(desk: Desk, loaded: LoadedBundle) -> Hub:
    return hub_on(desk.engine, loaded)


@pytest.fixture
def app(hub: Hub) -> FastAPI:
    return create_app(hub)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1:8600", follow_redirects=False) as client:
        yield client
