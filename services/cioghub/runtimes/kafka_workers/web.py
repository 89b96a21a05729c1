"""Opens the web of a hub that runs on workers: pages and doors on the database they share.

It settles nothing, freezes nothing and holds no key of a pseudonym.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cioghub.bootstrap import (
    case_book,
    checked_bundle,
    default_areas,
    default_rules,
    existing_keys,
    journey_of,
    margins,
    page_maps,
    people,
    reading_room,
    shared_database,
    single_objects,
    upload_store,
)
from cioghub.errors import EnvironmentFailed
from cioghub.live.dry_door import DryDoor
from cioghub.live.uploads import TableUploads
from cioghub.ports.cases import CaseBook
from cioghub.ports.clock import Clock
from cioghub.ports.intake import Intake
from cioghub.ports.ledger import LedgerBook
from cioghub.ports.maps import Maps
from cioghub.ports.margins import Margins
from cioghub.ports.people import People
from cioghub.ports.reading_room import ReadingRoom
from cioghub.ports.uploads import WAIT_SECONDS
from cioghub.runtimes.kafka_workers.client import producer_of
from cioghub.runtimes.kafka_workers.door import KafkaDoor
from cioghub.runtimes.kafka_workers.opening import refuse_shadow
from cioghub.runtimes.kafka_workers.web_metrics import WebMetrics
from cioghub.settings import KafkaLogin, Settings
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.steps.validate.screen import find_identifiers
from cioghub.stores.sql.answers import SqlAnswers
from cioghub.stores.sql.checkpoints import SqlLedgerBook
from cioghub.stores.sql.database import answers_now, is_answered
from cioghub.stores.sql.held_clock import HeldClock
from cioghub.stores.sql.seal import SqlSeal
from cioghub.stores.wall_clock import WallClock
from cioghub.vocabulary.keys import KeyRing, KeyRoot, Secret
from cioghub.wire.areas import read_areas
from cioghub.wire.shipped import deploy_folder

SECRET_BYTES = 32
TIDY_SECONDS = 3600
"""So often each process lets go of what waited for too long; for an hour nobody waits."""

_LOG = logging.getLogger("cioghub")


@dataclass(frozen=True, slots=True)
class Web:
    """One web process that serves nobody yet.

    `clock` is held against the database's. `is_ready` says whether the database answers and has the
    same time: otherwise nothing can be shown. `tidy` lets go of what waited for too long: uploads
    that nobody confirmed, answers that nobody took.
    """

    clock: Clock
    door: KafkaDoor
    room: ReadingRoom
    people: People
    cases: CaseBook
    margins: Margins
    uploads: TableUploads | None
    loaded: LoadedBundle
    maps: Maps | None
    book: LedgerBook
    metrics: WebMetrics
    is_ready: Callable[[], bool]
    tidy: Callable[[], None]
    shadow: None = None

    @property
    def intake(self) -> Intake:
        """What takes events in."""
        return self.door

    def metrics_text(self) -> bytes:
        """Return the metrics as Prometheus reads them."""
        return self.metrics.text()

    @asynccontextmanager
    async def open(self, _: object = None) -> AsyncIterator[None]:
        """Pass on what comes in, in the loop that serves, and tidy up once an hour."""
        async with self.door.open():
            chore = asyncio.create_task(self._tidy_hourly())
            try:
                yield
            finally:
                chore.cancel()

    async def _tidy_hourly(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.tidy)
            except Exception as error:  # a database that is busy now is tidied later
                _LOG.warning("what waited for too long stays: %s", type(error).__name__)
            await asyncio.sleep(TIDY_SECONDS)


def open_web(
    settings: Settings,
    login: KafkaLogin,
    rules: Path | None = None,
    areas_file: Path | None = None,
    upload_keys: Path | None = None,
    set_clock: Clock | None = None,
) -> Web:
    """Return the web of the database and the broker that all workers share.

    `upload_keys` is the key file of which ids of uploaded rows are made; without it no table is
    taken. Its clock is the machine's, held against the database's, or one that is set.

    Raises:
        AnswerIsNo: the rules fail their check.
        WrongUse: no database is named, a file is not what it claims, or readers are not to be told.
        EnvironmentFailed: the database cannot be reached, or has another time.
    """
    areas_file = areas_file or default_areas()
    areas = read_areas(areas_file)
    refuse_shadow(settings, areas)
    loaded = checked_bundle(rules or default_rules(), areas)
    bundle = loaded.bundle
    ids = existing_keys(upload_keys).first if upload_keys else None
    engine = shared_database(settings)
    clock = set_clock or HeldClock(engine, WallClock())
    answers = SqlAnswers(engine)
    room = reading_room(engine, bundle, clock)
    metrics = WebMetrics(room.feeds, clock.now)
    store = upload_store(engine)

    def tidy() -> None:
        store.forget(clock.now() - WAIT_SECONDS)
        answers.forget(clock.now() - TIDY_SECONDS)

    def is_ready() -> bool:
        try:
            return answers_now(engine) and is_answered(clock.now)
        except EnvironmentFailed:
            return False

    dry = DryDoor(journey_of(bundle, _thrown_away()), clock)
    return Web(
        clock=clock,
        door=KafkaDoor(
            lambda: producer_of(login),
            answers,
            dry,
            SqlSeal(engine).seal,
            bundle,
            single_objects(),
            metrics,
        ),
        room=room,
        people=people(engine),
        cases=case_book(engine),
        margins=margins(engine),
        uploads=TableUploads(
            store,
            bundle,
            ids,
            find_identifiers,
            areas_file,
            deploy_folder() / "mappings",
        )
        if ids
        else None,
        loaded=loaded,
        maps=page_maps(areas_file, areas),
        book=SqlLedgerBook(engine),
        metrics=metrics,
        is_ready=is_ready,
        tidy=tidy,
    )


def _thrown_away() -> KeyRing:
    """Return keys that nobody has: what only asks "may I send this?" is shown no pseudonym."""
    return KeyRing([KeyRoot("none", None, Secret(secrets.token_bytes(SECRET_BYTES)))])
