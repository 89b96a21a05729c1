"""Replaces the tokens of a shared incident by pseudonyms of its recipient, purpose and period.

Rules for editors:
1. This is the only place that makes a `PseudonymousIncident`.
2. Keys come in as values and stay in the object; nothing here logs, raises or shows a token.
3. The pseudonym of the former period goes along inside the hub alone, and only while periods
   overlap; it is never part of `data`.
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from cioghub.steps.pseudonymise.derive import (
    derived_key,
    event_id,
    period_of,
    period_start,
    pseudonym,
)
from cioghub.vocabulary.buckets import local_day
from cioghub.vocabulary.incidents import PseudonymousIncident, SharedIncident
from cioghub.vocabulary.keys import KeyRing
from cioghub.vocabulary.parties import HUB_RECIPIENT

OVERLAP_DAYS = 28

_TOKEN_CLASS = {"suspect_token": "person", "victim_token": "person", "place_token": "place"}


class Pseudonymiser:
    """Holds the keys of a run; one instance serves every recipient."""

    def __init__(self, keys: KeyRing, zone: ZoneInfo, overlap_days: int = OVERLAP_DAYS) -> None:
        self._keys = keys
        self._zone = zone
        self._overlap = timedelta(days=overlap_days)
        self._known: dict[tuple[str, str, str, str], bytes] = {}
        self._reference_key = derived_key(keys.first, "reference")

    def __repr__(self) -> str:
        return "Pseudonymiser(keys hidden)"

    def reference(self, source: str, id: str) -> str:
        """Return the blinded reference of an event, one for all recipients, for the ledger."""
        return event_id(self._reference_key, source, id)

    def replace(self, shared: SharedIncident) -> PseudonymousIncident:
        """Return what the recipient receives: id and tokens keyed for it alone."""
        valid = shared.valid
        day = local_day(valid.time, self._zone)
        data = shared.data
        former: tuple[tuple[str, str], ...] = ()
        if shared.tokens:
            key = self._key("token", shared.recipient, shared.purpose, day)
            if shared.recipient == HUB_RECIPIENT and day < period_start(day) + self._overlap:
                former = self._former(shared, day)
            for field in shared.tokens:
                token = data[field]
                if token is not None:
                    data[field] = pseudonym(key, valid.publisher, _TOKEN_CLASS[field], token)
        id_key = self._id_key(shared.recipient, day)
        kind = valid.type.partition(".")[0]
        inside = shared.recipient == HUB_RECIPIENT
        return PseudonymousIncident(
            recipient=shared.recipient,
            id=event_id(id_key, valid.source, valid.id),
            source=f"/hub/{kind}/{valid.publisher}" if inside else f"/hub/{kind}",
            type=valid.type,
            time=shared.time,
            data=data,
            publisher=valid.publisher,
            accepted=valid.time,
            notes=shared.notes,
            former=former,
        )

    def id_for(self, recipient: str, source: str, id: str, accepted: int) -> str:
        """Return the id under which `recipient` knows an event accepted at that instant."""
        return event_id(self._id_key(recipient, local_day(accepted, self._zone)), source, id)

    def _id_key(self, recipient: str, day: date) -> bytes:
        return self._key("event-id", recipient, "", day)

    def _former(self, shared: SharedIncident, day: date) -> tuple[tuple[str, str], ...]:
        last_of_former = period_start(day) - timedelta(days=1)
        key = self._key("token", shared.recipient, shared.purpose, last_of_former)
        return tuple(
            (
                field,
                pseudonym(key, shared.valid.publisher, _TOKEN_CLASS[field], shared.data[field]),
            )
            for field in shared.tokens
            if shared.data[field] is not None
        )

    def _key(self, use: str, recipient: str, purpose: str, day: date) -> bytes:
        root = self._keys.at(day)
        period = period_of(day) if use == "token" else ""
        known = self._known.get((root.id, use, recipient + "\0" + purpose, period))
        if known is None:
            known = derived_key(root, use, recipient, purpose, period)
            self._known[root.id, use, recipient + "\0" + purpose, period] = known
        return known
