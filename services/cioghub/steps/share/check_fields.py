"""Whether an agreement decides every field once, and only as its kind and the walls allow."""

from __future__ import annotations

from collections.abc import Iterator

from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.steps.share.check_note import Found, Notes
from cioghub.steps.share.decide import TOKEN_CLASSES
from cioghub.vocabulary.levels import AGE_LEVELS, PLACE_LEVELS, TIME_LEVELS
from cioghub.vocabulary.rules import DROP, GENERALISE, KEEP, PSEUDONYMISE, Agreement, Treatment
from cioghub.vocabulary.schema import EventField, EventSchema


def check_fields(loaded: LoadedBundle, agreement: Agreement) -> Iterator[Found]:
    """Yield what is wrong with the fields of an agreement whose event types exist."""
    notes = Notes(loaded, agreement.file)
    schemas = [loaded.bundle.schemas[event] for event in agreement.events]
    yield from _decided(agreement, schemas, notes)
    fields = {field.name: field for schema in schemas for field in schema.fields}
    for name, treatment in agreement.fields:
        if name in fields:
            yield from _legal(agreement, fields[name], treatment, notes)
    yield from _alike(agreement, fields, notes)
    yield from _beside_tokens(agreement, schemas, notes)


def _decided(agreement: Agreement, schemas: list[EventSchema], notes: Notes) -> Iterator[Found]:
    decided = dict(agreement.fields)
    missing: dict[str, str] = {}
    known = set()
    for schema in schemas:
        for field in schema.fields:
            known.add(field.name)
            if field.name not in decided:
                missing.setdefault(field.name, schema.type_name)
    for name, type_name in missing.items():
        yield notes.error(
            ("fields",),
            "undecided-field",
            f"the field `{name}` of `{type_name}` is not decided",
            f"Write `{name}: drop`, or what else shall happen to it.",
        )
    for name in decided:
        if name not in known:
            yield notes.error(
                ("fields", name),
                "unknown-field",
                f"no event of this agreement has a field `{name}`",
                "Remove it, or correct its spelling.",
            )


def levels_of(field: EventField) -> tuple[str, ...]:
    """Return the levels that a field can be generalised to, none when it cannot be."""
    if field.privacy_class == "time":
        return TIME_LEVELS
    if field.kind == "area":
        return PLACE_LEVELS
    if field.name == "age_band":
        return AGE_LEVELS
    return ("hub",) if field.name == "category" else ()


def _legal(
    agreement: Agreement, field: EventField, treatment: Treatment, notes: Notes
) -> Iterator[Found]:
    pointer = ("fields", field.name)
    levels = levels_of(field)
    if field.privacy_class in TOKEN_CLASSES:
        if treatment.action not in (DROP, PSEUDONYMISE):
            yield notes.error(
                pointer,
                "token-in-clear",
                f"`{field.name}` is a token: `{treatment.action}` would pass the agency's own",
                "Write `pseudonymise` or `drop`.",
            )
        elif treatment.action == PSEUDONYMISE and agreement.lane == "anonymised":
            yield notes.error(
                pointer,
                "token-in-anonymised-lane",
                f"`{field.name}` is a token, and the anonymised lane has none",
                "Write `drop`, or change the lane if the walls allow it.",
            )
    elif treatment.action == PSEUDONYMISE:
        yield notes.error(
            pointer,
            "not-a-token",
            f"`{field.name}` is not a token and cannot be pseudonymised",
            "Write `keep`, `drop`" + (" or `generalise`." if levels else "."),
        )
    elif treatment.action == GENERALISE and not levels:
        yield notes.error(
            pointer,
            "wrong-level",
            f"`{field.name}` has no coarser form",
            "Write `keep` or `drop`.",
        )
    elif treatment.action == GENERALISE and treatment.level not in levels:
        yield notes.error(
            pointer,
            "wrong-level",
            f"`{field.name}` cannot be generalised to `{treatment.level}`",
            f"Use one of: {', '.join(levels)}.",
        )


def _alike(agreement: Agreement, fields: dict[str, EventField], notes: Notes) -> Iterator[Found]:
    """Yield each interval whose ends are treated differently: one would betray the other."""
    decided = dict(agreement.fields)
    for name, field in fields.items():
        if field.privacy_class != "time" or not name.endswith("_from"):
            continue
        end = f"{name.removesuffix('_from')}_to"
        if end in fields and name in decided and end in decided and decided[name] != decided[end]:
            yield notes.error(
                ("fields", end),
                "ends-differ",
                f"`{name}` and `{end}` are not treated alike",
                f"Treat `{end}` as `{name}`: {_said(decided[name])}.",
            )


def _beside_tokens(
    agreement: Agreement, schemas: list[EventSchema], notes: Notes
) -> Iterator[Found]:
    decided = dict(agreement.fields)
    found: dict[str, str] = {}
    for schema in schemas:
        passing = [
            field
            for field in schema.fields
            if decided.get(field.name, Treatment(DROP)).action != DROP
        ]
        tokens = [field.name for field in passing if decided[field.name].action == PSEUDONYMISE]
        for field in passing:
            if tokens and field.privacy_class == "health":
                found.setdefault(field.name, tokens[0])
    for name, token in found.items():
        yield notes.error(
            ("fields", name),
            "health-beside-token",
            f"`{name}` is of class health and would travel beside `{token}`",
            "Drop one of the two: no gateway allows both.",
        )


def _said(treatment: Treatment) -> str:
    if treatment.action == GENERALISE:
        return f"`{{generalise: {treatment.level}}}`"
    return f"`{treatment.action}`" if treatment.action in (KEEP, DROP) else treatment.action
