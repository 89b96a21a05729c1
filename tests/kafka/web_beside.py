"""A web process beside the workers of a test, asked without a port between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.testclient import TestClient
from tests.kafka.hub import HubOnKafka
from tests.kafka.worker_on_a_set_clock import FileClock

from cioghub.cli.serving import doors_of
from cioghub.runtimes.kafka_workers.web import open_web
from cioghub.settings import KafkaLogin, Settings
from cioghub.web.app import create_app


@contextmanager
def web_beside(hub: HubOnKafka) -> Iterator[TestClient]:
    """Give a client of a web that has the rights of its own principal on the broker."""
    user = hub.broker.user("web")
    login = KafkaLogin(
        bootstrap=user.bootstrap,
        user=user.name,
        password_file=user.password_file,
        ca=Path(user.authority),
    )
    clock = FileClock(hub.clock)
    settings = Settings(database=hub.url, home=hub.folder / "web")
    web = open_web(settings, login, set_clock=clock)
    app = create_app(doors_of(web, clock, None, frozenset({"testserver"})), web.open)
    with TestClient(app, follow_redirects=False) as client:
        yield client
