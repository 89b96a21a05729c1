"""One hub of three areas: an alert in each, and one that touches East and North."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from tests.people import HandClock
from tests.tactical_hub import DAY, UPDATED, Visitor, data_of, hub_on, tell

from cioghub.vocabulary.people import Role
from cioghub.web.app import create_app
from cioghub.web.hub import Hub

Sign = Callable[..., Visitor]


@pytest.fixture
def hub(engine: Engine, clock: HandClock) -> Hub:
    at = clock.now()
    tell(engine, "al-north", at - 9 * DAY, data_of("north", hub_category="robbery"))
    tell(engine, "al-east", at - 6 * DAY, data_of("east"))
    tell(engine, "al-south", at - 5 * DAY, data_of("south"))
    both = data_of("east", also=["north"], hub_category="county-lines", level="well-above")
    tell(engine, "al-both", at - 8 * DAY, both)
    tell(engine, "al-both", at - 7 * DAY, both, UPDATED)
    return hub_on(engine, clock)


@pytest.fixture
def app(hub: Hub) -> FastAPI:
    return create_app(hub)


@pytest.fixture
def sign(engine: Engine, app: FastAPI) -> Sign:
    """Return what signs somebody in."""

    def visitor(role: Role, ciog: str | None = None, party: str | None = None) -> Visitor:
        return Visitor(engine, app, role, ciog, party)

    return visitor


@pytest.fixture
def analyst(sign: Sign) -> Visitor:
    return sign(Role.ANALYST)


@pytest.fixture
def east(sign: Sign) -> Visitor:
    return sign(Role.CHAIR, "east")
