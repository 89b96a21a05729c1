"""Opens a live hub from its home folder, with everything that its doors need beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cioghub.bootstrap import (
    case_book,
    checked_bundle,
    database,
    default_areas,
    default_rules,
    following_ledger,
    journey_of,
    keep_shadow,
    keeping_of,
    key_ring,
    ledger_book,
    live_log,
    margins,
    page_maps,
    people,
    picture_page,
    reading_room,
    shadow,
    upload_store,
)
from cioghub.live.areas import areas_to_run
from cioghub.live.uploads import TableUploads
from cioghub.ports.cases import CaseBook
from cioghub.ports.clock import Clock
from cioghub.ports.intake import Intake
from cioghub.ports.ledger import LedgerBook
from cioghub.ports.maps import Maps
from cioghub.ports.margins import Margins
from cioghub.ports.people import People
from cioghub.ports.reading_room import ReadingRoom
from cioghub.ports.uploads import WAIT_SECONDS, Uploads
from cioghub.runtimes.embedded.hub import LiveHub, Parts
from cioghub.runtimes.embedded.ledger_keeper import LedgerKeeper
from cioghub.settings import Settings
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.shadow import Shadow
from cioghub.wire.shipped import deploy_folder

if TYPE_CHECKING:
    from cioghub.stores.sql.database import Database


@dataclass(frozen=True, slots=True)
class Opened:
    """A live hub that is not started yet, and what reads beside it on the same database.

    `keeper` lets the ledger follow the log while it is entered; `book` is what it has signed.
    """

    hub: LiveHub
    room: ReadingRoom
    people: People
    uploads: Uploads
    cases: CaseBook
    margins: Margins
    shadow: Shadow | None
    loaded: LoadedBundle
    maps: Maps | None
    engine: Database
    keeper: LedgerKeeper
    book: LedgerBook

    @property
    def intake(self) -> Intake:
        """What takes events in."""
        return self.hub

    def metrics_text(self) -> bytes:
        """Return the metrics as Prometheus reads them."""
        return self.hub.metrics.text()

    def is_ready(self) -> bool:
        """Say whether events are taken in."""
        return self.hub.is_ready()


def open_hub(
    settings: Settings,
    clock: Clock,
    rules: Path | None = None,
    areas_file: Path | None = None,
    keys: Path | None = None,
    label: str | None = None,
    told: Callable[[], None] = lambda: None,
) -> Opened:
    """Return the hub of a home folder, made at first use.

    Raises:
        AnswerIsNo: the rules fail their check.
        WrongUse: a file is not there or not what it claims, or a setting is not usable.
        EnvironmentFailed: the home cannot be written.
    """
    areas_file = areas_file or default_areas()
    areas = areas_to_run(areas_file)
    loaded = checked_bundle(rules or default_rules(), areas)
    bundle = loaded.bundle
    engine = database(settings.home)
    ring = key_ring(keys, settings)
    journey = journey_of(bundle, ring)
    uploads = TableUploads(
        upload_store(engine),
        bundle,
        ring.first,
        find_identifiers,
        areas_file,
        deploy_folder() / "mappings",
    )

    def ticked() -> None:
        uploads.forget(clock.now() - WAIT_SECONDS)
        told()

    hub = LiveHub(
        Parts(
            journey=journey,
            dry=journey_of(bundle, ring),
            log=live_log(engine),
            clock=clock,
            page=picture_page(areas_file, areas, bundle.parties),
            label=label,
            keeping=keeping_of(settings, bundle),
            told=ticked,
        )
    )
    nobody_told = shadow(settings, areas)
    keep_shadow(engine, nobody_told, areas)
    room = reading_room(engine, bundle, clock, journey)
    hub.metrics.watch(room.feeds, clock.now)
    return Opened(
        hub=hub,
        room=room,
        people=people(engine),
        uploads=uploads,
        cases=case_book(engine),
        margins=margins(engine),
        shadow=nobody_told,
        loaded=loaded,
        maps=page_maps(areas_file, areas),
        engine=engine,
        keeper=LedgerKeeper(following_ledger(settings.home / "ledger", ring, engine, bundle)),
        book=ledger_book(settings.home / "ledger"),
    )
