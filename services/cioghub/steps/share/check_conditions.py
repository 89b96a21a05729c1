"""Whether the clauses of an agreement ask for values that exist, and say what null means."""

from __future__ import annotations

from collections.abc import Iterator

from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.steps.share.check_note import Found, Notes, Pointer
from cioghub.steps.share.check_parties import codes_at
from cioghub.vocabulary.categories import HUB_CATEGORIES
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.parties import FUNCTIONS
from cioghub.vocabulary.rules import NULLABLE_CONDITION_FIELDS, Agreement, Clause


def check_conditions(loaded: LoadedBundle, agreement: Agreement) -> Iterator[Found]:
    """Yield what is wrong with the clauses of an agreement whose event types exist."""
    notes = Notes(loaded, agreement.file)
    values = loaded.texts[agreement.file].values
    written = values.get("only_when") or {}
    for clause in agreement.only_when:
        pointer: Pointer = ("only_when", clause.field)
        yield from _clause(loaded, agreement, clause, pointer, written, notes, never=False)
    for at, never in enumerate(agreement.never_when):
        written = values["never_when"][at]["when"]
        for clause in never.clauses:
            pointer = ("never_when", at, "when", clause.field)
            yield from _clause(loaded, agreement, clause, pointer, written, notes, never=True)


def _clause(
    loaded: LoadedBundle,
    agreement: Agreement,
    clause: Clause,
    pointer: Pointer,
    written: dict[str, dict[str, object]],
    notes: Notes,
    never: bool,
) -> Iterator[Found]:
    says = written[clause.field]
    if clause.field not in NULLABLE_CONDITION_FIELDS and "or_null" in says:
        yield notes.error(
            (*pointer, "or_null"),
            "never-null",
            f"`{clause.field}` is never null",
            "Take `or_null` out.",
        )
    if clause.field in NULLABLE_CONDITION_FIELDS and never and says.get("or_null") is None:
        yield notes.error(
            pointer,
            "null-unsaid",
            f"`{clause.field}` may be null, and inside a never the clause must say what then",
            "Write `or_null: true` to withhold when it is null, `or_null: false` not to.",
        )
    listed = says.get(clause.test)
    for at, value in enumerate(listed if isinstance(listed, list) else []):
        fault = _value_fault(loaded, agreement, clause.field, value)
        if fault:
            yield notes.error(
                (*pointer, clause.test, at),
                "unknown-value",
                f"`{value}` {fault}",
                "Correct it: a value that does not exist would silently match nothing.",
            )


def _value_fault(loaded: LoadedBundle, agreement: Agreement, field: str, value: str) -> str:
    lists = loaded.bundle.lists
    if field == "agency_category":
        list_name, _, code = value.partition(":")
        code_list = lists.get(list_name)
        known = code_list is not None and code in code_list
        return "" if known else "is not a code of a list, written as `list:code`"
    if field == "hub_category":
        return "" if value in HUB_CATEGORIES else "is not a hub category"
    if field == "held_for":
        return "" if value in FUNCTIONS else "is not a function that information is held for"
    if field in ("district", "csp", "ciog"):
        known = value in codes_at(loaded.bundle.areas, field)
        return "" if known else f"is not a {field} of the areas file"
    names = _lists_of(loaded, agreement, field)
    if any(value in _codes(lists, name) for name in names):
        return ""
    return f"is not a code of {' or '.join(names) or 'any list: no event has this field'}"


def _lists_of(loaded: LoadedBundle, agreement: Agreement, field: str) -> list[str]:
    if field == "confidence":
        return ["location_confidence"]
    found = [loaded.bundle.schemas[event].field(field) for event in agreement.events]
    return sorted({one.code_list for one in found if one is not None and one.code_list})


def _codes(lists: CodeLists, name: str) -> frozenset[str]:
    code_list = lists.get(name)
    return frozenset(row.code for row in code_list.rows()) if code_list else frozenset()
