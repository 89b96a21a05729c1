"""`ciog kafka` on a real broker: what is shown, made and refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import (
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    ResourcePatternFilter,
    ResourceType,
)
from kafka.errors import TopicAuthorizationFailedError
from tests.kafka.broker import Broker, User

from cioghub.cli.main import main
from cioghub.wire.shipped import deploy_folder

Ciog = Callable[..., tuple[int, str]]


@pytest.fixture
def ciog(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ciog:
    """Run a command as a user, the administrator if none is named; return its code and words."""

    def run(*arguments: str, user: User = broker.admin, one_broker: bool = True) -> tuple[int, str]:
        for name, value in user.environment.items():
            monkeypatch.setenv(name, value)
        more = ["--one-broker"] if one_broker else []
        with pytest.raises(SystemExit) as left:
            main(["kafka", *arguments, *more])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out + said.err

    return run


def read_first(user: User, topic: str) -> bytes | None:
    """Return the first message of a topic of one message, None where the broker refuses."""
    settings = {"group.id": user.name, "auto.offset.reset": "earliest"}
    refused = (KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED)
    consumer = Consumer({**user.confluent, **settings})
    try:
        not_shown = consumer.list_topics(topic, 30).topics[topic].error
        if not_shown is not None:
            assert not_shown.code() in refused
            return None
        consumer.assign([TopicPartition(topic, part, OFFSET_BEGINNING) for part in range(4)])
        message = consumer.poll(30)
        assert message is not None, "no answer"
        if message.error() is None:
            return message.value()
        assert (fault := message.error()) is not None
        assert fault.code() in refused
        return None
    finally:
        consumer.close()


def empty(broker: Broker) -> None:
    """Take away the topics and rights that other tests have made."""
    everything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    every_right = ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, everything)
    with KafkaAdminClient(**broker.admin.kafka_python) as admin:
        if ours := [name for name in admin.list_topics() if not name.startswith("__")]:
            admin.delete_topics(ours)
        admin.delete_acls([every_right])


def test_a_cluster_is_made_as_the_files_say(broker: Broker, ciog: Ciog, tmp_path: Path) -> None:
    empty(broker)
    code, said = ciog("check", "--format", "json")
    assert code == 1
    kinds = {row["kind"] for row in json.loads(said)}
    assert kinds == {"topic-missing", "right-missing", "password-missing"}

    code, said = ciog("apply", "--format", "json")
    assert code == 1
    left = json.loads(said)
    assert {row["kind"] for row in left} == {"password-missing"}
    broker.users(*(row["subject"] for row in left))
    assert ciog("check") == (0, "Nothing is otherwise.\n")

    the_broker_refuses_what_no_file_gives(broker)
    drift_is_shown_and_mended(broker, ciog, tmp_path)


def the_broker_refuses_what_no_file_gives(broker: Broker) -> None:
    mine, other = "incident.warwickshire-fire", "incident.warwickshire-police"
    agency = broker.user("agency.warwickshire-fire")
    with KafkaProducer(**agency.kafka_python) as producer:
        producer.send(mine, b"an event").get(30)
        with pytest.raises(TopicAuthorizationFailedError):
            producer.send(other, b"not mine").get(30)
    assert read_first(broker.user("sharer"), mine) == b"an event"
    for name in ("correlator", "reporter", "web", "agency.warwickshire-fire"):
        assert read_first(broker.user(name), mine) is None


def drift_is_shown_and_mended(broker: Broker, ciog: Ciog, folder: Path) -> None:
    topic = "incident.warwickshire-fire"
    with KafkaAdminClient(**broker.admin.kafka_python) as admin:
        admin.alter_configs(
            [ConfigResource("TOPIC", topic, {"retention.ms": "-1", "max.message.bytes": "9999"})]
        )
    code, said = ciog("apply")
    assert code == 1
    assert f"setting  {topic} retention.ms: -1 -> 518400000" in said, "kept: messages would go"
    assert "max.message.bytes" not in said
    shipped = (deploy_folder() / "topics.toml").read_text()
    before, _, after = shipped.rpartition("partitions = 4")
    (folder / "topics.toml").write_text(f"{before}partitions = 8{after}")
    wider = ("--topics", str(folder / "topics.toml"))
    assert ciog("apply", "--let-go", *wider) == (0, "2 changed.\nNothing is otherwise.\n")


def test_a_right_by_hand_is_shown_and_taken_away_when_told_to(broker: Broker, ciog: Ciog) -> None:
    from cioghub.cli.kafka_cluster import _acl
    from cioghub.vocabulary.topics import Right

    by_hand = Right("correlator", "READ", "TOPIC", "incident.", True, "127.0.0.1")
    with KafkaAdminClient(**broker.admin.kafka_python) as admin:
        assert not admin.create_acls([_acl(by_hand)])["failed"]
    code, said = ciog("apply")
    assert code == 1
    assert "right-unlisted  correlator may read topic incident.* from 127.0.0.1" in said
    assert "right-unlisted" not in ciog("apply", "--take-away")[1]


def test_a_password_is_written_for_its_owner_alone(
    broker: Broker, ciog: Ciog, tmp_path: Path
) -> None:
    file = tmp_path / "audience.password"
    code, said = ciog("password", "audience.scrutiny", "--out", str(file), one_broker=False)
    assert code == 0
    assert file.read_text() not in said
    assert file.stat().st_mode & 0o777 == 0o600
    login = broker.admin.kafka_python | {
        "sasl_plain_username": "audience.scrutiny",
        "sasl_plain_password": file.read_text(),
    }
    with KafkaAdminClient(**login) as admin:
        assert admin.describe_cluster()["cluster_id"]
    code, said = ciog("password", "audience.scrutiny", "--out", str(file), one_broker=False)
    assert code == 2
    assert "is there already" in said
    nowhere = str(tmp_path / "gone" / "x.password")
    assert ciog("password", "audience.scrutiny", "--out", nowhere, one_broker=False)[0] == 3


def test_a_password_that_kafka_does_not_take_leaves_no_file(
    broker: Broker, ciog: Ciog, tmp_path: Path
) -> None:
    file = tmp_path / "x.password"
    user = broker.user("nobody")
    code, _ = ciog("password", "sharer", "--out", str(file), user=user, one_broker=False)
    assert code == 3
    assert not file.exists()


def test_who_may_not_alter_the_cluster_is_told_so(broker: Broker, ciog: Ciog) -> None:
    code, said = ciog("plan", user=broker.user("nobody"))
    assert code == 3
    assert "Kafka does not allow that to nobody" in said


def test_what_cannot_be_reached_is_said_with_what_to_do(
    broker: Broker, ciog: Ciog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cioghub.cli.kafka_cluster.PATIENCE_SECONDS", 1)
    admin = broker.admin
    wrong = tmp_path / "wrong.password"
    wrong.write_text("wrong")
    nobody_there = User("admin", "", wrong, "127.0.0.1:1", admin.authority)
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    from tests.kafka.certificates import made_in

    for user, said in (
        (User("admin", "", wrong, admin.bootstrap, admin.authority), "does not let admin in"),
        (nobody_there, "No broker of CIOG_KAFKA answers over TLS"),
        (User("admin", "", wrong, admin.bootstrap, made_in(stranger).authority), "not trusted"),
        (User("admin", "", wrong, admin.bootstrap, wrong), "no PEM of certificates"),
        (User("admin", "", tmp_path / "gone", admin.bootstrap, admin.authority), "cannot be read"),
    ):
        out = str(tmp_path / "new.password")
        code, words = ciog("password", "sharer", "--out", out, user=user, one_broker=False)
        assert code == 3
        assert said in words
