"""Takes tables of agencies through their mappings; their events wait until somebody confirms them.

Rules for editors:
1. The file lives in memory while it is read, and no longer: only events, codes and counts are kept.
2. A name of a file is not kept either: people put names into it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import orjson

from cioghub.errors import WrongUse
from cioghub.ports.uploads import (
    MOST_ROWS,
    WAIT_SECONDS,
    NotUsable,
    Preview,
    SavedMapping,
    State,
    Upload,
)
from cioghub.steps.pseudonymise.derive import derived_key, event_id, named
from cioghub.steps.publish.table_row import Keyed, Locate, TableRows
from cioghub.steps.share.table import Bundle
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import Screen
from cioghub.stores.sql.uploads import UploadStore
from cioghub.table_journey import Event, RejectedRow, Tally, row_outcomes, slip_of
from cioghub.vocabulary.keys import KeyRoot
from cioghub.vocabulary.mapping import Row, TableMapping
from cioghub.wire.mapping_file import parse_mapping
from cioghub.wire.point_finder import point_finder
from cioghub.wire.tables import read_content

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
MOST_TEXT = 64 << 10
MOST_SHOWN = 3
BATCH = 500
"""Events published at once: well within the bounds of a message."""
MOST_REJECTED = 200
"""Rejected rows that a preview names one by one; all are counted."""


class TableUploads:
    """The uploads of one hub; `root` keys the ids that are made here, `examples` ship with it."""

    def __init__(
        self,
        store: UploadStore,
        bundle: Bundle,
        root: KeyRoot,
        screen: Screen,
        areas_file: Path,
        examples: Path,
    ) -> None:
        self._store = store
        self._bundle = bundle
        self._root = root
        self._validator = Validator(
            bundle.parties, bundle.schemas, bundle.lists, bundle.areas, screen
        )
        self._find = cache(lambda edition: point_finder(areas_file, edition))
        self._examples = tuple(
            self._named(path.stem, path.read_text(encoding="utf-8"), None)
            for path in sorted(examples.glob("*.yaml"))
        )

    def examples(self) -> Sequence[SavedMapping]:
        """Return the shipped mappings, to copy."""
        return self._examples

    def mappings(self, party: str) -> Sequence[SavedMapping]:
        """Return the mappings for the feeds of an agency, by name: its own, and shipped ones."""
        found = {one.name: one for one in self._examples if self._owner(one.source) == party}
        for name, text, saved in self._store.mappings(party):
            try:
                found[name] = self._named(name, text, saved)
            except NotUsable:  # of a hub whose language or schemas were others
                found[name] = SavedMapping(name, "Not readable any more: mend it", "", text, saved)
        return [found[name] for name in sorted(found)]

    def save_mapping(self, party: str, name: str, text: str, person: str, at: int) -> None:
        """Keep a mapping of an agency under a name; one of that name is replaced.

        Raises:
            NotUsable: it is not of the language, or not for a feed of this agency.
        """
        if not NAME.fullmatch(name):
            raise NotUsable(
                "The name is not one for a mapping",
                "It stands in addresses and lists.",
                "Write at most 40 small letters, digits and hyphens, as fire-incidents.",
            )
        if len(text.encode()) > MOST_TEXT:
            raise NotUsable("The mapping is too long", "", "Keep it under 64 KiB.")
        mapping = self._usable(self._parsed(text), party)
        if mapping.id.row:
            raise NotUsable(
                "`id` says `row: true`",
                "Then the same row in the next file would be another event.",
                "Say `keyed` with the columns of your reference, or `content: true`.",
            )
        self._store.save_mapping(party, name, text, person, at)

    def preview(self, party: str, mapping: str, content: bytes, person: str, at: int) -> Upload:
        """Return what would become of a file; its events wait to be confirmed.

        Raises:
            NotUsable: the agency has no such mapping, or the file is not what it says.
        """
        self.forget(at - WAIT_SECONDS)
        saved = next((one for one in self.mappings(party) if one.name == mapping), None)
        if saved is None:
            raise NotUsable("There is no such mapping", "", "Choose one of the list.")
        read = self._usable(self._parsed(saved.text), party)
        try:
            preview, lines = self._read(read, content)
        except WrongUse as error:
            raise NotUsable(error.what.removesuffix("."), error.why, error.next_step) from error
        digest = hashlib.blake2b(b"\n".join(lines), digest_size=16).digest()
        number = self._store.keep(party, mapping, read.source, preview, lines, digest, person, at)
        upload = self._store.upload(party, number)
        assert upload is not None
        return upload

    def uploads(self, party: str, limit: int) -> Sequence[Upload]:
        """Return an agency's last uploads, newest first."""
        return self._store.uploads(party, limit)

    def upload(self, party: str, number: int) -> Upload | None:
        """Return one upload of an agency, None where it has none of this number."""
        return self._store.upload(party, number)

    def batches(self, party: str, number: int) -> Iterator[bytes]:
        """Yield the bodies of the batches to publish; none of an upload that does not wait."""
        lines = self._store.lines(party, number)
        for first in range(0, len(lines), BATCH):
            yield b"[" + b",".join(lines[first : first + BATCH]) + b"]"

    def confirmed(
        self, party: str, number: int, outcome: Mapping[str, int], person: str, at: int
    ) -> None:
        """Note what the hub answered to the events of an upload, and let go of them."""
        self._store.end(party, number, State.CONFIRMED, outcome, person, at)

    def discard(self, party: str, number: int, person: str, at: int) -> None:
        """Let go of the events of an upload that waits."""
        self._store.end(party, number, State.DISCARDED, None, person, at)

    def forget(self, before: int) -> int:
        """Let go of all events that have waited since before a time; return of how many uploads."""
        return self._store.forget(before)

    def _owner(self, source: str) -> str | None:
        owner = self._bundle.parties.feed_owners().get(source)
        return owner[0].id if owner else None

    def _parsed(self, text: str) -> TableMapping:
        try:
            return parse_mapping(text, "The mapping", self._bundle.schemas)
        except WrongUse as error:
            raise NotUsable(error.what.removesuffix("."), error.why, error.next_step) from error

    def _named(self, name: str, text: str, saved: int | None) -> SavedMapping:
        mapping = self._parsed(text)
        return SavedMapping(name, mapping.title, mapping.source, text, saved)

    def _usable(self, mapping: TableMapping, party: str) -> TableMapping:
        if self._owner(mapping.source) != party:
            raise NotUsable(
                "The feed of the mapping is not one of your agency's",
                "Every row would be refused.",
                "Give one of your own feeds as `source`.",
            )
        bundle = self._bundle
        schema, editions = bundle.schemas[mapping.type], bundle.areas.editions()
        slip = slip_of(mapping, bundle.parties, bundle.lists, schema, editions)
        if slip is not None:
            raise NotUsable(f"The mapping is not good: {slip.what}", slip.why, slip.next_step)
        return mapping

    def _read(self, mapping: TableMapping, content: bytes) -> tuple[Preview, list[bytes]]:
        mapper = TableRows(
            mapping, self._bundle.schemas[mapping.type], self._keyed(mapping), self._locate(mapping)
        )
        rows = _bounded(read_content(content, mapping.table, mapping.columns()))
        tally = Tally()
        lines: list[bytes] = []
        refused: list[RejectedRow] = []
        for made in row_outcomes(rows, mapping, mapper, self._validator, tally, _quietly):
            if isinstance(made, Event):
                lines.append(orjson.dumps(made.value))
            elif len(refused) < MOST_REJECTED:
                refused.append(made)
        preview = Preview(
            read=tally.read,
            mapped=tally.written,
            rejected=tally.rejected,
            unplaced=tally.written - tally.placed,
            left_out=dict(sorted(tally.left_out.items())),
            faults=[(*one, count) for one, count in tally.faults.most_common()],
            notes=[(*one, count) for one, count in tally.notes.most_common()],
            rows=[(one.number, one.faults) for one in refused],
            shown=[orjson.loads(line) for line in lines[:MOST_SHOWN]],
        )
        return preview, lines

    def _keyed(self, mapping: TableMapping) -> Keyed:
        key = derived_key(self._root, "import", mapping.source)
        return lambda texts: event_id(key, named(mapping.source, json.dumps(texts)))

    def _locate(self, mapping: TableMapping) -> Locate | None:
        if mapping.area is None or not mapping.area.point_columns:
            return None
        locate: Locate = self._find(mapping.area.edition)
        return locate


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        if row.number > MOST_ROWS:
            raise WrongUse(
                f"The file has more than {MOST_ROWS:,} rows.",
                "A preview of it would be no use to anybody.",
                "Send it in several files, or with `ciog publish`.",
            )
        yield row


def _quietly(what: str, count: int) -> None:
    """Show no progress: nobody watches a terminal."""
