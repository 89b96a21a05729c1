"""Opens a worker: its part of the journey, on the database and broker that all share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cioghub.bootstrap import (
    checked_bundle,
    default_areas,
    default_rules,
    journey_of,
    keeping_of,
    key_ring,
    picture_page,
    shadow,
    shared_database,
    single_objects,
)
from cioghub.errors import WrongUse
from cioghub.live.areas import areas_to_run
from cioghub.ports.clock import Clock
from cioghub.ports.workers import CORRELATOR, REPORTER, SHARER
from cioghub.runtimes.kafka_workers.correlator import Correlator, Watch
from cioghub.runtimes.kafka_workers.messages import pass_message, share_message
from cioghub.runtimes.kafka_workers.metrics import WorkerMetrics
from cioghub.runtimes.kafka_workers.reporter import Reporter
from cioghub.runtimes.kafka_workers.sharer import Sharer
from cioghub.runtimes.kafka_workers.signing import Signing
from cioghub.runtimes.kafka_workers.worker import Part, Worker
from cioghub.settings import KafkaLogin, Settings
from cioghub.stores.sql.checkpoints import SqlLedgerSigner
from cioghub.stores.sql.correlator_set import SqlCorrelatorSet
from cioghub.stores.sql.held_clock import HeldClock
from cioghub.stores.sql.outbox import SqlOutbox
from cioghub.stores.sql.report_log import SqlReportLog
from cioghub.stores.sql.sharing_log import SqlSharingLog
from cioghub.stores.sql.turns import SqlTurns
from cioghub.stores.wall_clock import WallClock
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.keeping import Keeping
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.topics import FOUND, shared_topic

SHARERS_HANDS = 2
"""One group is judged while another one is on its way to disk."""

WORKERS = (SHARER, CORRELATOR, REPORTER)


@dataclass(frozen=True, slots=True)
class Given:
    """What a worker is started with; what is left out is what ships with the hub, or its settings.

    `instance` names this worker among its like, so that a quick restart moves no partition.
    """

    rules: Path | None = None
    areas: Path | None = None
    keys: Path | None = None
    instance: str | None = None
    keeping: Keeping | None = None


def open_worker(
    name: str,
    settings: Settings,
    login: KafkaLogin,
    given: Given = Given(),
    set_clock: Clock | None = None,
) -> tuple[Worker, WorkerMetrics]:
    """Return one worker of a kind, not started yet, and what it counts.

    Its clock is the machine's, held against the database's, or one that is set.

    Raises:
        AnswerIsNo: the rules fail their check.
        WrongUse: no database is named, a file is not what it claims, or readers are not to be told.
        EnvironmentFailed: the database cannot be reached, or has another time.
    """
    areas_file = given.areas or default_areas()
    areas = areas_to_run(areas_file)
    refuse_shadow(settings, areas)
    bundle = checked_bundle(given.rules or default_rules(), areas).bundle
    engine = shared_database(settings)
    clock = set_clock or HeldClock(engine, WallClock())
    keys = key_ring(given.keys, settings)
    journey = journey_of(bundle, keys)
    keeping = given.keeping or keeping_of(settings, bundle)
    turns, metrics = SqlTurns(engine), WorkerMetrics(name)
    if name == SHARER:
        log = SqlSharingLog(engine, pass_message, share_message)
        sharer = Sharer(journey, log, clock, single_objects(), metrics.count)
        sharer.unsealing.keep(engine)
        part = Part(name, sharer.topics, sharer.handle, hands=SHARERS_HANDS)
    elif name == CORRELATOR:
        events = SqlCorrelatorSet(engine)
        watch = Watch(journey, events, turns, clock, keeping, metrics.due_since)
        part = Part(
            name,
            (shared_topic(HUB_RECIPIENT),),
            Correlator(events, clock, metrics.count).handle,
            watch.take_turn,
            watch.beat,
        )
    else:
        page = picture_page(areas_file, areas, bundle.parties)
        reporter = Reporter(
            journey,
            SqlReportLog(engine),
            turns,
            clock,
            page,
            keeping,
            metrics.count,
        )
        signer = SqlLedgerSigner(engine, keys.first.secret, bundle.hash)
        part = Part(
            name,
            (FOUND,),
            reporter.handle,
            reporter.take_turn,
            beside=Signing(signer, metrics.signed).sign,
            waits=True,
        )
    worker = Worker(part, login, SqlOutbox(engine), clock, metrics, given.instance)
    return worker, metrics


def refuse_shadow(settings: Settings, areas: Areas) -> None:
    """Start nothing on several machines while nobody is to be told anything.

    Raises:
        WrongUse: CIOG_SHADOW is set.
    """
    if shadow(settings, areas) is not None:
        raise WrongUse(
            "CIOG_SHADOW is set, and workers have no shadow mode.",
            "They would tell readers at once, whom that setting keeps from being told.",
            "Run the fortnights of shadow mode with `ciog run`, or unset it.",
        )
