"""The JSON Schema of each kind of rule file, for editors and for programs that write rules."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from cioghub.steps.share.models import (
    AgreementModel,
    BundleModel,
    CasesModel,
    GatewaysModel,
    PartiesModel,
)

MODELS: dict[str, type[BaseModel]] = {
    "agreement": AgreementModel,
    "parties": PartiesModel,
    "gateways": GatewaysModel,
    "bundle": BundleModel,
    "cases": CasesModel,
}
"""The kinds of file of a rules folder, by what `ciog rules schema --of` calls them."""


def rule_schema(of: str = "agreement") -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one kind of file; raise KeyError for another kind.

    Since every scalar of a rule file is read as text, free text may also be written as a number or
    as a yes or no, as in `version: 1`.
    """
    made = MODELS[of].model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_loosened(made)}


_SHAPED = frozenset({"pattern", "enum", "const", "format"})


def _loosened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_loosened(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    loosened = {key: _loosened(value) for key, value in schema.items()}
    if schema.get("type") == "string" and not _SHAPED & schema.keys():
        loosened["type"] = ["string", "number", "boolean"]
    return loosened
