"""Events for a live hub of a test: simulated days, and single crimes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import orjson
from tests.live.conftest import LiveHubOfTest

from cioghub.ports.intake import Answer, Message, Mode, Verdict
from cioghub.simulate.stream import Settings, Simulation


def simulated_days(live: LiveHubOfTest) -> list[Verdict]:
    """Let a hub that is not started take in more than 256 events; return what was accepted."""
    areas = live.opened.loaded.bundle.areas
    run = Simulation(areas, Settings(7, date(2026, 2, 24), 4, 1.0))
    lines = [line for part in run.lines() for line in part.splitlines()]
    verdicts = live.opened.hub.load([Message(Mode.STRUCTURED, line) for line in lines], live.feeds)
    accepted = [one for one in verdicts if one.answer is Answer.ACCEPTED]
    assert len(accepted) > 256
    return accepted


CRIME: dict[str, Any] = {
    "category": "105A",
    "category_list": "police_offence_codes",
    "area": {"code": "E01031208", "edition": "lsoa11", "confidence": "exact-building"},
    "held_for": "policing",
    "severity": 2,
    "weapon": "none",
    "setting": "street",
    "qualifiers": None,
    "age_band": "18-24",
    "suspect_token": None,
    "victim_token": None,
    "place_token": None,
}


def crime(live: LiveHubOfTest, name: str, days_ago: int = 0, **data: Any) -> Message:
    """Return a crime of so many days ago, published now; `data` says what is unlike `CRIME`."""
    now = live.clock.now()
    when = datetime.fromtimestamp(now - 60 - days_ago * 86_400, UTC).isoformat()
    times = dict.fromkeys(("occurred_from", "occurred_to", "recorded_at"), when)
    event = {
        "specversion": "1.0",
        "id": name,
        "source": "/warwickshire-police/crime",
        "type": "police.crime.v1",
        "time": datetime.fromtimestamp(now, UTC).isoformat(),
        "datacontenttype": "application/json",
        "data": {**CRIME, **times, **data},
    }
    return Message(Mode.STRUCTURED, orjson.dumps(event))
