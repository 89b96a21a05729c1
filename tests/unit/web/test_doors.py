"""Every door, tried by everybody: it opens to those whom the table of permissions lets through.

What there is to see behind it, and for whom, is for the tests of each page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine
from tests.people import HandClock
from tests.tactical_hub import DAY, Visitor, data_of, freeze, hub_on, tell

from cioghub.stores.sql.database import open_database
from cioghub.vocabulary.people import Role
from cioghub.vocabulary.shadow import Shadow
from cioghub.web.app import create_app
from cioghub.web.who.permissions import PERMISSIONS, Action

FIRST = "2026-09-07"
WHO = {
    Role.AGENCY_CONTACT: {"party": "warwickshire-fire"},
    Role.CHAIR: {"ciog": "east"},
    Role.ANALYST: {},
    Role.COORDINATOR: {},
    Role.DPO: {"party": "warwickshire-fire"},
    Role.AUDITOR: {},
    Role.OPERATOR: {},
}
ROUTES = {
    Action.UPLOAD_FILE: [
        "GET /agency/uploads",
        "POST /agency/uploads",
        "GET /agency/mappings",
        "POST /agency/mappings",
    ],
    Action.TRY_EVENT: ["GET /agency/check"],
    Action.SEE_OWN_FEEDS: ["GET /agency/"],
    Action.SEE_RECEIPTS: ["GET /agency/receipts", "GET /agency/receipts/al-east"],
    Action.READ_ALERTS: [
        "GET /tactical/",
        "GET /tactical/areas/east",
        "GET /tactical/areas/east/meeting",
        "GET /tactical/alerts/al-east",
        "GET /v1/alerts",
        "GET /v1/alerts.atom",
        "GET /v1/pictures",
        f"GET /v1/pictures/{FIRST}",
        "GET /v1/feeds",
    ],
    Action.READ_PICTURES: [
        "GET /tactical/pictures",
        f"GET /tactical/pictures/{FIRST}",
        f"GET /tactical/pictures/{FIRST}/frozen.html",
        f"GET /tactical/pictures/{FIRST}/frozen.json",
    ],
    Action.SEE_FEED_BOARD: ["GET /tactical/feeds"],
    Action.ASSESS: ["POST /tactical/alerts/al-east/assess"],
    Action.ACKNOWLEDGE: ["POST /tactical/alerts/al-east/acknowledge"],
    Action.ADD_ACTION: ["POST /tactical/alerts/al-east/add-action"],
    Action.END_ACTION: ["POST /tactical/alerts/al-east/end-action"],
    Action.ESCALATE: ["POST /tactical/alerts/al-east/escalate"],
    Action.REMARK: ["POST /tactical/alerts/al-east/remark"],
    Action.CLOSE: ["POST /tactical/alerts/al-east/close"],
    Action.DISMISS: ["POST /tactical/alerts/al-east/dismiss"],
    Action.REOPEN: ["POST /tactical/alerts/al-east/reopen"],
    Action.DRILL_DOWN: ["POST /tactical/alerts/al-east/behind"],
    Action.EXPORT: [
        f"GET /tactical/areas/east/{file}.csv" for file in ("alerts", "minutes", "actions")
    ],
    Action.NOTE_ERRATUM: [f"POST /tactical/pictures/{FIRST}/errata"],
    Action.SEE_SHADOW: ["GET /tactical/shadow", "POST /tactical/shadow"],
    Action.READ_RULES: [
        "GET /review/",
        "GET /review/agreements/fire-to-hub",
        "GET /v1/rules",
        "GET /v1/rules/fire-to-hub",
    ],
    Action.READ_DECISIONS: [
        "GET /review/decisions",
        "POST /review/decisions",
        f"GET /review/decisions/{'0' * 32}",
    ],
    Action.READ_LEDGER: [
        "GET /review/ledger",
        "GET /v1/ledger/checkpoint",
        "GET /v1/ledger/entries",
        f"GET /v1/ledger/proof/{'0' * 32}",
    ],
    Action.READ_AUDIT: ["GET /review/audit", "GET /review/audit.csv"],
}
BY_COMMAND = {Action.MANAGE_PEOPLE, Action.MANAGE_TOKENS}
"""What no door does: `ciog people` and `ciog feeds token` do, for whoever may run commands."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_database(tmp_path_factory.mktemp("home"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def everybody(engine: Engine) -> dict[Role, Visitor]:
    clock = HandClock()
    tell(engine, "al-east", clock.now() - 6 * DAY, data_of("east"))
    content = {"fortnight": {"from": FIRST, "to": "2026-09-20"}, "sentences": ["One."]}
    for audience in ("tactical-group", "ciog-east", "scrutiny"):
        freeze(engine, audience, FIRST, clock.now(), content, b"<p>One</p>")
    app = create_app(hub_on(engine, clock, Shadow(date(2026, 8, 31), date(2026, 9, 13))))
    return {role: Visitor(engine, app, role, **who) for role, who in WHO.items()}


def refuses(visitor: Visitor, route: str) -> bool:
    """Return whether a door stays shut to somebody."""
    method, path = route.split()
    answer = visitor.get(path) if method == "GET" else visitor.post(path)
    return bool(answer.status_code == 403)


def test_every_action_has_its_routes() -> None:
    assert set(ROUTES) | BY_COMMAND == set(Action)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", ROUTES)
def test_a_door_opens_to_those_of_the_table_alone(
    everybody: dict[Role, Visitor], action: Action, role: Role
) -> None:
    refused = {route: refuses(everybody[role], route) for route in ROUTES[action]}
    assert refused == dict.fromkeys(ROUTES[action], role not in PERMISSIONS[action])
