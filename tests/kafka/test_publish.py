"""`ciog publish --kafka` on a real broker: what goes onto the topic, what stays, what resumes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.kafka.broker import Broker, User
from tests.kafka.conftest import FIRE
from tests.kafka.reading import events_on
from tests.unit.web.agencies.records import fire as fire_event

from cioghub.cli.kafka_door import NO_RECORD, THROUGH, TopicDoor
from cioghub.cli.main import main
from cioghub.settings import read_kafka_login
from cioghub.vocabulary.topics import incident_topic
from cioghub.wire.shipped import schemas_folder
from cioghub.wire.single_object import Unreadable, read_single_objects

TOPIC = incident_topic(FIRE)
Publish = Callable[..., tuple[int, str]]


@pytest.fixture
def publish(
    fire: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Publish:
    """Publish a file to the topic of the fire service; return the code and what was said."""
    for name, value in fire.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CIOG_HOME", str(tmp_path / "home"))

    def run(file: Path, *more: str, agency: str = FIRE) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(["publish", str(file), "--kafka", agency, *more])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out + said.err

    return run


def written(tmp_path: Path, events: list[dict[str, Any]]) -> Path:
    file = tmp_path / "events.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in events))
    return file


def withdrawal(of: str) -> dict[str, Any]:
    return {
        **fire_event(id="w-1", type="event.withdrawal.v1"),
        "data": {"id": of, "reason": "wrong-code", "replacement": None},
    }


def whole(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event with nothing in its data that is null."""
    return {**event, "data": {k: v for k, v in event["data"].items() if v is not None}}


def test_events_lie_on_the_topic_as_they_were(
    broker: Broker, publish: Publish, tmp_path: Path
) -> None:
    spoilt = fire_event(id="f-3", data={"name": "Somebody"})
    sent = [fire_event(id="f-1"), fire_event(id="f-2"), spoilt, withdrawal("f-1")]
    code, said = publish(written(tmp_path, sent))
    assert code == 1, "one stays here"
    assert "events.jsonl: 3 on incident.warwickshire-fire, 1 held back." in said
    found = events_on(broker.admin, TOPIC)
    assert {one.key for one in found} == {b"f-1", b"f-2"}, "a withdrawal lies behind its event"
    events = [one.event for one in found if not isinstance(one.event, Unreadable)]
    there = {one["id"]: whole(one) for one in events}
    assert there == {one["id"]: whole(one) for one in sent if one is not spoilt}


def test_what_kafka_has_is_not_sent_again_after_a_break(
    broker: Broker, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 1200
    file = written(tmp_path, [fire_event(id=f"f-{n}") for n in range(number)])
    send = TopicDoor.send
    calls: list[Any] = []

    def then_nobody_answers(door: TopicDoor, bodies: Any, waiting: Any) -> Any:
        if calls:
            broker.pause()
        calls.append(len(bodies))
        return send(door, bodies, waiting)

    monkeypatch.setattr(TopicDoor, "send", then_nobody_answers)
    try:
        code, said = publish(file, "--give-up-after", "2")
    finally:
        broker.resume()
    assert code == 3
    assert "Kafka does not confirm what is sent. What it has confirmed so far is kept." in said
    monkeypatch.setattr(TopicDoor, "send", send)
    code, said = publish(file)
    assert code == 0
    assert f"going on after number {calls[0]}." in said
    assert f"{number} on {TOPIC}" in said
    assert "sent before" in publish(file)[1]
    found = [one.event for one in events_on(broker.admin, TOPIC)]
    ids = {one["id"] for one in found if not isinstance(one, Unreadable)}
    assert ids == {f"f-{n}" for n in range(number)}


def test_the_topic_of_another_agency_is_refused(publish: Publish, tmp_path: Path) -> None:
    file = written(tmp_path, [fire_event()])
    code, said = publish(file, "--give-up-after", "5", agency="warwickshire-police")
    assert code == 3
    assert "Kafka does not" in said


def test_one_way_to_send_is_enough(publish: Publish, tmp_path: Path) -> None:
    code, said = publish(written(tmp_path, [fire_event()]), "--to", "https://hub.example")
    assert code == 2
    assert "not both" in said


def test_what_is_of_no_schema_is_told_from_what_went_through(publish: Publish) -> None:
    objects = read_single_objects(schemas_folder())
    bodies = [json.dumps(one).encode() for one in (fire_event(), fire_event(data={"name": "x"}))]
    with TopicDoor(read_kafka_login(), TOPIC, objects, 30) as door:
        assert door.send(bodies, lambda seconds: None) == (THROUGH, NO_RECORD)
