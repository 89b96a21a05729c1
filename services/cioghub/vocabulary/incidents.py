"""One type for each stage of an event.

Raw data cannot reach the correlator: `correlate` takes a `PseudonymousIncident`, and only
`pseudonymise` makes one. Every type wraps the one before, so that no payload is copied on the way.
Those made for every event are named tuples: as frozen as a frozen dataclass, and four times as fast
to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cioghub.vocabulary.reasons import FaultCode, WithheldReason


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an event: where (a JSON pointer) and which; never the value."""

    pointer: str
    code: FaultCode


build = tuple.__new__
"""`build(Kind, values)` is `Kind(*values)` for a named tuple, and takes half the time.

It is for what is made of every event. Nobody counts the values: give all, in their order.
"""


class RawIncident(NamedTuple):
    """An event as an agency published it: the CloudEvents attributes with `data` inside."""

    attributes: Mapping[str, Any]

    def __repr__(self) -> str:
        return "RawIncident(content hidden)"


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that the hub does not take, with every fault at once."""

    faults: tuple[Fault, ...]
    source: str | None = field(repr=False)
    id: str | None = field(repr=False)


class ValidIncident(NamedTuple):
    """An accepted event.

    `publisher` is the party whose feed it came on. `coded` holds the values that rules look at, in
    the order of its type's coding (`vocabulary.coding`). `time`, `occurred_from`, `occurred_to`
    and `recorded_at` are whole seconds since 1970 UTC, None where the event has none; fractions are
    cut off, but an end within a second counts as the next one.
    """

    raw: RawIncident
    type: str
    source: str
    id: str
    publisher: str
    coded: tuple[Any, ...]
    time: int
    occurred_from: int | None
    occurred_to: int | None
    recorded_at: int | None

    def __repr__(self) -> str:
        return f"ValidIncident({self.type}, content hidden)"


class Notes(NamedTuple):
    """What the code lists say of all events of one decision class, for use inside the hub.

    `categories` are the counted hub categories of the fields that are not dropped, `generated` the
    same where one of those fields says that only police activity made the event, `floor` the finest
    place level that any audience may read of such an event, `agreement` the agreement that let it
    pass. Never written to a recipient's file.
    """

    agreement: str
    categories: tuple[str, ...]
    generated: tuple[str, ...]
    floor: str


class SharedIncident(NamedTuple):
    """What the rules let pass to one recipient, before its tokens are replaced.

    `data` has the treated fields only; `tokens` names the fields that still hold the agency's own
    tokens and must be pseudonymised for `purpose`. `time` is RFC 3339, or None where one of the
    event's times was dropped.
    """

    valid: ValidIncident
    recipient: str
    purpose: str
    data: dict[str, Any]
    tokens: tuple[str, ...]
    time: str | None
    notes: Notes

    def __repr__(self) -> str:
        return f"SharedIncident({self.valid.type} for {self.recipient}, content hidden)"


@dataclass(frozen=True, slots=True)
class Withheld:
    """What does not pass to one recipient, with the one reason and the rules that said so."""

    recipient: str
    reason: WithheldReason
    rules: tuple[str, ...]


class PseudonymousIncident(NamedTuple):
    """What one recipient receives: keyed id, no agency token, nothing beyond its rule.

    `former` holds, by field, the pseudonyms of the period before while two periods overlap; it is
    filled for the correlator alone and never written to a file. `accepted` is the acceptance time
    in whole seconds since 1970 UTC; with `notes` it stays inside the hub too.
    """

    recipient: str
    id: str
    source: str
    type: str
    time: str | None
    data: dict[str, Any]
    publisher: str
    accepted: int
    notes: Notes
    former: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"PseudonymousIncident({self.type} for {self.recipient}, content hidden)"
