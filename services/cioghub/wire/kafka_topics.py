"""Reads `topics.toml` and `acls.toml`, and fills in the agencies, recipients and audiences."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cioghub.errors import WrongUse
from cioghub.vocabulary.parties import Parties
from cioghub.vocabulary.topics import Cluster, Right, Topic
from cioghub.wire.csv_files import read_text

DAY_MS = 24 * 3600 * 1000
COMPACTED_AFTER_DAYS = 7
"""How long a message stays although a newer one has its key: every reader sees every change."""

Names = Mapping[str, tuple[str, ...]]
"""What stands for each name in angle brackets."""

Key = Literal["event", "message", "area", "tick", "alert", "picture", "feed"]
"""What shares a partition, and so keeps its order."""

_NAME = r"[a-z0-9-]+"
_PATTERN = rf"^{_NAME}\.(<(agency|recipient|audience)>|{_NAME})$"
_IN_BRACKETS = re.compile(r"<(\w+)>")
_Pattern = Annotated[str, Field(pattern=_PATTERN)]
_Count = Annotated[int, Field(ge=1, le=10_000)]


class TopicEntry(BaseModel):
    """One `[[topic]]`: a name or a pattern of names, and how all of them are kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Pattern
    holds: str
    key: Key
    partitions: _Count
    keep_days: Annotated[int, Field(ge=2, le=3650)]
    compact: bool = False


class TopicsFile(BaseModel):
    """The keys of `topics.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workers: _Count
    replication: _Count
    min_insync: _Count
    topic: tuple[TopicEntry, ...]

    @model_validator(mode="after")
    def _fits(self) -> TopicsFile:
        names = [one.name for one in self.topic]
        if len(set(names)) != len(names):
            raise ValueError("a topic stands twice")
        if self.min_insync > self.replication:
            raise ValueError("min_insync is more than the copies there are")
        uneven = [one.name for one in self.topic if one.partitions % self.workers]
        if uneven:
            raise ValueError(
                f"the partitions of {uneven[0]} are no multiple of the {self.workers} workers, "
                "and some would stand idle"
            )
        return self


class PrincipalEntry(BaseModel):
    """One `[[principal]]`: who, or a pattern of who, and the topics it reads and writes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=rf"^{_NAME}(\.(<(agency|recipient|audience)>|{_NAME}))?$")]
    read: tuple[_Pattern, ...] = ()
    write: tuple[_Pattern, ...] = ()
    left_out: Annotated[tuple[str, ...], Field(alias="except")] = ()


class AclsFile(BaseModel):
    """The keys of `acls.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    principal: tuple[PrincipalEntry, ...]


def names_of(parties: Parties, recipients: Iterable[str], audiences: Iterable[str]) -> Names:
    """Return what stands for each name in angle brackets, with the parties of a bundle."""
    return {
        "agency": tuple(sorted(one.id for one in parties.parties if one.feeds)),
        "recipient": tuple(sorted(recipients)),
        "audience": tuple(sorted(audiences)),
    }


def read_topics(path: Path) -> TopicsFile:
    """Return a topics file.

    Raises:
        WrongUse: it is no such file; the message names the key.
    """
    return _read(path, TopicsFile)


def read_acls(path: Path) -> AclsFile:
    """Return a file of rights.

    Raises:
        WrongUse: it is no such file; the message names the key.
    """
    return _read(path, AclsFile)


def wanted(topics: TopicsFile, acls: AclsFile, names: Names) -> Cluster:
    """Return what a cluster should have.

    Raises:
        WrongUse: a right is on a topic that there is none of.
    """
    made = {
        name: Topic(
            name, one.partitions, topics.replication, topic_settings(one, topics.min_insync)
        )
        for one in topics.topic
        for name in _filled(one.name, names)
    }
    rights = {right for one in acls.principal for right in _rights(one, names)}
    for right in sorted(rights):
        if right.kind == "TOPIC" and not any(
            name.startswith(right.name) if right.prefixed else name == right.name for name in made
        ):
            raise WrongUse(
                f"acls.toml gives {right.principal} a right on {right.name}, which is no topic.",
                "A right on nothing is a mistake in one of the two files.",
                "Add the topic to topics.toml, or take the right away.",
            )
    return Cluster(made, frozenset(rights), frozenset(right.principal for right in rights))


def topic_settings(topic: TopicEntry, min_insync: int) -> dict[str, str]:
    """Return the settings of a topic in Kafka's own words."""
    settings = {
        "cleanup.policy": "compact,delete" if topic.compact else "delete",
        # A segment is deleted when its newest message is too old: its oldest is a day older.
        "retention.ms": str((topic.keep_days - 1) * DAY_MS),
        "segment.ms": str(DAY_MS),
        # A sender's clock must not say how long its message stays.
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": str(min_insync),
    }
    if topic.compact:
        settings["min.compaction.lag.ms"] = str(COMPACTED_AFTER_DAYS * DAY_MS)
    return settings


def _rights(entry: PrincipalEntry, names: Names) -> Iterator[Right]:
    bound = _IN_BRACKETS.findall(entry.name)
    for principal, value in _principals(entry, bound, names):
        for operation, patterns in (("READ", entry.read), ("WRITE", entry.write)):
            for pattern in patterns:
                found = _IN_BRACKETS.findall(pattern)
                if not found:
                    yield Right(principal, operation, "TOPIC", pattern)
                elif found == bound:
                    yield Right(principal, operation, "TOPIC", _put(pattern, value))
                else:
                    yield Right(principal, operation, "TOPIC", pattern.partition("<")[0], True)
        if entry.read:
            yield Right(principal, "READ", "GROUP", principal)


def _principals(entry: PrincipalEntry, bound: list[str], names: Names) -> Iterator[tuple[str, str]]:
    if not bound:
        yield entry.name, ""
        return
    for value in names[bound[0]]:
        if value not in entry.left_out:
            yield _put(entry.name, value), value


def _filled(pattern: str, names: Names) -> list[str]:
    found = _IN_BRACKETS.findall(pattern)
    return [_put(pattern, value) for value in names[found[0]]] if found else [pattern]


def _put(pattern: str, value: str) -> str:
    return _IN_BRACKETS.sub(value, pattern)


_File = TypeVar("_File", bound=BaseModel)


def _read(path: Path, model: type[_File]) -> _File:
    try:
        return model.model_validate(tomllib.loads(read_text(path, "the file")))
    except tomllib.TOMLDecodeError as error:
        raise WrongUse(f"{path} is not TOML: {error}.", "", "Mend that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        raise WrongUse(
            f"{path}{': ' if where else ''}{where}: {said}.",
            "",
            f"Compare with the shipped deploy/{path.name}.",
        ) from error
