"""Runs the worked cases that stand beside each agreement: does it do what its authors expect?

A case is an event, and what must become of it under the whole bundle. Like `journey`, this composes
steps: validate, then share. Scalars of a case are text and take the kind that the schema gives.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from cioghub.steps.share.check_bundle import CASES, LoadedBundle
from cioghub.steps.share.decide import Refusal
from cioghub.steps.share.models import CaseModel
from cioghub.steps.share.table import DecisionTable
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.buckets import Buckets, local_day
from cioghub.vocabulary.incidents import Rejected, SharedIncident, ValidIncident
from cioghub.vocabulary.rules import Agreement, Finding
from cioghub.vocabulary.schema import EventSchema

ABSENT = "absent"
PSEUDONYM = "pseudonym"
"""In `fields` of a case: the field does not pass at all; or a token passes as a pseudonym."""

SHARED = "shared"
WITHHELD = "withheld:"
REJECTED = "rejected"


def run_cases(loaded: LoadedBundle) -> list[Finding]:
    """Return a finding for each case that does not come out as written."""
    runner = _Runner(loaded)
    return [
        finding
        for agreement in loaded.agreements
        for at, case in enumerate(loaded.cases.get(agreement.name, ()))
        for finding in runner.run(agreement, at, case)
    ]


class _Runner:
    def __init__(self, loaded: LoadedBundle) -> None:
        bundle = loaded.bundle
        self._loaded = loaded
        self._zone = ZoneInfo(bundle.areas.timezone)
        self._validator = Validator(
            bundle.parties, bundle.schemas, bundle.lists, bundle.areas, find_identifiers
        )
        self._table = DecisionTable(bundle, Buckets(self._zone))

    def run(self, agreement: Agreement, at: int, case: CaseModel) -> list[Finding]:
        """Return what the case at this position of its file gets wrong."""
        expected = (
            {agreement.recipient: case.expect} if isinstance(case.expect, str) else case.expect
        )
        valid = self._validator.validate(self._event(agreement, case))
        if isinstance(valid, Rejected):
            if set(expected.values()) == {REJECTED}:
                return []
            faults = ", ".join(f"{one.pointer} {one.code}" for one in valid.faults)
            return [
                self._finding(agreement, at, ("event",), case, f"the event is rejected: {faults}")
            ]
        found = []
        for recipient, wanted in expected.items():
            fault = self._fault(agreement, recipient, wanted, valid)
            if fault:
                found.append(self._finding(agreement, at, ("expect",), case, fault))
        if not found and case.fields:
            found = self._fields(agreement, at, case, valid)
        return found

    def _event(self, agreement: Agreement, case: CaseModel) -> dict[str, Any]:
        """Return the whole event: what the case leaves out, the agreement fills in."""
        event = case.event
        data = dict(event.data)
        schema = self._loaded.bundle.schemas.get(event.type)
        if schema is not None:
            data = {name: _as_kind(schema, name, value) for name, value in data.items()}
            if schema.field("held_for"):
                data.setdefault("held_for", agreement.held_for[0])
            if schema.field("occurred_to"):
                data.setdefault("occurred_to", data.get("occurred_from"))
        return {
            "specversion": "1.0",
            "id": event.id,
            "source": event.source or self._source(agreement, event.type, data.get("held_for")),
            "type": event.type,
            "time": event.time or data.get("occurred_to"),
            "datacontenttype": "application/json",
            "data": data,
        }

    def _source(self, agreement: Agreement, event: str, held_for: Any) -> str | None:
        party = self._loaded.bundle.parties.party(agreement.publisher)
        feeds = [feed for feed in party.feeds if event in feed.types] if party else []
        fitting = [feed for feed in feeds if held_for in feed.held_for]
        return next((feed.source for feed in (*fitting, *feeds)), None)

    def _fault(
        self, agreement: Agreement, recipient: str, wanted: str, valid: ValidIncident
    ) -> str:
        if not (wanted == SHARED or wanted.startswith(WITHHELD)):
            if wanted == REJECTED:
                return "the event is accepted, and the case expects it rejected"
            return "`expect` must say `shared`, `withheld:<reason>` or `rejected`"
        decision = self._table.decide(valid, local_day(valid.time, self._zone))
        outcome = next((one for one in decision.outcomes if one.recipient == recipient), None)
        if outcome is None:
            return f"`{recipient}` is no recipient of any agreement"
        if isinstance(outcome, Refusal):
            said = f"{WITHHELD}{outcome.reason}"
            by = f" by `{'`, `'.join(outcome.rules)}`" if outcome.rules else ""
            return "" if wanted == said else f"for `{recipient}` it is `{said}`{by}"
        if wanted != SHARED:
            return f"for `{recipient}` it is `{SHARED}` by `{outcome.agreement}`"
        if recipient == agreement.recipient and outcome.agreement != agreement.name:
            return f"it is shared by another agreement, `{outcome.agreement}`"
        return ""

    def _fields(
        self, agreement: Agreement, at: int, case: CaseModel, valid: ValidIncident
    ) -> list[Finding]:
        decision = self._table.decide(valid, local_day(valid.time, self._zone))
        plans = [p for p in decision.permitted if p.permit.recipient == agreement.recipient]
        if not plans:
            return [
                self._finding(
                    agreement, at, ("fields",), case, "nothing is shared, so no field can be"
                )
            ]
        shared = plans[0].apply(valid)
        return [
            self._finding(agreement, at, ("fields", name), case, f"`{name}` passes otherwise")
            for name, value in case.fields.items()
            if not _passes_as(shared, name, value)
        ]

    def _finding(
        self,
        agreement: Agreement,
        at: int,
        pointer: tuple[str | int, ...],
        case: CaseModel,
        message: str,
    ) -> Finding:
        file = agreement.file.removesuffix(".yaml") + CASES
        line, column = self._loaded.at(file, at, *pointer)
        return Finding(
            "case-failed",
            file,
            line,
            column,
            f"the case `{case.name}` fails: {message}",
            "Correct the agreement if the case is right, or the case if the agreement is.",
        )


def _as_kind(schema: EventSchema, name: str, value: Any) -> Any:
    field = schema.field(name)
    if field is not None and field.kind == "int" and isinstance(value, str):
        return int(value) if value.removeprefix("-").isdecimal() else value
    return value


def _passes_as(shared: SharedIncident, name: str, wanted: Any) -> bool:
    if wanted == ABSENT:
        return name not in shared.data
    if name not in shared.data:
        return False
    if wanted == PSEUDONYM and name in shared.tokens:
        return shared.data[name] is not None
    return bool(_as_text(shared.data[name]) == wanted)


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(one) for one in value]
    return value if value is None else str(value)
