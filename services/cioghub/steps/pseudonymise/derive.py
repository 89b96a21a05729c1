"""Derives keys and pseudonyms: HMAC-SHA-256 throughout (RFC 2104, FIPS 198-1).

Rules for editors:
1. Every key is derived for one recipient, one purpose and one period: a change to a message below
   changes every pseudonym that was ever given out, so it needs a new version in `_DOMAIN`.
2. Parts of a message are joined with a zero byte, which no part can hold: two different tuples
   never make one message.
3. The publisher is part of what is pseudonymised, so that no two agencies' tokens ever match.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

from cioghub.vocabulary.keys import KeyRoot

_DOMAIN = b"cioghub-v1"
PSEUDONYM_BYTES = 20
REFERENCE_BYTES = 16


_BLOCK_BYTES = 64
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


class MacKey:
    """A key ready for many messages: HMAC whose two paddings are hashed once (RFC 2104, part 4)."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        """Take a key of up to 64 bytes; raise ValueError for a longer one."""
        if len(key) > _BLOCK_BYTES:
            raise ValueError("a key longer than a block would have to be hashed first")
        padded = key.ljust(_BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(padded.translate(_INNER))
        self._outer = hashlib.sha256(padded.translate(_OUTER))

    def __repr__(self) -> str:
        return "MacKey(hidden)"

    def digest(self, message: bytes) -> bytes:
        """Return the 32 bytes that `hmac.digest(key, message, "sha256")` gives."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


def period_of(day: date) -> str:
    """Return the calendar quarter of a local day, as `2025-Q3`."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def period_start(day: date) -> date:
    """Return the first day of the calendar quarter that holds `day`."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def derived_key(root: KeyRoot, use: str, *scope: str) -> MacKey:
    """Return the key of one use and scope, as (recipient, purpose, period)."""
    message = b"\0".join([_DOMAIN, use.encode(), *(part.encode() for part in scope)])
    return MacKey(hmac.digest(root.secret.reveal(), message, "sha256"))


def pseudonym(key: MacKey, publisher: str, token_class: str, token: str) -> str:
    """Return 40 hex digits for one token of one publisher."""
    message = f"{publisher}\0{token_class}\0{token}".encode()
    return key.digest(message)[:PSEUDONYM_BYTES].hex()


def named(source: str, id: str) -> bytes:
    """Return what an event is named by among all events: its feed and its id there."""
    return f"{source}\0{id}".encode()


def event_id(key: MacKey, name: bytes) -> str:
    """Return 32 hex digits: the id under which one recipient knows the event `named` so."""
    return key.digest(name)[:REFERENCE_BYTES].hex()
