"""Is a mapping good for its table and for the rules? Joins what `ciog import csv` needs of both."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cioghub.bootstrap import checked_bundle, default_areas, key_ring
from cioghub.errors import WrongUse
from cioghub.settings import read_settings
from cioghub.steps.pseudonymise.agency_tokens import AgencyTokens
from cioghub.steps.pseudonymise.derive import derived_key, event_id, named
from cioghub.steps.publish.table_row import Keyed, TableRows
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import find_identifiers
from cioghub.stores import key_file
from cioghub.table_journey import slip_of
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.keys import KeyRing, KeyRoot, Secret
from cioghub.vocabulary.mapping import Row, TableMapping
from cioghub.vocabulary.parties import FUNCTIONS, Feed, Parties, Party
from cioghub.wire.areas import read_areas
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.csv_files import read_bytes
from cioghub.wire.mapping_file import read_mapping
from cioghub.wire.schemas import read_schemas
from cioghub.wire.shipped import deploy_folder, schemas_folder
from cioghub.wire.tables import read_content, read_table


class MappedTable(NamedTuple):
    """What `ciog import csv` needs: rows as they come, how to map one, and who judges an event."""

    mapping: TableMapping
    rows: Iterator[Row]
    mapper: TableRows
    validator: Validator


def mapped_table(
    table: Path,
    mapping_file: Path,
    rules: Path | None,
    areas_file: Path | None,
    keys: Path | None,
    preview: bool,
    tokens: KeyRing | None = None,
) -> MappedTable:
    """Return a table and its mapping, joined; rows are read when asked for.

    Feeds and code lists are those of `rules`; without, the mapping's own feed and the shipped lists
    are taken as good. A preview makes no key file: its ids are under a key that nobody keeps. With
    `tokens` the token columns hold references of the agency's own, and are keyed under these keys.

    Raises:
        WrongUse: the mapping is not good, or names an edition that the areas file lacks.
        AnswerIsNo: the rules fail their check.
    """
    schemas = read_schemas(schemas_folder())
    mapping = read_mapping(mapping_file, schemas)
    areas_file = areas_file or default_areas()
    areas = read_areas(areas_file)
    parties, lists = _feeds_and_lists(mapping, rules, areas)
    slip = slip_of(mapping, parties, lists, schemas[mapping.type], areas.editions())
    if slip is not None:
        raise WrongUse(f"{mapping_file}: {slip.what}.", slip.why, slip.next_step)
    validator = Validator(parties, schemas, lists, areas, find_identifiers)
    locate = None
    if mapping.area is not None and mapping.area.point_columns:
        from cioghub.wire.point_finder import point_finder

        locate = point_finder(areas_file, mapping.area.edition)
    keyed = _keyed(mapping, keys, preview)
    agency = AgencyTokens(tokens, schemas) if tokens else None
    mapper = TableRows(mapping, schemas[mapping.type], keyed, locate, agency)
    written, columns = mapping.table, mapping.columns()
    if written.element is None:
        rows = read_table(table, written.delimiter, written.encoding, columns)
    else:
        rows = read_content(read_bytes(table, "the table"), written, columns)
    return MappedTable(mapping, rows, mapper, validator)


def _feeds_and_lists(
    mapping: TableMapping, rules: Path | None, areas: Areas
) -> tuple[Parties, CodeLists]:
    if rules is not None:
        bundle = checked_bundle(rules, areas).bundle
        return bundle.parties, bundle.lists
    kind = mapping.type.partition(".")[0]
    feed = Feed(mapping.source, (mapping.type,), FUNCTIONS, "daily", 24)
    party = Party(
        "publisher", "", kind, "other", FUNCTIONS, "sole", None, None, None, None, (feed,)
    )
    return Parties((party,), (), None, None), read_code_lists(deploy_folder() / "code-lists")


def _keyed(mapping: TableMapping, keys: Path | None, preview: bool) -> Keyed:
    if mapping.id.row or preview:
        root = KeyRoot("preview", None, Secret(secrets.token_bytes(key_file.SECRET_BYTES)))
    else:
        root = key_ring(keys, read_settings()).first
    key = derived_key(root, "import", mapping.source)
    return lambda texts: event_id(key, named(mapping.source, json.dumps(texts)))
