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
from cioghub.steps.pseudonymise.derive import derived_key, event_id
from cioghub.steps.publish.table_row import Keyed, TableRows
from cioghub.steps.publish.wall_clock import order_differs, read_format
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import find_identifiers
from cioghub.stores import key_file
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.keys import KeyRoot, Secret
from cioghub.vocabulary.mapping import TableMapping, ValueRule, WhenRule
from cioghub.vocabulary.parties import FUNCTIONS, Feed, Parties, Party
from cioghub.vocabulary.schema import EventSchema
from cioghub.wire.areas import read_areas
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.mapping_file import read_mapping
from cioghub.wire.schemas import read_schemas
from cioghub.wire.shipped import deploy_folder, schemas_folder
from cioghub.wire.tables import Row, read_table


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
) -> MappedTable:
    """Return a table and its mapping, joined; rows are read when asked for.

    Feeds and code lists are those of `rules`; without, the mapping's own feed and the shipped lists
    are taken as good. A preview makes no key file: its ids are under a key that nobody keeps.

    Raises:
        WrongUse: the mapping is not good, or names an edition that the areas file lacks.
        AnswerIsNo: the rules fail their check.
    """
    schemas = read_schemas(schemas_folder())
    mapping = read_mapping(mapping_file, schemas)
    _check_formats(mapping_file, mapping)
    areas_file = areas_file or default_areas()
    areas = read_areas(areas_file)
    if mapping.area is not None and mapping.area.edition not in areas.editions():
        raise WrongUse(
            f"{areas_file} has no edition `{mapping.area.edition}`, which {mapping_file} names.",
            f"It has {', '.join(sorted(areas.editions()))}.",
            "Give the areas file that has it with --areas, or change the mapping.",
        )
    parties, lists = _feeds_and_lists(mapping, rules, areas)
    _check_names(mapping_file, mapping, parties, lists)
    _check_codes(mapping_file, mapping, schemas[mapping.type], lists)
    validator = Validator(parties, schemas, lists, areas, find_identifiers)
    locate = None
    if mapping.area is not None and mapping.area.point_columns:
        from cioghub.wire.point_finder import point_finder

        locate = point_finder(areas_file, mapping.area.edition)
    keyed = _keyed(mapping, keys, preview)
    mapper = TableRows(mapping, schemas[mapping.type], keyed, locate)
    written = mapping.table
    rows = read_table(table, written.delimiter, written.encoding, mapping.columns())
    return MappedTable(mapping, rows, mapper, validator)


def _check_formats(file: Path, mapping: TableMapping) -> None:
    rules: list[WhenRule | None] = [mapping.occurred, mapping.until, mapping.recorded]
    for rule in (*rules, mapping.published.when):
        if rule is None:
            continue
        try:
            for pattern in rule.formats:
                read_format(pattern)
        except ValueError as error:
            raise WrongUse(f"{file}: {error}.", "", "Write it as %d/%m/%Y %H:%M.") from error
        if order_differs(rule.formats):
            raise WrongUse(
                f"{file}: two formats of one time have day and month in another order.",
                "The second of January and the first of February could not be told apart.",
                "Keep one order.",
            )


def _check_names(file: Path, mapping: TableMapping, parties: Parties, lists: CodeLists) -> None:
    """Refuse a feed or list that would have every row rejected."""
    owner = parties.feed_owners().get(mapping.source)
    if owner is None or mapping.type not in owner[1].types:
        raise WrongUse(
            f"{file}: the rules declare no feed `{mapping.source}` of {mapping.type}.",
            "Every row would be rejected.",
            "Declare it in parties.yaml, or change `source` and `type` of the mapping.",
        )
    rule = mapping.fields.get("category_list")
    named = rule.always if isinstance(rule, ValueRule) else None
    if named is not None and lists.get(named) is None:
        raise WrongUse(
            f"{file}: there is no code list `{named}`.",
            "Every row would be rejected.",
            "Give the bundle whose lists have it with --rules, or name one of deploy/code-lists.",
        )


def _check_codes(file: Path, mapping: TableMapping, schema: EventSchema, lists: CodeLists) -> None:
    """Refuse a code that the mapping itself gives and no list has: a slip, and not of the data."""
    of_category = mapping.fields["category_list"]
    own = of_category.always if isinstance(of_category, ValueRule) else None
    for name, rules in mapping.fields.items():
        field = schema.field(name)
        listed = own if name == "category" else field and field.code_list
        code_list = lists.get(listed) if listed and name != "held_for" else None
        if code_list is None:
            continue
        for rule in rules if isinstance(rules, tuple) else (rules,):
            for code in rule.codes():
                if code not in code_list:
                    raise WrongUse(
                        f"{file}: `fields.{name}` gives `{code}`, which is not in `{listed}`.",
                        "Every such row would be rejected.",
                        f"Use a code of that list, deploy/code-lists/{listed}.csv or your own.",
                    )


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
    if not mapping.id.keyed or preview:
        root = KeyRoot("preview", None, Secret(secrets.token_bytes(key_file.SECRET_BYTES)))
    else:
        root = key_ring(keys, read_settings()).first
    key = derived_key(root, "import", mapping.source)
    return lambda texts: event_id(key, mapping.source, json.dumps(texts))
