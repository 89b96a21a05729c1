"""Makes long random secrets, and what is kept of them.

A secret of 256 random bits needs no slow hash: nobody guesses it. What people choose does, and has
argon2 in `accounts.py`.
"""

from __future__ import annotations

import hashlib
import secrets

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as another."""
_READ_AS = str.maketrans("ILO", "110")


def new_secret() -> str:
    """Return a new secret of 256 random bits, fit for a header or a cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Return a new code of 100 random bits for a person to type: four groups of five letters."""
    return "-".join("".join(secrets.choice(CODE_LETTERS) for _ in range(5)) for _ in range(4))


def as_typed(code: str) -> str:
    """Return a code however it was typed: in small letters, with spaces, with O for 0."""
    return "".join(code.split()).replace("-", "").upper().translate(_READ_AS)


def kept(secret: str) -> bytes:
    """Return what is kept of a secret: its SHA-256."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
