"""A Kafka cluster, asked and changed through kafka-python's admin client."""

from __future__ import annotations

import contextlib
import logging
import secrets
import socket
import ssl
from collections.abc import Iterable, Iterator
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    UserScramCredentialUpsertion,
)
from kafka.errors import (
    AuthorizationError,
    KafkaError,
    KafkaTimeoutError,
    RequestTimedOutError,
    SaslAuthenticationFailedError,
)

from cioghub.cli.kafka_difference import Difference, Kind
from cioghub.errors import EnvironmentFailed
from cioghub.settings import MECHANISM, KafkaLogin
from cioghub.vocabulary.topics import Cluster, Right, Topic

ITERATIONS = 8192
PATIENCE_SECONDS = 15
_USER = "User:"


def client_settings(login: KafkaLogin) -> dict[str, Any]:
    """Return what every client of kafka-python is given, once a broker has been seen to answer.

    Raises:
        EnvironmentFailed: none answers over TLS, or the password cannot be read.
    """
    # kafka-python waits for ever for a broker that takes a connection and then says nothing.
    _check_answers(login)
    # What the client logs is raised too, and said in the hub's own words.
    logging.getLogger("kafka").addHandler(logging.NullHandler())
    return {**login.client(), "bootstrap_timeout_ms": PATIENCE_SECONDS * 1000}


@contextlib.contextmanager
def opened(login: KafkaLogin) -> Iterator[KafkaCluster]:
    """Give the cluster, with every fault of Kafka in the hub's own words.

    Raises:
        EnvironmentFailed: it cannot be reached, lets this user not in, or refuses.
    """
    settings = client_settings(login)
    with kafka_faults(login.user):
        with admission(login.user):
            admin = KafkaAdminClient(**settings)
        with admin:
            yield KafkaCluster(admin)


@contextlib.contextmanager
def admission(user: str) -> Iterator[None]:
    """Turn what kafka-python says of a client that does not come in into what to do.

    A wrong password looks like no answer: it tries again until its time is over.
    """
    try:
        yield
    except (KafkaTimeoutError, SaslAuthenticationFailedError) as error:
        raise EnvironmentFailed(
            f"Kafka does not let {user} in.",
            "The password may be another, or the broker not be ready.",
            "Look at CIOG_KAFKA_USER and its password file, then try again.",
        ) from error


@contextlib.contextmanager
def kafka_faults(user: str) -> Iterator[None]:
    """Turn each fault of kafka-python into one that says what to do."""
    try:
        yield
    except KafkaError as error:
        refused = type(error).__name__
        if isinstance(error, KafkaTimeoutError | RequestTimedOutError):
            raise EnvironmentFailed(
                f"Kafka does not answer in time ({refused}).",
                "What it was asked may be done or not.",
                "Run the same command again.",
            ) from error
        if isinstance(error, AuthorizationError):
            raise EnvironmentFailed(
                f"Kafka does not allow that to {user} ({refused}).",
                "",
                "Use a user that has the right to.",
            ) from error
        raise EnvironmentFailed(f"Kafka refused: {refused}.") from error


class KafkaCluster:
    """What there is in a cluster, and how it is changed."""

    def __init__(self, admin: KafkaAdminClient) -> None:
        self._admin = admin

    def has(self, should: Cluster) -> Cluster:
        """Return what the cluster has that bears on what it should have."""
        # Rights first: who may not see those is refused at once, and elsewhere only kept waiting.
        rights = frozenset(self._rights(should))
        described = [
            one for one in self._admin.describe_topics() if not one["name"].startswith("__")
        ]
        set_ = self._admin.describe_configs(
            [ConfigResource("TOPIC", one["name"]) for one in described]
        ).get("topic", {})
        topics = {
            one["name"]: Topic(
                one["name"],
                len(one["partitions"]),
                max((len(part["replica_nodes"]) for part in one["partitions"]), default=0),
                {name: str(found["value"]) for name, found in set_.get(one["name"], {}).items()},
            )
            for one in described
        }
        credentials = self._admin.describe_user_scram_credentials()
        users = {name for name, found in credentials.items() if found["credential_infos"]}
        return Cluster(topics, rights, frozenset(users))

    def _rights(self, should: Cluster) -> Iterator[Right]:
        everything = ACLFilter(
            None,
            None,
            ACLOperation.ANY,
            ACLPermissionType.ALLOW,
            ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
        )
        for acl in self._admin.describe_acls(everything)[0]:
            right = _right(acl)
            if _bears_on(right, should):
                yield right

    def mend(self, found: Iterable[Difference], should: Cluster) -> None:
        """Mend what can be: the first five kinds, and rights that are not in the file."""
        by_kind: dict[Kind, list[Difference]] = {kind: [] for kind in Kind}
        for one in found:
            by_kind[one.kind].append(one)
        if missing := [should.topics[one.subject] for one in by_kind[Kind.TOPIC_MISSING]]:
            self._admin.create_topics(
                {
                    topic.name: {
                        "num_partitions": topic.partitions,
                        "replication_factor": topic.replication,
                        "configs": dict(topic.settings),
                    }
                    for topic in missing
                },
                wait_for_metadata=True,
            )
        if few := by_kind[Kind.PARTITIONS_TOO_FEW]:
            self._admin.create_partitions(
                {one.subject: should.topics[one.subject].partitions for one in few}
            )
        for one in (*by_kind[Kind.SETTING], *by_kind[Kind.SETTING_UNLISTED]):
            self._set(one)
        if rights := [_acl(one.right) for one in by_kind[Kind.RIGHT_MISSING] if one.right]:
            failed = self._admin.create_acls(rights)["failed"]
            if failed:
                raise failed[0]
        if unlisted := [_filter(one.right) for one in by_kind[Kind.RIGHT_UNLISTED] if one.right]:
            for _, _, error in self._admin.delete_acls(unlisted):
                if error.errno:
                    raise error

    def set_password(self, user: str) -> str:
        """Give a user a new password, and return it."""
        password = secrets.token_urlsafe(32)
        made = UserScramCredentialUpsertion(user, MECHANISM, password, ITERATIONS)
        refused = self._admin.alter_user_scram_credentials([made])[user]
        if refused:
            raise EnvironmentFailed(f"Kafka did not take a password for {user}.", str(refused))
        return password

    def _set(self, one: Difference) -> None:
        change = ("DELETE", None) if one.wanted is None else ("SET", one.wanted)
        resource = ConfigResource("TOPIC", one.subject, {one.setting: change})
        said = self._admin.alter_configs([resource])["topic"][one.subject]
        if said != "OK":
            raise EnvironmentFailed(f"Kafka did not take {one.setting} for {one.subject}.", said)


def _right(acl: ACL) -> Right:
    pattern = acl.resource_pattern
    return Right(
        acl.principal.removeprefix(_USER),
        acl.operation.name,
        pattern.resource_type.name,
        pattern.resource_name,
        pattern.pattern_type is ACLResourcePatternType.PREFIXED,
        acl.host,
    )


def _bears_on(right: Right, should: Cluster) -> bool:
    """Say whether a right is about our principals or topics: others may share the cluster."""
    if right.principal in should.users:
        return True
    if right.kind != "TOPIC":
        return False
    return right.name == "*" or any(
        name.startswith(right.name) if right.prefixed else name == right.name
        for name in should.topics
    )


def _acl(right: Right) -> ACL:
    return ACL(*_about(right), ResourcePattern(ResourceType[right.kind], *_named(right)))


def _filter(right: Right) -> ACLFilter:
    return ACLFilter(
        *_about(right), ResourcePatternFilter(ResourceType[right.kind], *_named(right))
    )


def _about(right: Right) -> tuple[str, str, ACLOperation, ACLPermissionType]:
    principal = f"{_USER}{right.principal}"
    return principal, right.host, ACLOperation[right.operation], ACLPermissionType.ALLOW


def _named(right: Right) -> tuple[str, ACLResourcePatternType]:
    pattern = ACLResourcePatternType
    return right.name, pattern.PREFIXED if right.prefixed else pattern.LITERAL


def _check_answers(login: KafkaLogin) -> None:
    """Raise EnvironmentFailed when no broker answers over TLS, with what the last one did."""
    said, trust = "", login.trust()
    for host, port in login.brokers():
        try:
            with (
                socket.create_connection((host, port), PATIENCE_SECONDS) as plain,
                trust.wrap_socket(plain, server_hostname=host),
            ):
                return
        except ssl.SSLCertVerificationError as error:
            said = f"its certificate is not trusted ({error.verify_message})"
        except OSError as error:
            said = error.strerror or type(error).__name__
    raise EnvironmentFailed(
        f"No broker of CIOG_KAFKA answers over TLS: {said}.",
        "",
        "Look at CIOG_KAFKA and CIOG_KAFKA_CA, and whether the brokers run.",
    )
