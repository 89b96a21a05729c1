"""Two groups of one sharer, or of two, that hold the same events: each is kept once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from tests.workers import OBJECTS, Workers, journey_in, raw, shared

from cioghub.ports.workers import LogMoved
from cioghub.runtimes.kafka_workers.messages import pass_message, share_message
from cioghub.runtimes.kafka_workers.sharer import Sharer
from cioghub.stores.sql.database import database_at, open_database
from cioghub.stores.sql.sharing_log import SqlSharingLog


class Overtaken(SqlSharingLog):
    """A log to which something comes after it was looked at, and before a group is kept."""

    meanwhile: Callable[[], object] | None = None

    def digests(self, refs: Iterable[bytes]) -> Mapping[bytes, bytes]:
        found = super().digests(refs)
        if self.meanwhile is not None:
            do, self.meanwhile = self.meanwhile, None
            do()
        return found


@pytest.fixture(params=["sqlite", "postgresql"])
def workers(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workers]:
    if request.param == "sqlite":
        engine: Engine = open_database(tmp_path / "home")
    else:
        engine = database_at(request.getfixturevalue("postgres").migrated())
    yield Workers(engine, journey_in(tmp_path))
    engine.dispose()


def test_what_another_kept_meanwhile_is_judged_again_and_kept_once(
    workers: Workers, events: list[dict]
) -> None:
    shared(workers, events[:3])
    log = Overtaken(workers.engine, pass_message, share_message)
    late = Sharer(workers.journey, log, workers.clock, OBJECTS, workers.count)
    log.meanwhile = lambda: workers.sharer.handle(raw(events[3:8]))
    late.handle(raw(events[5:11]))
    assert workers.counts["accepted"] == 3 + 5 + 3 + 3  # of both groups, twins too
    assert workers.counts["duplicate"] == 3
    assert workers.ask("SELECT count(*), max(position) FROM accepted") == [(11, 11)]
    sent = [
        (topic, bytes(value)) for topic, value in workers.ask("SELECT topic, value FROM outgoing")
    ]
    assert len(sent) == len(set(sent)) > 0


def test_a_group_that_cannot_be_kept_for_another_reason_is_not_judged_for_ever(
    workers: Workers, events: list[dict]
) -> None:
    shared(workers, events[:3])
    group = workers.sharer._group(workers.clock.at)
    nothing: Any = None
    group.classes["a"] = nothing
    with pytest.raises(Exception, match=r"(?i)null") as raised:
        workers.sharer._log.take(group, workers.clock.at)
    assert not isinstance(raised.value, LogMoved)
