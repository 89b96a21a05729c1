"""The tactical door of a hub as it is really joined: what was told is seen, worked on and kept."""

from __future__ import annotations

from starlette.testclient import TestClient
from tests.live.conftest import LiveHubOfTest
from tests.people import cookie_of
from tests.tactical_hub import COOKIE, data_of, tell

from cioghub.vocabulary.people import Role
from cioghub.web.who.csrf import proof_of


def test_an_alert_is_assessed_and_the_work_outlives_a_crash(live: LiveHubOfTest) -> None:
    engine = live.opened.engine
    tell(engine, "al-east", live.clock.now(), data_of("east"))
    secret = cookie_of(engine, Role.ANALYST, live.clock.now())

    def browser(hub: LiveHubOfTest) -> TestClient:
        return TestClient(hub.app, cookies={COOKIE: secret}, follow_redirects=False)

    analyst = browser(live)
    assert "Knife crime, East" in analyst.get("/tactical/areas/east").text
    said = {"csrf": proof_of(secret), "known": "0", "code": "unclear", "words": "Look again."}
    assert analyst.post("/tactical/alerts/al-east/assess", data=said).status_code == 303
    again = browser(live.again())
    assert "Look again." in again.get("/tactical/alerts/al-east").text
    assert "No data since" not in again.get("/tactical/feeds").text
