"""Which of a ledger's checkpoints can be trusted, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cioghub.ledger.audit import Fault
from cioghub.ledger.checkpoints import TreeHead, open_checkpoint

CHECKPOINTS = "checkpoints"


def trusted_heads(
    lines: Iterable[bytes], key: Ed25519PublicKey
) -> tuple[list[TreeHead], Fault | None]:
    """Return the heads of checkpoints' lines that bear the key's signature, and the first fault.

    Lines come with their ends. The heads come by rising size; a line out of its order is a fault.
    """
    heads: list[TreeHead] = []
    fault: Fault | None = None
    for at, line in enumerate(lines):
        head = open_checkpoint(line[:-1], key) if line.endswith(b"\n") else None
        if head is None:
            fault = fault or _fault(at, "does not bear the signature of the ledger's key")
        elif head.number != at or (heads and head.size <= heads[-1].size):
            fault = fault or _fault(
                at, "is not in its place: checkpoints were removed or reordered"
            )
            if not heads or head.size > heads[-1].size:
                heads.append(head)
        else:
            heads.append(head)
    return heads, fault


def _fault(at: int, what: str) -> Fault:
    return Fault(None, None, CHECKPOINTS, "signature", f"checkpoint {at} (line {at + 1}) {what}")
