"""What a cluster has otherwise than it should: each difference, and whether it can be mended."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from cioghub.vocabulary.topics import Cluster, Right, Topic


class Kind(StrEnum):
    """What is otherwise. `apply` mends the first five, the sixth when told to, and no other."""

    TOPIC_MISSING = "topic-missing"
    PARTITIONS_TOO_FEW = "partitions-too-few"
    SETTING = "setting"
    SETTING_UNLISTED = "setting-unlisted"
    RIGHT_MISSING = "right-missing"
    RIGHT_UNLISTED = "right-unlisted"
    TOPIC_UNLISTED = "topic-unlisted"
    PARTITIONS_TOO_MANY = "partitions-too-many"
    REPLICATION = "replication"
    PASSWORD_MISSING = "password-missing"


BY_HAND = {
    Kind.TOPIC_UNLISTED: "it may hold messages: delete it with Kafka's own tools once nobody reads",
    Kind.PARTITIONS_TOO_MANY: "Kafka cannot take partitions away: say so many in topics.toml",
    Kind.REPLICATION: "move the copies with Kafka's own kafka-reassign-partitions",
    Kind.PASSWORD_MISSING: "make one with `ciog kafka password`",
}
"""What a person must do about what `apply` does not mend."""


class Difference(NamedTuple):
    """One thing that is otherwise: what about, as it is and as it should be.

    `loses` says that mending it lets messages go that are there now.
    """

    kind: Kind
    subject: str
    now: str | None
    wanted: str | None
    loses: bool = False
    setting: str | None = None
    right: Right | None = None


def differences(has: Cluster, should: Cluster) -> list[Difference]:
    """Return every difference of a cluster to what it should have, topics first."""
    return [
        *_of_topics(has, should),
        *_of_rights(has, should),
        *(
            Difference(Kind.PASSWORD_MISSING, user, None, None)
            for user in sorted(should.users - has.users)
        ),
    ]


def _of_topics(has: Cluster, should: Cluster) -> Iterator[Difference]:
    for name, topic in sorted(should.topics.items()):
        there = has.topics.get(name)
        if there is None:
            said = f"{topic.partitions} partitions, {topic.replication} copies"
            yield Difference(Kind.TOPIC_MISSING, name, None, said)
        else:
            yield from _of_topic(there, topic)
    ours = {name.partition(".")[0] for name in should.topics}
    for name, topic in sorted(has.topics.items()):
        if name not in should.topics and name.partition(".")[0] in ours:
            said = f"{topic.partitions} partitions"
            yield Difference(Kind.TOPIC_UNLISTED, name, said, None)


def _of_topic(there: Topic, topic: Topic) -> Iterator[Difference]:
    for now, wanted, kinds in (
        (there.partitions, topic.partitions, (Kind.PARTITIONS_TOO_FEW, Kind.PARTITIONS_TOO_MANY)),
        (there.replication, topic.replication, (Kind.REPLICATION, Kind.REPLICATION)),
    ):
        if now != wanted:
            yield Difference(kinds[now > wanted], topic.name, str(now), str(wanted))
    for name in sorted({*there.settings, *topic.settings}):
        now_set, wanted_set = there.settings.get(name), topic.settings.get(name)
        if now_set != wanted_set:
            kind = Kind.SETTING if wanted_set is not None else Kind.SETTING_UNLISTED
            loses = _loses(name, now_set, wanted_set)
            yield Difference(kind, topic.name, now_set, wanted_set, loses, setting=name)


def _loses(name: str, now: str | None, wanted: str | None) -> bool:
    """Say whether a changed setting lets messages go; where that is not known, it does."""
    if name == "retention.ms" and now is not None and wanted is not None:
        return -1 < int(wanted) < int(now) or int(now) < 0 <= int(wanted)
    if name == "cleanup.policy":
        return now is not None and not set((wanted or "delete").split(",")) <= set(now.split(","))
    return name.startswith("retention.")


def _of_rights(has: Cluster, should: Cluster) -> Iterator[Difference]:
    for right in sorted(should.rights - has.rights):
        yield Difference(Kind.RIGHT_MISSING, str(right), None, None, right=right)
    for right in sorted(has.rights - should.rights):
        yield Difference(Kind.RIGHT_UNLISTED, str(right), None, None, right=right)
