"""The one place that builds real things and joins them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cioghub.errors import AnswerIsNo, EnvironmentFailed, HubError, WrongUse
from cioghub.journey import Journey
from cioghub.ports.maps import Maps
from cioghub.rule_cases import run_cases
from cioghub.settings import Settings, shadow_fault
from cioghub.steps.correlate.clusters import fitting
from cioghub.steps.share import yaml_text
from cioghub.steps.share.check import check
from cioghub.steps.share.check_bundle import (
    SETTINGS,
    LoadedBundle,
    assemble_bundle,
    bundle_hash,
    code_lists_path,
    read_texts,
)
from cioghub.steps.share.table import Bundle
from cioghub.steps.validate.screen import find_identifiers
from cioghub.stores import key_file
from cioghub.stores.ledger_folder import LedgerWriter
from cioghub.stores.rule_files import read_rule_files
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.keeping import Keeping
from cioghub.vocabulary.keys import KeyRing
from cioghub.vocabulary.parties import HUB_RECIPIENT, Parties
from cioghub.vocabulary.rules import Finding
from cioghub.vocabulary.schema import EventSchema
from cioghub.vocabulary.shadow import Shadow
from cioghub.wire.areas import drawable
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.page_maps import PageMaps
from cioghub.wire.picture_page import PicturePage
from cioghub.wire.schemas import read_schemas
from cioghub.wire.shipped import deploy_folder, schemas_folder

if TYPE_CHECKING:
    from cioghub.ports.cases import CaseBook
    from cioghub.ports.clock import Clock
    from cioghub.ports.ledger import LedgerBook
    from cioghub.ports.live_log import LiveLog, LogReader
    from cioghub.ports.margins import Margins
    from cioghub.ports.people import People
    from cioghub.ports.reading_room import ReadingRoom
    from cioghub.stores.ledger_follow import LedgerFollower
    from cioghub.stores.sql.database import Database
    from cioghub.stores.sql.uploads import UploadStore
    from cioghub.wire.single_object import SingleObjects


def default_areas() -> Path:
    """Return the areas file that ships with the hub."""
    return deploy_folder() / "areas" / "warwickshire.yaml"


def default_rules() -> Path:
    """Return the sharing rules that ship with the hub."""
    return deploy_folder() / "sharing-rules"


def load_bundle(rules: Path, areas: Areas) -> LoadedBundle | list[Finding]:
    """Return a rules folder as read, with the shipped schemas and lists, or its faults."""
    return read_bundle(rules, areas, read_schemas(schemas_folder()), deploy_folder() / "code-lists")


def read_bundle(
    rules: Path,
    areas: Areas,
    schemas: Mapping[str, EventSchema],
    shipped_lists: Path,
) -> LoadedBundle | list[Finding]:
    """Return the bundle in the folder `rules`, or every fault of the shape of its files.

    `shipped_lists` is the folder of code lists used when bundle.yaml names none. Whether what the
    bundle says is lawful is for `steps.share.check`. Its areas have the calibration of their own
    scan or none, and its hash is of what it has.

    Raises:
        WrongUse: there is no such folder, or the shipped code lists are not what they claim.
        EnvironmentFailed: a file cannot be read, or PyYAML has no libyaml.
    """
    if not yaml_text.HAS_PARSER:
        raise EnvironmentFailed(
            "PyYAML has no libyaml on this machine.",
            "Its other parser reads some rule files otherwise, so that the rules would not mean "
            "the same everywhere.",
            "Install PyYAML as a wheel, or build it where libyaml and its headers are.",
        )
    contents, faults = read_rule_files(rules)
    if faults:
        return faults
    texts = read_texts(contents)
    if isinstance(texts, list):
        return texts
    named = code_lists_path(texts)
    lists = _own_lists(rules / named, texts[SETTINGS].place(("code_lists",))) if named else None
    if isinstance(lists, Finding):
        return [lists]
    if lists is None:
        lists = read_code_lists(shipped_lists)
    areas = fitting(areas)
    hashed = bundle_hash(contents, lists, areas, schemas)
    return assemble_bundle(texts, lists, areas, schemas, hashed)


def _own_lists(folder: Path, place: tuple[int, int]) -> CodeLists | Finding:
    try:
        return read_code_lists(folder)
    except HubError as error:
        hint = error.next_step or "Mend the lists, or name another folder."
        return Finding("code-lists", SETTINGS, *place, error.what, hint)


def checked_bundle(rules: Path, areas: Areas) -> LoadedBundle:
    """Return a rules folder that has passed its check.

    Raises:
        AnswerIsNo: it has errors.
    """
    loaded = load_bundle(rules, areas)
    if isinstance(loaded, LoadedBundle):
        errors, _ = check(loaded, run_cases=run_cases)
        if not errors:
            return loaded
    else:
        errors = loaded
    first = errors[0]
    raise AnswerIsNo(
        f"The sharing rules have {len(errors)} errors, the first in {first.file}, line "
        f"{first.line}: {first.message}.",
        "The hub runs no rules that fail their check, and nothing was written.",
        f"Run `ciog rules check {rules}` and mend what it names.",
    )


def key_ring(keys: Path | None, settings: Settings) -> KeyRing:
    """Return the keys of a file, or of the hub's home, made at first use."""
    return key_file.load_or_make(keys or settings.home / "keys.json")


def existing_keys(keys: Path) -> KeyRing:
    """Return the keys of a file that is there.

    Raises:
        WrongUse: it is not, or is no key file.
        EnvironmentFailed: others can read it.
    """
    return key_file.load(keys)


def picture_page(areas_file: Path, areas: Areas, parties: Parties) -> PicturePage:
    """Return what draws pictures, with the legal names of the parties."""
    names = {party.id: party.legal_name for party in parties.parties}
    return PicturePage(areas, drawable(areas_file), names)


def page_maps(areas_file: Path, areas: Areas) -> Maps | None:
    """Return what draws maps for pages, or None where the areas file has no boundaries."""
    found = drawable(areas_file)
    return PageMaps(areas, found) if found else None


def journey_of(bundle: Bundle, keys: KeyRing) -> Journey:
    """Return the journey of a bundle, with the hub's own identifier screen."""
    return Journey(bundle, keys, find_identifiers)


def ledger_in(folder: Path, keys: KeyRing, bundle: Bundle) -> LedgerWriter:
    """Return an empty ledger in a new folder, signed with a key of the first root."""
    return LedgerWriter(folder, keys.first.secret, bundle.hash)


# What needs the database is imported where it is asked for: most commands start without one.


def database(home: Path) -> Database:
    """Return the database of a hub's home, its tables brought up to this version."""
    from cioghub.stores.sql.database import open_database

    return open_database(home)


def shared_database(settings: Settings) -> Database:
    """Return the PostgreSQL database of a hub on several machines, brought up to this version.

    Raises:
        WrongUse: CIOG_DATABASE is not set, or is no such URL.
        EnvironmentFailed: it cannot be reached.
    """
    from cioghub.stores.sql.database import database_at

    return database_at(settings.database)


def existing_shared(settings: Settings) -> Database:
    """Return the PostgreSQL database of a hub on several machines as it is, for reading.

    Raises:
        WrongUse: CIOG_DATABASE is not set, or is no such URL.
        EnvironmentFailed: it cannot be reached, or is of another version.
    """
    from cioghub.stores.sql.database import existing_database_at

    return existing_database_at(settings.database)


def existing_hub(settings: Settings) -> Database:
    """Return the database of a hub that is there, running or not, for reading.

    Raises:
        WrongUse: there is no hub in the home.
        EnvironmentFailed: its database cannot be reached, or is of another version.
    """
    from cioghub.stores.sql.database import existing_database

    return existing_shared(settings) if settings.database else existing_database(settings.home)


def hub_database(settings: Settings) -> Database:
    """Return the database of the hub: that of CIOG_DATABASE, else that of its home.

    Raises:
        WrongUse: CIOG_DATABASE is no URL of PostgreSQL.
        EnvironmentFailed: it cannot be reached or written.
    """
    return shared_database(settings) if settings.database else database(settings.home)


def single_objects() -> SingleObjects:
    """Return what encodes and decodes records of the shipped schemas."""
    from cioghub.wire.single_object import read_single_objects

    return read_single_objects(schemas_folder())


def upload_store(engine: Database) -> UploadStore:
    """Return what keeps mappings and the events of uploaded files."""
    from cioghub.stores.sql.uploads import UploadStore

    return UploadStore(engine)


def live_log(engine: Database) -> LiveLog:
    """Return the durable log of a hub's database."""
    from cioghub.stores.sql.live_log import SqlLiveLog

    return SqlLiveLog(engine)


def reading_room(
    engine: Database, bundle: Bundle, clock: Clock, journey: Journey | None = None
) -> ReadingRoom:
    """Return what reads what a hub has told, by the same references as its journey.

    Without one, as where there are no keys, an event is found by its own id while that is kept.
    """
    from cioghub.stores.sql.reading_room import SqlReadingRoom

    reference = journey.pseudonymiser.reference if journey else None
    zone = ZoneInfo(bundle.areas.timezone)
    return SqlReadingRoom(engine, bundle.parties, zone, clock, reference)


def people(engine: Database) -> People:
    """Return who works with the hub: accounts, sessions, tokens, and what was read by whom."""
    from cioghub.stores.sql.people import people_on

    return people_on(engine)


def case_book(engine: Database) -> CaseBook:
    """Return what keeps the work on alerts."""
    from cioghub.stores.sql.cases import SqlCases

    return SqlCases(engine)


def margins(engine: Database) -> Margins:
    """Return what keeps what people write beside what the hub has said."""
    from cioghub.stores.sql.margins import SqlMargins

    return SqlMargins(engine)


def shadow(settings: Settings, areas: Areas) -> Shadow | None:
    """Return the days in which nobody is told anything, None for a hub that tells at once.

    Raises:
        WrongUse: they are no whole fortnights.
    """
    if settings.shadow is None:
        return None
    found = Shadow(*settings.shadow)
    if not found.whole_fortnights(areas.calendar):
        raise shadow_fault()
    return found


def keep_shadow(engine: Database, found: Shadow | None, areas: Areas) -> None:
    """Keep in the home until when nobody is told anything, for whoever reads it there."""
    from cioghub.stores.sql import shadow_mark

    zone = ZoneInfo(areas.timezone)
    shadow_mark.keep_shadow(engine, None if found is None else found.ends(zone))


def shadow_in(settings: Settings) -> int | None:
    """Return when the shadow of the hub ends, in whole seconds since 1970 UTC.

    Raises:
        WrongUse: there is no hub in the home.
    """
    from cioghub.stores.sql.shadow_mark import shadow_ends

    return shadow_ends(existing_hub(settings))


def keeping_of(settings: Settings, bundle: Bundle) -> Keeping:
    """Return how long a hub keeps things.

    Raises:
        WrongUse: payloads would be kept longer than an agreement with the hub allows.
    """
    allowed = min(
        (one.retention_days for one in bundle.agreements if one.recipient == HUB_RECIPIENT),
        default=settings.keep_payloads,
    )
    if settings.keep_payloads > allowed:
        raise WrongUse(
            f"CIOG_KEEP_PAYLOADS is more than {allowed} days.",
            "An agreement of these rules lets the hub keep events for so long and no longer.",
            f"Write at most {allowed}, or have the agreements changed and signed.",
        )
    return settings.keeping


def log_reader(folder: Path, url: str | None) -> LogReader:
    """Return the log of a live hub in its home or in a backup, or in the database at a URL.

    Raises:
        WrongUse: the folder holds none.
    """
    from cioghub.stores.sql.log_reader import SqlLogReader

    return SqlLogReader.of(folder, url)


def following_ledger(
    folder: Path, keys: KeyRing, engine: Database, bundle: Bundle
) -> LedgerFollower:
    """Return what keeps the ledger in a folder in step with the log of a hub's database.

    Raises:
        EnvironmentFailed: the folder cannot be written, or is not the ledger of this log and key.
    """
    from cioghub.stores.ledger_follow import LedgerFollower
    from cioghub.stores.sql.decision_log import SqlDecisionLog

    return LedgerFollower(folder, keys.first.secret, SqlDecisionLog(engine), bundle.hash)


def ledger_book(folder: Path) -> LedgerBook:
    """Return what looks into the ledger in a folder while it grows."""
    from cioghub.stores.ledger_book import LedgerFolderBook

    return LedgerFolderBook(folder)


def room_in(settings: Settings, clock: Clock, bundle: Bundle | None = None) -> ReadingRoom:
    """Return what reads the database of a hub, running or not, and changes nothing there.

    Without a `bundle` no feed is known.

    Raises:
        WrongUse: there is no hub in the home.
    """
    from cioghub.stores.sql.reading_room import SqlReadingRoom

    parties = bundle.parties if bundle else Parties((), (), None, None)
    zone = ZoneInfo(bundle.areas.timezone if bundle else "UTC")
    return SqlReadingRoom(existing_hub(settings), parties, zone, clock, None)
