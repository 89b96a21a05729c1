"""The shapes of rule files, closed: an unknown key is an error, a missing one too.

These models are also what `ciog rules schema` prints. They only say what a file may look like;
whether what it says is lawful is for `check`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, model_validator

from cioghub.vocabulary.rules import ConditionField


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _iso_day(value: Any) -> Any:
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value)
    raise ValueError("write a day as 2025-01-31")


def _yes_or_no(value: Any) -> Any:
    if value in ("true", "false"):
        return value == "true"
    raise ValueError("write true or false")


def _whole(value: Any) -> Any:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise ValueError("write a whole number")


Day = Annotated[date, BeforeValidator(_iso_day)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Whole = Annotated[int, BeforeValidator(_whole), Field(ge=0)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Words = Annotated[list[str], Field(min_length=1)]


class FeedModel(_Closed):
    """One feed: what an agency sends under one `source`."""

    source: Annotated[str, Field(pattern=r"^/[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$")]
    types: Words
    held_for: Words
    cadence: Text
    due_hours: Whole


class PartyModel(_Closed):
    """One legal person."""

    id: Name
    legal_name: Text
    kind: Text
    status: Literal["specified", "relevant", "policing-body", "nhs-trust", "other"]
    functions: Words
    controller: Literal["sole", "joint", "processor"]
    owner: Text | None
    dpo: Text | None
    caldicott: Text | None
    contact: Text | None
    feeds: list[FeedModel]


class AreaModel(_Closed):
    """One place that a group is limited to."""

    level: Literal["lsoa", "msoa", "ward", "district", "csp", "ciog", "county"]
    code: Text


class GroupModel(_Closed):
    """A recipient or audience that is not a legal person."""

    id: Name
    name: Text
    members: list[Name]
    areas: list[AreaModel] = []


class HubModel(_Closed):
    """Who operates the hub, and in which role."""

    operator: Text
    role: Text


class PartiesModel(_Closed):
    """parties.yaml"""

    parties: list[PartyModel]
    groups: list[GroupModel]
    hub: HubModel


class PaperModel(_Closed):
    """A parent agreement, DPIA or policy document."""

    id: Text
    kind: Text
    starts: Day
    ends: Day


class BundleModel(_Closed):
    """bundle.yaml"""

    code_lists: Text | None = None
    papers: list[PaperModel] = []


class GatewayModel(_Closed):
    """One legal power that allows a disclosure, and what it does not open."""

    id: Name
    title: Text | None = None
    text: Annotated[str, Field(max_length=4000)] | None = None
    limits: list[str] = []


class GatewaysModel(_Closed):
    """gateways.yaml"""

    gateways: list[GatewayModel]


class GeneraliseModel(_Closed):
    """`{generalise: LEVEL}`"""

    generalise: Text


class ClauseModel(_Closed):
    """One test: any_of, none_of or only, over listed values."""

    any_of: Words | None = None
    none_of: Words | None = None
    only: Words | None = None
    or_null: YesNo | None = None

    @model_validator(mode="after")
    def _one_test(self) -> ClauseModel:
        tests = [t for t in (self.any_of, self.none_of, self.only) if t is not None]
        if len(tests) != 1:
            raise ValueError("write exactly one of any_of, none_of and only")
        if len(set(tests[0])) != len(tests[0]):
            raise ValueError("list each value once")
        return self


Clauses = dict[ConditionField, ClauseModel]


class NeverModel(_Closed):
    """One never: all clauses of `when` must hold; `why` is for the reader."""

    when: Annotated[Clauses, Field(min_length=1)]
    why: Text


class AnonymityModel(_Closed):
    """The dated motivated-intruder assessment of an anonymised lane."""

    assessed: Day
    by: Text
    motivated_intruder: Text


class AgreementModel(_Closed):
    """One agreement file."""

    agreement: Name
    version: Text
    title: Text
    publisher: Name
    recipient: Name
    held_for: Words
    gateway: Name
    lawful_basis: Text
    regime: Literal["uk-gdpr", "part-3", "part-3-to-uk-gdpr"]
    conditions: list[str]
    policy_document: Text | None
    dpia: Text | None
    parent: Text | None
    purpose: Name
    lane: Literal["anonymised", "pseudonymised"]
    anonymity: AnonymityModel | None
    starts: Day
    ends: Day
    review_by: Day
    retention_days: Whole
    events: Words
    fields: dict[str, Literal["keep", "drop", "pseudonymise"] | GeneraliseModel]
    only_when: Clauses = {}
    never_when: list[NeverModel] = []
    release: dict[Name, Literal["exact", "rounded", "level"]]


class CaseEventModel(_Closed):
    """The event of a worked case; what is left out takes the first that the agreement allows."""

    type: Text
    time: Text | None = None
    id: Text = "case"
    source: Text | None = None
    data: dict[str, Any]


class CaseModel(_Closed):
    """One worked case: an event, what must happen to it, and what must pass of its fields."""

    name: Text
    event: CaseEventModel
    expect: Text | Annotated[dict[Name, Text], Field(min_length=1)]
    fields: dict[str, Any] = {}


class CasesModel(RootModel[list[CaseModel]]):
    """<name>.cases.yaml"""
