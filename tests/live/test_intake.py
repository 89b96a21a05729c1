"""What a live hub answers: the same to the same event, and nothing before it is on disk."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from tests.live.conftest import LiveHubOfTest, disk_full, heartbeat
from tests.live.found import rows_of

from cioghub.ports.intake import Answer, Busy, Message, Mode, NotAMessage, Why


def on_disk(live: LiveHubOfTest) -> int:
    """Return how many events another process finds accepted."""
    ((n,),) = rows_of(live.home, "SELECT count(*) FROM accepted")
    return int(n)


def test_an_accepted_event_is_on_disk_when_its_answer_comes(live_hub: LiveHubOfTest) -> None:
    (verdict,) = live_hub.publish(heartbeat(live_hub, "one"))
    assert verdict.answer is Answer.ACCEPTED
    assert on_disk(live_hub) == 1


def test_the_same_event_twice_gets_the_same_answer_and_counts_once(
    live_hub: LiveHubOfTest,
) -> None:
    event = heartbeat(live_hub, "one")
    assert live_hub.publish(event) == live_hub.publish(event)
    assert on_disk(live_hub) == 1


def test_twins_of_one_moment_count_once(live_hub: LiveHubOfTest) -> None:
    verdicts = live_hub.publish(*[heartbeat(live_hub, "one")] * 20)
    assert {one.answer for one in verdicts} == {Answer.ACCEPTED}
    assert on_disk(live_hub) == 1


def test_another_body_under_one_identity_is_a_conflict(live_hub: LiveHubOfTest) -> None:
    first = heartbeat(live_hub, "one")
    live_hub.publish(first)
    other = orjson.loads(first.body) | {"time": "2026-03-01T11:59:00+00:00"}
    (verdict,) = live_hub.publish(Message(Mode.STRUCTURED, orjson.dumps(other)))
    assert verdict.answer is Answer.CONFLICT
    assert [fault.pointer for fault in verdict.faults] == ["/id"]


def test_a_source_that_is_not_the_sender_s_is_refused_and_leaves_no_trace(
    live_hub: LiveHubOfTest,
) -> None:
    others = frozenset(sorted(live_hub.feeds)[1:])
    event = heartbeat(live_hub, "one")
    (verdict,) = asyncio.run(live_hub.opened.hub.publish(event, others))
    assert verdict.answer is Answer.NOT_YOURS
    assert on_disk(live_hub) == 0


def test_every_fault_of_an_event_is_named_at_once_and_counted(live_hub: LiveHubOfTest) -> None:
    event = orjson.loads(heartbeat(live_hub, "one").body) | {"specversion": "2.0", "extra": 1}
    (verdict,) = live_hub.publish(Message(Mode.STRUCTURED, orjson.dumps(event)))
    assert verdict.answer is Answer.REJECTED
    assert {"/specversion", "/*"} <= {fault.pointer for fault in verdict.faults}
    feeds = {one.source: one for one in live_hub.opened.room.feeds()}
    assert feeds[event["source"]].rejected


def test_a_withdrawal_of_what_was_never_accepted_is_a_fault(live_hub: LiveHubOfTest) -> None:
    event = orjson.loads(heartbeat(live_hub, "w").body)
    event |= {
        "type": "event.withdrawal.v1",
        "data": {"id": "never-sent", "reason": "recorded-in-error", "replacement": None},
    }
    (verdict,) = live_hub.publish(Message(Mode.STRUCTURED, orjson.dumps(event)))
    assert verdict.answer is Answer.REJECTED


def test_a_batch_gets_a_verdict_for_each_event_in_order(live_hub: LiveHubOfTest) -> None:
    good = orjson.loads(heartbeat(live_hub, "one").body)
    batch = Message(Mode.BATCH, orjson.dumps([good, {"id": "x"}, good | {"id": "two"}]))
    verdicts = live_hub.publish(batch)
    assert [one.answer for one in verdicts] == [
        Answer.ACCEPTED,
        Answer.REJECTED,
        Answer.ACCEPTED,
    ]


def test_what_is_no_message_is_refused_whole(live_hub: LiveHubOfTest) -> None:
    with pytest.raises(NotAMessage):
        live_hub.publish(Message(Mode.BATCH, b"{}"))
    assert on_disk(live_hub) == 0


def test_a_hub_that_ends_takes_nothing_more_and_says_when_to_come_again(
    live: LiveHubOfTest,
) -> None:
    with live.opened.hub:
        pass
    with pytest.raises(Busy):
        live.publish(heartbeat(live, "one"))


def test_a_clock_that_is_put_back_brings_nothing_into_a_settled_day(
    live: LiveHubOfTest,
) -> None:
    live.opened.hub.load([heartbeat(live, "one")], live.feeds)
    live.clock.at += 86_400
    live.opened.hub.settle()
    ((settled,),) = rows_of(live.home, "SELECT max(at) FROM ticked")
    event = heartbeat(live, "two")
    live.clock.at -= 86_400
    live.opened.hub.load([event], live.feeds)
    ((last,),) = rows_of(live.home, "SELECT max(accepted) FROM accepted")
    assert last >= settled


def test_a_hub_opened_again_goes_on_where_it_was(live: LiveHubOfTest) -> None:
    live.opened.hub.load([heartbeat(live, "one")], live.feeds)
    live.clock.at += 2 * 86_400
    live.opened.hub.settle()
    again = live.again()
    assert again.opened.hub.settle() == 0
    again.opened.hub.load([heartbeat(again, "two")], again.feeds)
    assert on_disk(again) == 2


def test_a_disk_without_room_keeps_nothing_and_the_hub_lives_on(
    live_hub: LiveHubOfTest,
) -> None:
    live_hub.publish(heartbeat(live_hub, "before"))
    before = on_disk(live_hub)
    with disk_full(live_hub), pytest.raises(Busy) as busy:
        for n in range(40):
            live_hub.publish(*[heartbeat(live_hub, f"{n}-{i}") for i in range(50)])
    assert busy.value.why is Why.DISK
    (verdict,) = live_hub.publish(heartbeat(live_hub, "after"))
    assert verdict.answer is Answer.ACCEPTED
    assert on_disk(live_hub) > before
