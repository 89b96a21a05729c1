"""What becomes of each row of a mapped table: an event, or rejected, or left out on purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cioghub.steps.publish.table_row import TableRows
from cioghub.steps.validate.accept import Validator
from cioghub.vocabulary.incidents import Rejected
from cioghub.vocabulary.mapping import LeftOut, TableMapping, Unmapped
from cioghub.vocabulary.reasons import FaultCode
from cioghub.wire.tables import Row

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
