"""Simulated days for a live hub of a test."""

from __future__ import annotations

from datetime import date

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
