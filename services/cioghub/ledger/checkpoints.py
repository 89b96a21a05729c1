"""Signed tree heads (Ed25519, RFC 8032): who holds one can tell that nothing before it changed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cioghub.ledger.entries import canonical, parse_record

_SIGNED_AS = b"cioghub-ledger-v1\x00"
_DERIVED_AS = b"cioghub-ledger-v1\x00signing-key"
_FIELDS = {"bundle", "classes", "more", "n", "root", "signature", "size"}


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint signs.

    `number` counts checkpoints from 0, `size` the entries covered, `root` is their tree head (32
    bytes), `bundle` the hash of the rules in force, `classes` the SHA-256 of the classes' lines.
    `more` says that the ledger went on: a ledger that ends here has lost its tail.
    """

    number: int
    size: int
    root: bytes
    bundle: str
    classes: str
    more: bool

    def record(self) -> dict[str, Any]:
        """Return the head as the record that is signed."""
        return {
            "bundle": self.bundle,
            "classes": self.classes,
            "more": self.more,
            "n": self.number,
            "root": self.root.hex(),
            "size": self.size,
        }


def signing_key(root_secret: bytes) -> Ed25519PrivateKey:
    """Return the signing key of a secret, the same each time (one step of HMAC-SHA-256)."""
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(root_secret, _DERIVED_AS, "sha256"))


def verifying_key(text: str) -> Ed25519PublicKey | None:
    """Return the key of 64 lower-case hex digits and a line's end, or None."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError:
        return None
    return key if key_text(key) == text else None


def key_text(key: Ed25519PublicKey) -> str:
    """Return a verifying key as 64 hex digits and a line's end."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex() + "\n"


def sign(head: TreeHead, key: Ed25519PrivateKey) -> bytes:
    """Return a checkpoint's line, without its end."""
    record = head.record()
    signature = key.sign(_SIGNED_AS + canonical(record))
    return canonical({**record, "signature": signature.hex()})


def open_checkpoint(line: bytes, key: Ed25519PublicKey) -> TreeHead | None:
    """Return what a checkpoint's line signs, or None where it does not bear the key's signature."""
    record = parse_record(line)
    return None if record is None else open_record(record, key)


def open_record(record: Mapping[str, Any], key: Ed25519PublicKey) -> TreeHead | None:
    """Return what a checkpoint signs, or None where it does not bear the key's signature."""
    try:
        if set(record) != _FIELDS:
            return None
        signature = bytes.fromhex(record["signature"])
        if signature.hex() != record["signature"]:
            return None
        head = TreeHead(
            number=record["n"],
            size=record["size"],
            root=bytes.fromhex(record["root"]),
            bundle=record["bundle"],
            classes=record["classes"],
            more=record["more"],
        )
        signed = {name: value for name, value in record.items() if name != "signature"}
        key.verify(signature, _SIGNED_AS + canonical(signed))
    except (InvalidSignature, TypeError, ValueError, RecursionError):
        return None
    return head
