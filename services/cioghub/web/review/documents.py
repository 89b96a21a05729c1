"""What the OpenAPI document says of agreements and the ledger, each of them closed."""

from __future__ import annotations

from typing import Any

from cioghub.web.shell.documented import (
    DAY,
    FLAG,
    NULLABLE,
    TEXT,
    TEXTS,
    WHOLE,
    array,
    closed,
    or_null,
    ref,
)

_NAMED = closed({"id": TEXT, "name": TEXT})
_LINE: dict[str, Any] = {
    "agreement": TEXT,
    "version": TEXT,
    "title": TEXT,
    "publisher": _NAMED,
    "recipient": _NAMED,
    "lane": {"enum": ["anonymised", "pseudonymised"]},
    "gateway": {**TEXT, "description": "The legal power that allows it."},
    "starts": DAY,
    "ends": {**DAY, "description": "The last day on which it holds."},
    "review_by": DAY,
    "draft": {**FLAG, "description": "Nobody has signed these rules."},
    "state": {"enum": ["not-started", "in-force", "ended"]},
}
_HEX = {"type": "string", "pattern": "^[0-9a-f]+$"}

SCHEMAS: dict[str, dict[str, Any]] = {
    "Rules": closed({"bundle": TEXT, "draft": FLAG, "agreements": array("AgreementLine")}),
    "AgreementLine": closed(_LINE),
    "Agreement": closed(
        {
            **_LINE,
            "gateway": ref("Gateway"),
            "held_for": TEXTS,
            "lawful_basis": TEXT,
            "regime": TEXT,
            "conditions": TEXTS,
            "papers": closed(
                {name: or_null("Paper") for name in ("parent", "dpia", "policy_document")}
            ),
            "purpose": TEXT,
            "anonymity": or_null("Anonymity"),
            "retention_days": WHOLE,
            "events": TEXTS,
            "fields": array("AgreementField"),
            "only_when": array("Clause"),
            "never_when": {
                "type": "array",
                "items": closed({"when": array("Clause"), "why": TEXT}),
            },
            "release": {
                "type": "array",
                "items": closed(
                    {"audience": _NAMED, "release": {"enum": ["exact", "rounded", "level"]}}
                ),
            },
            "walls": {**TEXTS, "description": "What no agreement of this kind can open."},
            "signatories": {
                "type": "array",
                "items": closed({"side": TEXT, "party": TEXT, "role": TEXT, "named": NULLABLE}),
            },
            "bundle": TEXT,
        }
    ),
    "Gateway": closed({"id": TEXT, "title": NULLABLE, "text": NULLABLE, "limits": TEXTS}),
    "Paper": closed({"id": TEXT}, {"starts": DAY, "ends": DAY}),
    "Anonymity": closed({"assessed": DAY, "by": TEXT, "motivated_intruder": TEXT}),
    "AgreementField": closed(
        {
            "field": TEXT,
            "treatment": {**TEXT, "description": "`keep`, `drop`, `generalise:hour` and the like."},
            "privacy_class": TEXT,
            "code_list": NULLABLE,
            "meaning": TEXT,
        }
    ),
    "Clause": closed(
        {
            "field": TEXT,
            "test": {"enum": ["any_of", "none_of", "only"]},
            "values": TEXTS,
            "or_null": {"type": ["boolean", "null"]},
        }
    ),
    "Checkpoint": closed(
        {
            "bundle": TEXT,
            "classes": _HEX,
            "more": FLAG,
            "n": WHOLE,
            "root": _HEX,
            "signature": _HEX,
            "size": {**WHOLE, "description": "How many entries it signs."},
        }
    ),
    "Proof": closed(
        {
            "kind": {"const": "inclusion"},
            "entry": closed({"class": _HEX, "n": WHOLE, "ref": _HEX}),
            "decision": closed({"bundle": TEXT, "outcomes": array("Outcome")}),
            "path": {"type": "array", "items": _HEX},
            "checkpoint": ref("Checkpoint"),
        }
    ),
    "Outcome": closed(
        {
            "recipient": TEXT,
            "outcome": {**TEXT, "description": "`shared`, or the reason that withholds it."},
            "rules": TEXTS,
        },
        {
            "fields": {"type": "object", "additionalProperties": TEXT},
            "hub_categories": TEXTS,
            "place_level": NULLABLE,
        },
    ),
}
"""What the answers refer to, by name."""
