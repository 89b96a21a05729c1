"""Proofs as records that travel alone: with the verifying key, nothing else is needed to check one.

An inclusion proof says that one entry, with its decision, is in the ledger that a checkpoint
signs; a consistency proof, that a ledger still begins with what an older checkpoint signed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cioghub.ledger.checkpoints import TreeHead, open_record
from cioghub.ledger.entries import LedgerEntry, canonical, class_id_of, parse_entry
from cioghub.ledger.merkle import HASH_BYTES, is_consistent, leaf_hash, root_from_path

INCLUSION, CONSISTENCY = "inclusion", "consistency"


def inclusion_proof(
    line: bytes,
    decision: Mapping[str, Any] | None,
    path: Sequence[bytes],
    checkpoint: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the proof for an entry's line: its decision's content, audit path and checkpoint."""
    found = parse_entry(line)
    if found is None:
        raise ValueError("the line is no entry")
    number, entry = found
    return {
        "kind": INCLUSION,
        "entry": {"class": entry.class_id, "n": number, "ref": entry.ref},
        "decision": decision,
        "path": [one.hex() for one in path],
        "checkpoint": dict(checkpoint),
    }


def consistency_proof(
    older: Mapping[str, Any], path: Sequence[bytes], checkpoint: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the proof that the ledger of `checkpoint` begins with that of `older`."""
    return {
        "kind": CONSISTENCY,
        "older": dict(older),
        "path": [one.hex() for one in path],
        "checkpoint": dict(checkpoint),
    }


def fault_of(proof: Any, key: Ed25519PublicKey) -> str | None:
    """Return what is wrong with a proof under the ledger's key, or None where it holds."""
    if not isinstance(proof, dict):
        return "it is no proof"
    head = _head(proof.get("checkpoint"), key)
    if head is None:
        return "its checkpoint does not bear the signature of the ledger's key"
    path = _path(proof.get("path"))
    if path is None:
        return "its path is not a list of hashes"
    if proof.get("kind") == INCLUSION:
        return _inclusion_fault(proof, head, path)
    if proof.get("kind") == CONSISTENCY:
        older = _head(proof.get("older"), key)
        if older is None:
            return "its older checkpoint does not bear the signature of the ledger's key"
        if is_consistent(older.size, older.root, head.size, head.root, path):
            return None
        return "its path does not lead from the older checkpoint to the newer"
    return "it is neither an inclusion nor a consistency proof"


def _inclusion_fault(proof: Mapping[str, Any], head: TreeHead, path: list[bytes]) -> str | None:
    entry = proof.get("entry")
    line = canonical(entry) if isinstance(entry, dict) else b""
    found = parse_entry(line)
    if found is None:
        return "its entry is not in the ledger's form"
    number, said = found
    if root_from_path(leaf_hash(line), number, head.size, path) != head.root:
        return "its path does not lead from the entry to the checkpoint"
    return _decision_fault(proof.get("decision"), said)


def _decision_fault(decision: Any, said: LedgerEntry) -> str | None:
    if decision is None:  # a proof may leave the content out
        return None
    if not isinstance(decision, dict) or class_id_of(decision) != said.class_id:
        return "its decision is not the one that the entry names"
    return None


def _head(record: Any, key: Ed25519PublicKey) -> TreeHead | None:
    return open_record(record, key) if isinstance(record, dict) else None


def _path(value: Any) -> list[bytes] | None:
    try:
        path = [bytes.fromhex(one) for one in value]
    except (TypeError, ValueError):
        return None
    return path if all(len(one) == HASH_BYTES for one in path) else None
