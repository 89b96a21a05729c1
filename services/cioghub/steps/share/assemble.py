"""Turns rule texts into values of the vocabulary, or says at which line a file is not a rule file.

Only shapes are judged here: closed keys, dates that are dates, treatments that exist. What an
agreement may lawfully say is for `check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, RootModel, ValidationError

from cioghub.steps.share.models import (
    AgreementModel,
    BundleModel,
    CaseModel,
    CasesModel,
    ClauseModel,
    GatewayModel,
    GatewaysModel,
    GeneraliseModel,
    PartiesModel,
)
from cioghub.steps.share.yaml_text import RuleText, RuleTextError, read_rule_text
from cioghub.vocabulary.parties import Feed, Group, Parties, Party
from cioghub.vocabulary.rules import (
    GENERALISE,
    Agreement,
    Clause,
    ConditionField,
    Finding,
    Never,
    Treatment,
)

Model = TypeVar("Model", bound=BaseModel)


def _shape(text: RuleText, model: type[Model]) -> Model | list[Finding]:
    if not isinstance(text.values, list if issubclass(model, RootModel) else dict):
        if issubclass(model, RootModel):
            return [_finding(text, (), "not-a-list", "the file must be one list", "")]
        return [_finding(text, (), "not-a-mapping", "the file must be one mapping of keys", "")]
    try:
        return model.model_validate(text.values)
    except ValidationError as error:
        return [_shape_finding(text, dict(one)) for one in error.errors(include_url=False)]


def _shape_finding(text: RuleText, error: dict[str, Any]) -> Finding:
    pointer = tuple(error["loc"])
    # A union names its branches in the location; the file does not have those keys.
    while pointer and pointer not in text.places and error["type"] != "missing":
        pointer = pointer[:-1]
    key = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        return _finding(
            text,
            pointer,
            "unknown-key",
            f"`{key}` is not a key of this file",
            "Remove it, or check its spelling against `ciog rules schema`.",
        )
    if error["type"] == "missing":
        return _finding(
            text,
            pointer[:-1],
            "missing-key",
            f"the key `{key}` is missing",
            "Write it; a key without a value says so with null.",
        )
    message = error["msg"].removeprefix("Value error, ")
    return _finding(
        text,
        pointer,
        "wrong-value",
        f"`{key}`: {message[:1].lower()}{message[1:]}",
        "See `ciog rules schema` for what may stand here.",
    )


def _finding(
    text: RuleText, pointer: tuple[str | int, ...], code: str, message: str, hint: str
) -> Finding:
    line, column = text.place(pointer)
    return Finding(code, text.file, line, column, message, hint)


def read_file(content: str, file: str) -> RuleText | Finding:
    """Return the text of one rule file, or the finding that says where it is not YAML."""
    try:
        return read_rule_text(content, file)
    except RuleTextError as error:
        return Finding(
            "not-yaml",
            file,
            error.line,
            error.column,
            error.message,
            "Mend the file; rule files are plain YAML without anchors, aliases or tags.",
        )


def read_parties(text: RuleText) -> Parties | list[Finding]:
    """Return the parties, groups and hub that a parties file declares, or its faults."""
    model = _shape(text, PartiesModel)
    if isinstance(model, list):
        return model
    return Parties(
        parties=tuple(
            Party(
                id=p.id,
                legal_name=p.legal_name,
                kind=p.kind,
                status=p.status,
                functions=tuple(p.functions),
                controller=p.controller,
                owner=p.owner,
                dpo=p.dpo,
                caldicott=p.caldicott,
                contact=p.contact,
                feeds=tuple(
                    Feed(f.source, tuple(f.types), tuple(f.held_for), f.cadence, f.due_hours)
                    for f in p.feeds
                ),
            )
            for p in model.parties
        ),
        groups=tuple(
            Group(g.id, g.name, tuple(g.members), tuple((a.level, a.code) for a in g.areas))
            for g in model.groups
        ),
        hub_operator=model.hub.operator,
        hub_role=model.hub.role,
    )


def read_bundle_settings(text: RuleText) -> BundleModel | list[Finding]:
    """Return what bundle.yaml says, or its faults."""
    return _shape(text, BundleModel)


def read_gateways(text: RuleText) -> tuple[GatewayModel, ...] | list[Finding]:
    """Return the gateways that a gateways file declares, or its faults."""
    model = _shape(text, GatewaysModel)
    return model if isinstance(model, list) else tuple(model.gateways)


def read_cases(text: RuleText) -> tuple[CaseModel, ...] | list[Finding]:
    """Return the worked cases of a cases file, or its faults."""
    model = _shape(text, CasesModel)
    return model if isinstance(model, list) else tuple(model.root)


def read_agreement(text: RuleText) -> Agreement | list[Finding]:
    """Return one agreement, or every fault of its shape."""
    model = _shape(text, AgreementModel)
    if isinstance(model, list):
        return model
    return Agreement(
        name=model.agreement,
        version=model.version,
        title=model.title,
        publisher=model.publisher,
        recipient=model.recipient,
        held_for=tuple(model.held_for),
        gateway=model.gateway,
        lawful_basis=model.lawful_basis,
        regime=model.regime,
        purpose=model.purpose,
        lane=model.lane,
        anonymity_assessed=model.anonymity.assessed if model.anonymity else None,
        starts=model.starts,
        ends=model.ends,
        review_by=model.review_by,
        retention_days=model.retention_days,
        events=tuple(model.events),
        fields=tuple((name, _treatment(value)) for name, value in model.fields.items()),
        only_when=_clauses(model.only_when),
        never_when=tuple(Never(_clauses(never.when), never.why) for never in model.never_when),
        release=tuple(model.release.items()),
        file=text.file,
    )


def _treatment(value: str | GeneraliseModel) -> Treatment:
    if isinstance(value, GeneraliseModel):
        return Treatment(GENERALISE, value.generalise)
    return Treatment(value)


def _clauses(clauses: Mapping[ConditionField, ClauseModel]) -> tuple[Clause, ...]:
    made = []
    for field, clause in clauses.items():
        for test in ("any_of", "none_of", "only"):
            values = getattr(clause, test)
            if values is not None:
                made.append(Clause(field, test, frozenset(values), bool(clause.or_null)))
    return tuple(made)
