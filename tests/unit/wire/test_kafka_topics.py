"""Topics and rights as data: what the files say, filled in with the parties of a bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

from cioghub.errors import WrongUse
from cioghub.vocabulary.topics import (
    FOUND,
    HEARTBEATS,
    HUB_QUARANTINE,
    PICTURES,
    Cluster,
    Right,
    alert_topic,
    incident_topic,
    quarantine_topic,
    shared_topic,
)
from cioghub.wire.kafka_topics import read_acls, read_topics, wanted
from cioghub.wire.shipped import deploy_folder

TOPICS = deploy_folder() / "topics.toml"
ACLS = deploy_folder() / "acls.toml"
NAMES = {
    "agency": ("fire", "police"),
    "recipient": ("hub-correlation", "police"),
    "audience": ("ciog-north", "tactical-group"),
}
ONE = """
workers = 2
replication = 1
min_insync = 1
[[topic]]
name = "incident.<agency>"
holds = "x"
key = "event"
partitions = 2
keep_days = 7
"""


def shipped() -> Cluster:
    return wanted(read_topics(TOPICS), read_acls(ACLS), NAMES)


def test_every_topic_of_the_design_is_there() -> None:
    assert set(shipped().topics) == {
        *(incident_topic(one) for one in NAMES["agency"]),
        *(quarantine_topic(one) for one in NAMES["agency"]),
        *(shared_topic(one) for one in NAMES["recipient"]),
        *(alert_topic(one) for one in NAMES["audience"]),
        HUB_QUARANTINE,
        FOUND,
        PICTURES,
        HEARTBEATS,
    }


def test_partitions_are_a_multiple_of_the_workers() -> None:
    file = read_topics(TOPICS)
    assert all(one.partitions % file.workers == 0 for one in file.topic)


def test_a_message_is_gone_when_its_days_are_over() -> None:
    settings = shipped().topics["incident.fire"].settings
    day = 24 * 3600 * 1000
    assert int(settings["retention.ms"]) + int(settings["segment.ms"]) == 7 * day
    assert settings["message.timestamp.type"] == "LogAppendTime"
    assert settings["cleanup.policy"] == "delete"


def test_the_newest_word_on_each_alert_stays_for_its_days() -> None:
    settings = shipped().topics["alert.ciog-north"].settings
    assert settings["cleanup.policy"] == "compact,delete"
    assert "min.compaction.lag.ms" in settings


def test_only_the_sharer_reads_what_agencies_send() -> None:
    def reaches_raw(right: Right) -> bool:
        return right.name.startswith("incident") or (
            right.prefixed and "incident.".startswith(right.name)
        )

    readers = {
        one.principal for one in shipped().rights if one.operation == "READ" and reaches_raw(one)
    }
    assert readers == {"sharer"}


def test_an_agency_writes_its_own_topic_and_no_other() -> None:
    assert {str(one) for one in shipped().rights if one.principal == "agency.fire"} == {
        "agency.fire may write topic incident.fire",
        "agency.fire may read topic quarantine.fire",
        "agency.fire may read group agency.fire",
    }


def test_the_correlator_has_its_own_reader_of_shared_events() -> None:
    users = shipped().users
    assert "recipient.police" in users
    assert "recipient.hub-correlation" not in users
    assert {"sharer", "correlator", "reporter", "web"} <= users


def test_all_of_a_kind_are_meant_where_the_name_is_not_bound() -> None:
    assert Right("sharer", "READ", "TOPIC", "incident.", prefixed=True) in shipped().rights
    assert (
        str(Right("sharer", "READ", "TOPIC", "incident.", True))
        == "sharer may read topic incident.*"
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("partitions = 2", "partitions = 3", "no multiple of the 2 workers"),
        ("min_insync = 1", "min_insync = 2", "more than the copies"),
        ("keep_days = 7", "keep_days = 1", "keep_days"),
        ("keep_days = 7", "keep_days = 7\nretention = 3", "retention"),
        ('key = "event"', 'key = "person"', "key"),
        ("<agency>", "<person>", "name"),
        ("workers = 2", "workers =", "not TOML"),
    ],
)
def test_a_mistake_is_named_by_its_key(tmp_path: Path, before: str, after: str, said: str) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(ONE.replace(before, after))
    with pytest.raises(WrongUse, match=said):
        read_topics(file)


def test_a_topic_that_stands_twice_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(ONE + ONE[ONE.index("[[topic]]") :])
    with pytest.raises(WrongUse, match="twice"):
        read_topics(file)


def test_a_right_on_no_topic_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "acls.toml"
    file.write_text('[[principal]]\nname = "sharer"\nread = ["inzident.<agency>"]\n')
    with pytest.raises(WrongUse, match="sharer a right on inzident"):
        wanted(read_topics(TOPICS), read_acls(file), NAMES)
