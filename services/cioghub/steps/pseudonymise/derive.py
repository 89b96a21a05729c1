"""Derives keys and pseudonyms: HMAC-SHA-256 throughout (RFC 2104, FIPS 198-1).

Rules for editors:
1. Every key is derived for one recipient, one purpose and one period: a change to a message below
   changes every pseudonym that was ever given out, so it needs a new version in `_DOMAIN`.
2. Parts of a message are joined with a zero byte, which no part can hold: two different tuples
   never make one message.
3. The publisher is part of what is pseudonymised, so that no two agencies' tokens ever match.
"""

from __future__ import annotations

import hmac
from datetime import date

from cioghub.vocabulary.keys import KeyRoot

_DOMAIN = b"cioghub-v1"
PSEUDONYM_BYTES = 20
REFERENCE_BYTES = 16


def _mac(key: bytes, *parts: str) -> bytes:
    return hmac.digest(key, "\0".join(parts).encode(), "sha256")


def period_of(day: date) -> str:
    """Return the calendar quarter of a local day, as `2025-Q3`."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def period_start(day: date) -> date:
    """Return the first day of the calendar quarter that holds `day`."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def derived_key(root: KeyRoot, use: str, *scope: str) -> bytes:
    """Return the key of one use and scope, as (recipient, purpose, period)."""
    return hmac.digest(
        root.secret.reveal(),
        b"\0".join([_DOMAIN, use.encode(), *(part.encode() for part in scope)]),
        "sha256",
    )


def pseudonym(key: bytes, publisher: str, token_class: str, token: str) -> str:
    """Return 40 hex digits for one token of one publisher."""
    return _mac(key, publisher, token_class, token)[:PSEUDONYM_BYTES].hex()


def event_id(key: bytes, source: str, id: str) -> str:
    """Return 32 hex digits: the id under which one recipient knows an event."""
    return _mac(key, source, id)[:REFERENCE_BYTES].hex()
