"""The way of a table: every row is an event, or rejected, or left out on purpose.

    publish -> validate        one row at a time: `row_outcomes`

Before any row, `slip_of` says what would have every row rejected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cioghub.steps.publish.table_row import TableRows
from cioghub.steps.publish.wall_clock import order_differs, read_format
from cioghub.steps.validate.accept import Validator
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.incidents import Rejected
from cioghub.vocabulary.mapping import (
    LeftOut,
    Row,
    TableMapping,
    Unmapped,
    ValueRule,
    WhenRule,
)
from cioghub.vocabulary.parties import Parties
from cioghub.vocabulary.reasons import FaultCode
from cioghub.vocabulary.schema import EventSchema

Faults = tuple[tuple[str, str], ...]
CONSTANT = "the mapping itself"
"""Stands where a fault lies in a constant of the mapping and in no column."""
WRONG_CELLS = "wrong-number-of-cells"
REPEATED_ID = "repeated-id"


class Event(NamedTuple):
    """A row that became an event, as a value for JSON."""

    value: dict[str, Any]


class RejectedRow(NamedTuple):
    """A row that did not: its number and each fault as (column, code)."""

    number: int
    faults: Faults


@dataclass(slots=True)
class Tally:
    """What became of the rows; `read` is always the sum of the other three."""

    read: int = 0
    written: int = 0
    rejected: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: Counter[tuple[str, str]] = field(default_factory=Counter)
    placed: int = 0


def row_outcomes(
    rows: Iterable[Row],
    mapping: TableMapping,
    mapper: TableRows,
    validator: Validator,
    tally: Tally,
    progress: Callable[[str, int], None],
) -> Iterator[Event | RejectedRow]:
    """Yield each event and each rejected row, in the order of the table, counting all in `tally`.

    An event that the hub would reject is rejected here already, by column.
    """
    names: set[bytes] = set()
    for row in rows:
        tally.read += 1
        if tally.read % 1000 == 0:
            progress("rows read", tally.read)
        faults: Faults
        if row.cells is None:
            faults = (("the whole row", WRONG_CELLS),)
        else:
            made = mapper.map(row.number, row.cells)
            if isinstance(made, LeftOut):
                tally.left_out[made.rule] += 1
                continue
            if isinstance(made, Unmapped):
                faults = made.faults
            else:
                event = dict(made.event.attributes)
                faults = _validated(validator, mapping, event)
                name = event["id"].encode()
                if not faults and name in names:
                    faults = ((" + ".join(mapping.columns_of("id")) or CONSTANT, REPEATED_ID),)
                if not faults:
                    names.add(name)
                    tally.written += 1
                    tally.notes.update(set(made.notes))
                    area = event["data"].get("area")
                    tally.placed += bool(area and area["code"])
                    yield Event(event)
                    continue
        tally.rejected += 1
        tally.faults.update(faults)
        yield RejectedRow(row.number, faults)


def _validated(validator: Validator, mapping: TableMapping, event: dict[str, Any]) -> Faults:
    judged = validator.validate(event)
    if not isinstance(judged, Rejected):
        return ()
    return tuple(dict.fromkeys(_by_column(mapping, f.pointer, f.code) for f in judged.faults))


def _by_column(mapping: TableMapping, pointer: str, code: FaultCode) -> tuple[str, str]:
    parts = pointer.split("/")
    name = parts[2] if len(parts) > 2 and parts[1] == "data" else parts[-1]
    columns = mapping.columns_of(name)
    where = " + ".join(columns) if columns else CONSTANT
    return f"{where} (for {name})", code.value


class Slip(NamedTuple):
    """What is wrong with a mapping, in words without a full stop; why it matters; what to do."""

    what: str
    why: str
    next_step: str


def slip_of(
    mapping: TableMapping,
    parties: Parties,
    lists: CodeLists,
    schema: EventSchema,
    editions: Container[str],
) -> Slip | None:
    """Return the first slip of a mapping that would have rows rejected, or None."""
    return (
        _format_slip(mapping)
        or _edition_slip(mapping, editions)
        or _name_slip(mapping, parties, lists)
        or _code_slip(mapping, schema, lists)
    )


def _format_slip(mapping: TableMapping) -> Slip | None:
    rules: list[WhenRule | None] = [mapping.occurred, mapping.until, mapping.recorded]
    for rule in (*rules, mapping.published.when):
        if rule is None:
            continue
        try:
            for pattern in rule.formats:
                read_format(pattern)
        except ValueError as error:
            return Slip(str(error), "", "Write it as %d/%m/%Y %H:%M.")
        if order_differs(rule.formats):
            return Slip(
                "two formats of one time have day and month in another order",
                "The second of January and the first of February could not be told apart.",
                "Keep one order.",
            )
    return None


def _edition_slip(mapping: TableMapping, editions: Container[str]) -> Slip | None:
    if mapping.area is None or mapping.area.edition in editions:
        return None
    return Slip(
        f"the areas file has no edition `{mapping.area.edition}`",
        "Every row with a place would be rejected.",
        "Give the areas file that has it with --areas, or change the mapping.",
    )


def _name_slip(mapping: TableMapping, parties: Parties, lists: CodeLists) -> Slip | None:
    """Find a feed or list that would have every row rejected."""
    owner = parties.feed_owners().get(mapping.source)
    if owner is None or mapping.type not in owner[1].types:
        return Slip(
            f"the rules declare no feed `{mapping.source}` of {mapping.type}",
            "Every row would be rejected.",
            "Declare it in parties.yaml, or change `source` and `type` of the mapping.",
        )
    rule = mapping.fields.get("category_list")
    named = rule.always if isinstance(rule, ValueRule) else None
    if named is not None and lists.get(named) is None:
        return Slip(
            f"there is no code list `{named}`",
            "Every row would be rejected.",
            "Give the bundle whose lists have it with --rules, or name one of deploy/code-lists.",
        )
    return None


def _code_slip(mapping: TableMapping, schema: EventSchema, lists: CodeLists) -> Slip | None:
    """Find a code that the mapping itself gives and no list has: a slip, and not of the data."""
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
                    return Slip(
                        f"`fields.{name}` gives `{code}`, which is not in `{listed}`",
                        "Every such row would be rejected.",
                        f"Use a code of that list, deploy/code-lists/{listed}.csv or your own.",
                    )
    return None
