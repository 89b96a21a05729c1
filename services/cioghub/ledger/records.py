"""What the ledger says: entries, decision classes and signed checkpoints, as canonical bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

CLASS_HEX = 16
CONTEXT = b"cioghub-ledger-v1\x00"


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the one form of a record: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def class_id(content: Mapping[str, Any]) -> str:
    """Return the id of a decision class: the first 16 hex digits of the hash of its content."""
    return hashlib.sha256(canonical(content)).hexdigest()[:CLASS_HEX]


def entry(number: int, ref: str, decision: str) -> bytes:
    """Return one entry; `ref` is the blinded reference, `decision` the id of the class."""
    return b'{"class":"%b","n":%d,"ref":"%b"}' % (decision.encode(), number, ref.encode())


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    """Return the signing key that 32 secret bytes stand for: the same each time."""
    return Ed25519PrivateKey.from_private_bytes(secret)


def checkpoint(size: int, root: bytes, bundle: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return a signed tree head over `size` entries."""
    head = {"bundle": bundle, "root": root.hex(), "size": size}
    return {**head, "signature": key.sign(CONTEXT + canonical(head)).hex()}


def is_signed(found: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Say whether a checkpoint bears the signature of the key."""
    try:
        head = {name: found[name] for name in ("bundle", "root", "size")}
        key.verify(bytes.fromhex(found["signature"]), CONTEXT + canonical(head))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return True
