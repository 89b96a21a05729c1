"""One real Kafka broker for all tests of this folder; without Java or Maven they are skipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.kafka.broker import Broker, running_broker
from tests.kafka.jars import NotHere


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that every test finds running; one that stops or pauses it puts it back."""
    try:
        with running_broker(tmp_path_factory.mktemp("kafka")) as broker:
            yield broker
    except NotHere as reason:
        pytest.skip(f"no Kafka here: {reason}")
