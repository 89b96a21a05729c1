"""What a cluster has otherwise than it should, and what mending it would let go."""

from __future__ import annotations

from typing import Any

import pytest

from cioghub.cli.kafka_difference import BY_HAND, Kind, differences
from cioghub.vocabulary.topics import Cluster, Right, Topic

WEEK = {"retention.ms": "604800000", "cleanup.policy": "delete"}
TOPIC = Topic("incident.fire", 4, 3, WEEK)
RIGHT = Right("sharer", "READ", "TOPIC", "incident.", True)
SHOULD = Cluster({TOPIC.name: TOPIC}, frozenset({RIGHT}), frozenset({"sharer"}))


def kinds(has: Cluster) -> list[Kind]:
    return [one.kind for one in differences(has, SHOULD)]


def with_topic(**changes: Any) -> Cluster:
    return SHOULD._replace(topics={TOPIC.name: TOPIC._replace(**changes)})


def test_a_cluster_as_it_should_be_has_none() -> None:
    assert differences(SHOULD, SHOULD) == []


def test_an_empty_cluster_lacks_everything() -> None:
    empty = Cluster({}, frozenset(), frozenset())
    assert kinds(empty) == [Kind.TOPIC_MISSING, Kind.RIGHT_MISSING, Kind.PASSWORD_MISSING]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"partitions": 2}, Kind.PARTITIONS_TOO_FEW),
        ({"partitions": 8}, Kind.PARTITIONS_TOO_MANY),
        ({"replication": 1}, Kind.REPLICATION),
        ({"settings": {**WEEK, "retention.ms": "1"}}, Kind.SETTING),
        ({"settings": {**WEEK, "max.message.bytes": "9"}}, Kind.SETTING_UNLISTED),
    ],
)
def test_what_drifted_is_named(changes: dict[str, Any], kind: Kind) -> None:
    assert kinds(with_topic(**changes)) == [kind]


def test_a_topic_of_ours_that_no_file_names_is_shown_and_others_are_not() -> None:
    more = {name: Topic(name, 1, 1, {}) for name in ("incident.gone", "billing.invoices")}
    found = differences(SHOULD._replace(topics={**SHOULD.topics, **more}), SHOULD)
    assert [(one.kind, one.subject) for one in found] == [(Kind.TOPIC_UNLISTED, "incident.gone")]
    assert Kind.TOPIC_UNLISTED in BY_HAND, "a topic is never deleted by the hub"


def test_a_right_that_no_file_gives_is_shown() -> None:
    wider = Right("correlator", "READ", "TOPIC", "incident.fire")
    found = differences(SHOULD._replace(rights=frozenset({RIGHT, wider})), SHOULD)
    assert [str(one.right) for one in found] == ["correlator may read topic incident.fire"]
    assert found[0].kind is Kind.RIGHT_UNLISTED


@pytest.mark.parametrize(
    ("settings", "loses"),
    [
        ({"retention.ms": "904800000"}, True),
        ({"retention.ms": "-1"}, True),
        ({"retention.ms": "3600000"}, False),
        ({"cleanup.policy": "compact"}, True),
        ({"retention.bytes": "100"}, True),
        ({"max.message.bytes": "100"}, False),
    ],
)
def test_a_change_that_lets_messages_go_says_so(settings: dict[str, str], loses: bool) -> None:
    (found,) = differences(with_topic(settings={**WEEK, **settings}), SHOULD)
    assert found.loses is loses
