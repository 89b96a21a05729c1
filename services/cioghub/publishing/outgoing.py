"""What of a file may leave the agency: each event keyed and screened here, before anything is sent.

An event that the hub would refuse is held back: a name in an unknown field must not travel to be
refused. Only what this end cannot know, as whether an identity was sent before, is left to the hub.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from cioghub.bootstrap import checked_bundle, default_areas, key_ring
from cioghub.errors import WrongUse
from cioghub.settings import read_settings
from cioghub.steps.pseudonymise.agency_tokens import AgencyTokens
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import find_identifiers
from cioghub.stores import key_file
from cioghub.table_import.mapped_table import mapped_table
from cioghub.table_journey import Event, RejectedRow, Tally, row_outcomes
from cioghub.vocabulary.incidents import Fault, Rejected
from cioghub.vocabulary.keys import KeyRing, KeyRoot, Secret
from cioghub.vocabulary.parties import FUNCTIONS, Feed, Parties, Party
from cioghub.vocabulary.reasons import FaultCode
from cioghub.wire.areas import read_areas
from cioghub.wire.cloud_events import TRACING
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.csv_files import read_bytes
from cioghub.wire.json_lines import Oversized, canonical, parse, read_lines, too_deep
from cioghub.wire.lines import fault_rows
from cioghub.wire.schemas import read_schemas
from cioghub.wire.shipped import deploy_folder, schemas_folder

MOST_FEEDS = 100
"""Feeds of one file; what names more is no agency's, and its events are held back."""


class Ready(NamedTuple):
    """An event that may go, as JSON; `number` counts the events or rows of the file from 1."""

    number: int
    body: bytes

    def __repr__(self) -> str:
        return f"Ready({self.number}, content hidden)"


class HeldBack(NamedTuple):
    """An event that stays: each fault as a row of where and which, never a value."""

    number: int
    faults: list[dict[str, str]]


class LeftOut(NamedTuple):
    """So many more rows that the mapping leaves out on purpose, up to the row `number`."""

    number: int
    rows: int


Outcome = Ready | HeldBack | LeftOut


class Preparing(NamedTuple):
    """How a file is made ready: `mapping` for a table, None for events.

    `rules` give feeds and code lists, None the shipped lists and any feed. `tokens` are the keys of
    the token fields, None where they hold tokens already. A `dry` run makes no key file.
    """

    mapping: Path | None
    rules: Path | None
    areas: Path | None
    token_keys: Path | None
    tokens: KeyRing | None
    dry: bool

    def fingerprint(self, address: str, file: Path) -> str:
        """Return the hash of all that decides what a sending of `file` to `address` sends."""
        hashed = hashlib.sha256()
        with file.open("rb") as content:
            hashed.update(hashlib.file_digest(content, "sha256").digest())
        for part in (
            address.encode(),
            read_bytes(self.mapping, "the mapping") if self.mapping else b"",
            " ".join(root.id for root in self.tokens.roots).encode() if self.tokens else b"",
        ):
            hashed.update(hashlib.sha256(part).digest())
        return hashed.hexdigest()

    def outcomes(self, file: Path) -> Iterator[Outcome]:
        """Yield what becomes of each event of a file, in its order; the same again for the same.

        Raises:
            WrongUse: the file, the mapping or the rules are not what they should be.
            EnvironmentFailed: a file cannot be read.
        """
        if self.mapping is None:
            return _events(file, self)
        return _rows(file, self.mapping, self)


def agency_keys(path: Path | None, dry: bool) -> KeyRing | None:
    """Return the agency's own keys, made at first use with mode 0600; None without a file.

    A dry run makes none: where there is no file yet, it takes a key that nobody keeps.
    """
    if path is None:
        return None
    if dry and not path.exists():
        return KeyRing(
            [KeyRoot("dry-run", None, Secret(secrets.token_bytes(key_file.SECRET_BYTES)))]
        )
    return key_ring(path, read_settings())


def _rows(file: Path, mapping: Path, how: Preparing) -> Iterator[Outcome]:
    job = mapped_table(
        file, mapping, how.rules, how.areas, how.token_keys, how.dry, tokens=how.tokens
    )
    tally = Tally()
    left_out = 0
    made = row_outcomes(job.rows, job.mapping, job.mapper, job.validator, tally, _nobody)
    for one in made:
        if (now := tally.left_out.total()) > left_out:
            yield LeftOut(tally.read - 1, now - left_out)
            left_out = now
        yield _of_row(one, tally.read)
    if (now := tally.left_out.total()) > left_out:
        yield LeftOut(tally.read, now - left_out)


def _of_row(one: Event | RejectedRow, number: int) -> Outcome:
    if isinstance(one, Event):
        return Ready(number, canonical(one.value))
    return HeldBack(number, [{"column": column, "code": code} for column, code in one.faults])


def _nobody(what: str, done: int) -> None:
    """Show nothing: what is sent is what is shown."""


def _events(file: Path, how: Preparing) -> Iterator[Outcome]:
    screen = _Screen(how)
    for number, line in enumerate(read_lines(file), 1):
        judged = screen.judged(line)
        if isinstance(judged, bytes):
            yield Ready(number, judged)
        else:
            yield HeldBack(number, fault_rows(judged))


class _Screen:
    """Keys and judges one line at a time, as the hub will."""

    def __init__(self, how: Preparing) -> None:
        self._areas = read_areas(how.areas or default_areas())
        self._schemas = read_schemas(schemas_folder())
        self._tokens = AgencyTokens(how.tokens, self._schemas) if how.tokens else None
        self._validators: dict[str, Validator] = {}
        self._declared: Validator | None = None
        if how.rules is not None:
            bundle = checked_bundle(how.rules, self._areas).bundle
            self._lists = bundle.lists
            self._declared = self._validator(bundle.parties)
        else:
            self._lists = read_code_lists(deploy_folder() / "code-lists")
        self._stranger = self._validator(Parties((), (), None, None))

    def judged(self, line: bytes | Oversized) -> bytes | tuple[Fault, ...]:
        """Return the event as it may go, or every fault of it."""
        if isinstance(line, Oversized):
            return (Fault("", FaultCode.TOO_LARGE),)
        if too_deep(line):
            return (Fault("", FaultCode.TOO_DEEP),)
        try:
            value, _ = parse(line)
        except ValueError:
            return (Fault("", FaultCode.NOT_JSON),)
        if isinstance(value, dict):
            value = {name: part for name, part in value.items() if name not in TRACING}
            value = self._tokens(value) if self._tokens else value
        found = self._of(value).validate(value)
        return found.faults if isinstance(found, Rejected) else canonical(value)

    def _of(self, value: Any) -> Validator:
        """Return who judges an event: by the rules given, else with its own feed taken as good."""
        if self._declared is not None:
            return self._declared
        source = value.get("source") if isinstance(value, dict) else None
        if not isinstance(source, str):
            return self._stranger
        known = self._validators.get(source)
        if known is None:
            if len(self._validators) >= MOST_FEEDS:
                return self._stranger
            known = self._validators[source] = self._validator(self._only(source))
        return known

    def _only(self, source: str) -> Parties:
        types = tuple(name for name, one in self._schemas.items() if not one.is_control)
        feed = Feed(source, types, FUNCTIONS, "daily", 24)
        nobody = (None, None, None, None)
        party = Party("publisher", "", "police", "other", FUNCTIONS, "sole", *nobody, (feed,))
        return Parties((party,), (), None, None)

    def _validator(self, parties: Parties) -> Validator:
        return Validator(parties, self._schemas, self._lists, self._areas, find_identifiers)


def files_of(path: Path, table: bool) -> list[Path]:
    """Return the file, or the files of a folder by name: of events, or of tables.

    Raises:
        WrongUse: there is no such file, or the folder holds none.
    """
    if not path.exists():
        raise WrongUse(f"There is nothing at {path}.", "", "Name a file, a folder, or - for stdin.")
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise WrongUse(f"{path} can be read only once.", "", "Name - and send it to stdin.")
    ends = (".csv", ".csv.gz", ".xml") if table else (".jsonl", ".jsonl.gz")
    found = sorted(one for one in path.iterdir() if one.name.endswith(ends) and one.is_file())
    if not found:
        raise WrongUse(
            f"The folder {path} holds no file that ends in {', '.join(ends)}.",
            "Tables are read with a --mapping, events without.",
            "Name the folder that the export goes to.",
        )
    return found
