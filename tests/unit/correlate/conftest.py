from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.correlate.hub_set import HubSet

from cioghub.steps.correlate.clusters import Clusters
from cioghub.steps.correlate.grid import Grid
from cioghub.vocabulary.areas import Areas
from cioghub.wire.areas import read_areas


@pytest.fixture(scope="session")
def county() -> Areas:
    return read_areas(Path(__file__).parents[3] / "deploy" / "areas" / "warwickshire.yaml")


@pytest.fixture(scope="session")
def clusters(county: Areas) -> Clusters:
    return Clusters(Grid(county))


@pytest.fixture
def hub(county: Areas, clusters: Clusters) -> HubSet:
    return HubSet(county, clusters)
