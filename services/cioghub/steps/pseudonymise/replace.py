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
_MOST_DAYS = 200_000

_TOKEN_CLASS = {"suspect_token": "person", "victim_token": "person", "place_token": "place"}


class Pseudonymiser:
    """Holds the keys of a run; one instance serves every recipient."""

    def __init__(self, keys: KeyRing, zone: ZoneInfo, overlap_days: int = OVERLAP_DAYS) -> None:
        self._keys = keys
        self._zone = zone
        self._overlap = timedelta(days=overlap_days)
        self._known: dict[tuple[str, str, str, str], bytes] = {}
        self._days: dict[int, date] = {}
        self._id_keys: dict[tuple[str, date], bytes] = {}
        self._sources: dict[tuple[str, str, str], str] = {}
        self._reference_key = derived_key(keys.first, "reference")

    def __repr__(self) -> str:
        return "Pseudonymiser(keys hidden)"

    def reference(self, source: str, id: str) -> str:
        """Return the blinded reference of an event, one for all recipients, for the ledger."""
        return event_id(self._reference_key, source, id)

    def replace(self, shared: SharedIncident) -> PseudonymousIncident:
        """Return what the recipient receives: id and tokens keyed for it alone."""
        valid, recipient, data = shared.valid, shared.recipient, shared.data
        former: tuple[tuple[str, str], ...] = ()
        day = self._day(valid.time)
        if shared.tokens:
            key = self._key("token", recipient, shared.purpose, day)
            if recipient == HUB_RECIPIENT and day < period_start(day) + self._overlap:
                former = self._former(shared, day)
            for field in shared.tokens:
                token = data[field]
                if token is not None:
                    data[field] = pseudonym(key, valid.publisher, _TOKEN_CLASS[field], token)
        return PseudonymousIncident(
            recipient,
            event_id(self._id_key(recipient, day), valid.source, valid.id),
            self._source(recipient, valid.type, valid.publisher),
            valid.type,
            shared.time,
            data,
            valid.publisher,
            valid.time,
            shared.notes,
            former,
        )

    def id_for(self, recipient: str, source: str, id: str, accepted: int) -> str:
        """Return the id under which `recipient` knows an event accepted at that instant."""
        return event_id(self._id_key(recipient, self._day(accepted)), source, id)

    def _day(self, seconds: int) -> date:
        quarter = seconds // 900
        known = self._days.get(quarter)
        if known is None:
            if len(self._days) > _MOST_DAYS:
                self._days.clear()
            known = self._days[quarter] = local_day(seconds, self._zone)
        return known

    def _id_key(self, recipient: str, day: date) -> bytes:
        key = self._id_keys.get((recipient, day))
        if key is None:
            key = self._id_keys[recipient, day] = self._key("event-id", recipient, "", day)
        return key

    def _source(self, recipient: str, type_name: str, publisher: str) -> str:
        known = self._sources.get((recipient, type_name, publisher))
        if known is None:
            kind = type_name.partition(".")[0]
            known = f"/hub/{kind}/{publisher}" if recipient == HUB_RECIPIENT else f"/hub/{kind}"
            self._sources[recipient, type_name, publisher] = known
        return known

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
