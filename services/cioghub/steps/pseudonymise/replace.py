"""Replaces the tokens of a shared incident by pseudonyms of its recipient, purpose and period.

Rules for editors:
1. This is the only place that makes a `PseudonymousIncident`.
2. Keys come in as values and stay in the object; nothing here logs, raises or shows a token.
3. The pseudonym of the former period goes along inside the hub alone, and only while periods
   overlap; it is never part of `data`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cioghub.steps.pseudonymise.derive import (
    MacKey,
    derived_key,
    event_id,
    named,
    period_of,
    period_start,
    pseudonym,
)
from cioghub.vocabulary.buckets import QUARTER, days_by_quarter
from cioghub.vocabulary.incidents import (
    PseudonymousIncident,
    SharedIncident,
    ValidIncident,
    build,
)
from cioghub.vocabulary.keys import KeyRing, Secret
from cioghub.vocabulary.parties import HUB_RECIPIENT

OVERLAP_DAYS = 28
_MOST_WAYS = 100_000
_TOKEN_CLASS = {"suspect_token": "person", "victim_token": "person", "place_token": "place"}


class _Way(NamedTuple):
    """What is the same for all events of one day, type and publisher on the way to one recipient.

    `former` is the key of tokens of the period before, None where it does not go along.
    """

    ids: MacKey
    tokens: MacKey
    former: MacKey | None
    source: str


class Pseudonymiser:
    """Holds the keys of a run; one instance serves every recipient."""

    def __init__(self, keys: KeyRing, zone: ZoneInfo, overlap_days: int = OVERLAP_DAYS) -> None:
        self._keys = keys
        self._days = days_by_quarter(zone)
        self._overlap = timedelta(days=overlap_days)
        self._known: dict[tuple[str, str, str, str], MacKey] = {}
        self._ways: dict[tuple[str, str, str, str, date], _Way] = {}
        self._reference_key = derived_key(keys.first, "reference")

    def __repr__(self) -> str:
        return "Pseudonymiser(keys hidden)"

    def unsealing(self) -> Secret:
        """Return the secret of the key that opens what doors seal for this hub."""
        return Secret(derived_key(self._keys.first, "seal").digest(b""))

    def reference(self, source: str, id: str) -> str:
        """Return the blinded reference of an event, one for all recipients, for the ledger."""
        return event_id(self._reference_key, named(source, id))

    def replace(
        self, valid: ValidIncident, passes: Sequence[SharedIncident], at: int | None = None
    ) -> tuple[PseudonymousIncident, ...]:
        """Return what the recipients of one event receive: id and tokens keyed for each alone.

        `passes` is what the rules let pass of it, to one recipient each. `at` is when it was
        accepted, in whole seconds since 1970 UTC; the event's own time if None.

        Raises:
            ValueError: something of `passes` is of another event, and would get this one's id.
        """
        if not passes:
            return ()
        _, type_name, source, id_, publisher, _, own_time, *_ = valid
        day, accepted = self._days[own_time // QUARTER], own_time if at is None else at
        name = named(source, id_)
        replaced = []
        for of, recipient, purpose, data, tokens, time, notes in passes:
            if of is not valid:
                raise ValueError("what passes is of another event")
            asked = (recipient, purpose, type_name, publisher, day)
            ids, key, former_key, hub_source = self._ways.get(asked) or self._way(*asked)
            former: tuple[tuple[str, str], ...] = ()
            for field in tokens:
                token = data[field]
                if token is not None:
                    kind = _TOKEN_CLASS[field]
                    data[field] = pseudonym(key, publisher, kind, token)
                    if former_key is not None:
                        before = pseudonym(former_key, publisher, kind, token)
                        former = (*former, (field, before))
            own_id = event_id(ids, name)
            replaced.append(
                build(
                    PseudonymousIncident,
                    (
                        recipient,
                        own_id,
                        hub_source,
                        type_name,
                        time,
                        data,
                        # The rest stays inside the hub.
                        publisher,
                        accepted,
                        notes,
                        former,
                    ),
                )
            )
        return tuple(replaced)

    def _way(self, recipient: str, purpose: str, type_name: str, publisher: str, day: date) -> _Way:
        kind = type_name.partition(".")[0]
        former = None
        if recipient == HUB_RECIPIENT and day < period_start(day) + self._overlap:
            last_of_former = period_start(day) - timedelta(days=1)
            former = self._key("token", recipient, purpose, last_of_former)
        if len(self._ways) >= _MOST_WAYS:
            self._ways.clear()
        way = self._ways[recipient, purpose, type_name, publisher, day] = _Way(
            ids=self._key("event-id", recipient, "", day),
            tokens=self._key("token", recipient, purpose, day),
            former=former,
            source=f"/hub/{kind}/{publisher}" if recipient == HUB_RECIPIENT else f"/hub/{kind}",
        )
        return way

    def _key(self, use: str, recipient: str, purpose: str, day: date) -> MacKey:
        root = self._keys.at(day)
        period = period_of(day) if use == "token" else ""
        known = self._known.get((root.id, use, recipient + "\0" + purpose, period))
        if known is None:
            known = derived_key(root, use, recipient, purpose, period)
            self._known[root.id, use, recipient + "\0" + purpose, period] = known
        return known
