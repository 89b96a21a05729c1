"""Events of an uploaded file that nobody confirms: the hub itself lets go of them."""

from __future__ import annotations

from pathlib import Path

from tests.live.conftest import LiveHubOfTest
from tests.unit.web.agencies.records import fire

from cioghub.ports.intake import Message, Mode
from cioghub.ports.uploads import WAIT_SECONDS, State
from cioghub.wire.json_lines import canonical

TABLE = Path(__file__).parents[1] / "unit" / "mappings" / "fire-incidents.csv"
PARTY, MAPPING = "warwickshire-fire", "fire-incidents"


def upload(live: LiveHubOfTest) -> int:
    uploads = live.opened.uploads
    return uploads.preview(PARTY, MAPPING, TABLE.read_bytes(), "p-1", live.clock.at).number


def test_a_midnight_lets_go_of_what_waited_for_a_day(live: LiveHubOfTest) -> None:
    live.opened.hub.load([Message(Mode.STRUCTURED, canonical(fire()))], live.feeds)
    number = upload(live)
    live.clock.at += 2 * WAIT_SECONDS
    assert live.opened.hub.settle() > 0
    found = live.opened.uploads.upload(PARTY, number)
    assert found is not None
    assert (found.state, found.preview.shown) == (State.DISCARDED, [])
    assert list(live.opened.uploads.batches(PARTY, number)) == []


def test_so_does_the_next_upload_of_a_hub_without_an_event(live: LiveHubOfTest) -> None:
    number = upload(live)
    live.clock.at += WAIT_SECONDS + 1
    upload(live)
    states = [one.state for one in live.opened.uploads.uploads(PARTY, 2)]
    assert states == [State.WAITING, State.DISCARDED]
    assert live.opened.uploads.upload("warwickshire-police", number) is None
