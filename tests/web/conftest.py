"""One server and one browser for all tests of pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.people import HandClock, people_on
from tests.web.serving import served

from cioghub.bootstrap import checked_bundle, default_areas, default_rules, page_maps
from cioghub.stores.sql.database import open_database
from cioghub.web.app import create_app
from cioghub.web.hub import Hub
from cioghub.wire.areas import read_areas


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    engine = open_database(tmp_path_factory.mktemp("hub"))
    areas = read_areas(default_areas())
    hub = Hub(
        clock=HandClock(),
        intake=None,
        room=None,
        loaded=checked_bundle(default_rules(), areas),
        people=people_on(engine),
        cases=None,
        margins=None,
        label="Simulated data",
        maps=page_maps(default_areas(), areas),
    )
    with served(create_app(hub)) as address:
        yield address
    engine.dispose()
