"""Verifies a whole ledger: signatures, entries, classes, in the order in which they can be trusted.

What each check rests on: the key is the ledger's own unless one is given; heads rest on the key,
entries on the heads, classes on the entries that name them and on the last head.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cioghub.ledger.audit import ENTRIES, Fault, audit
from cioghub.ledger.checkpoints import TreeHead, key_text, open_record
from cioghub.ledger.entries import parse_entry
from cioghub.ledger.heads import CHECKPOINTS, trusted_heads
from cioghub.ledger.merkle import consistency_ranges, inclusion_ranges, leaf_hash, range_roots
from cioghub.ledger.proofs import consistency_proof, inclusion_proof

KEY, CLASSES = "key", "classes"


@dataclass(frozen=True, slots=True)
class Classes:
    """The decision classes of a ledger.

    `contents` holds those that are what their id says, `damaged` the first line that is not one (or
    None), `digest` the SHA-256 of all lines.
    """

    contents: Mapping[str, Mapping[str, Any]]
    damaged: int | None
    digest: str


class Ledger(Protocol):
    """A ledger as its records; each call reads anew up to one end, lines come with their ends."""

    def key(self) -> Ed25519PublicKey | None:
        """Return the verifying key, or None where there is none."""
        ...

    def entries(self) -> Iterator[bytes]:
        """Yield the entries' lines."""
        ...

    def leaves(self) -> Iterator[bytes]:
        """Yield the stored leaf hashes."""
        ...

    def checkpoints(self) -> Iterator[bytes]:
        """Yield the checkpoints' lines."""
        ...

    def classes(self) -> Classes:
        """Return the decision classes."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found.

    `entries` counts the entries that are as signed, before the first bad one; `head` is the last
    trusted head; `key` the SHA-256 of the verifying key, for comparing by eye.
    """

    entries: int
    fault: Fault | None
    head: TreeHead | None
    key: str | None


def verify(
    ledger: Ledger,
    kept: Sequence[Any] = (),
    held_key: Ed25519PublicKey | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Verdict:
    """Return whether a ledger is what was signed, and if not, its first bad entry.

    `kept` are checkpoints that somebody kept elsewhere, as JSON values: the ledger must still begin
    with what they cover. `held_key` is the verifying key as somebody else holds it.
    """
    key = ledger.key()
    if key is None:
        return Verdict(0, _all(KEY, "key", "the verifying key is missing or damaged"), None, None)
    digest = sha256(key_text(key).encode()).hexdigest()
    if held_key is not None and key_text(held_key) != key_text(key):
        why = "the ledger's verifying key is not the one you hold: all of it may have been replaced"
        return Verdict(0, _all(KEY, "key", why), None, digest)
    heads, head_fault = trusted_heads(ledger.checkpoints(), key)
    last = heads[-1] if heads else None
    older: dict[int, bytes] = {}
    for record in kept:
        head = open_record(record, key) if isinstance(record, dict) else None
        if head is None:
            why = "a checkpoint that you kept does not bear the signature of the ledger's key"
            return Verdict(0, _all(CHECKPOINTS, "kept", why), last, digest)
        if older.setdefault(head.size, head.root) != head.root:
            why = "two checkpoints that you kept contradict each other"
            return Verdict(0, _all(CHECKPOINTS, "kept", why), last, digest)
    classes = ledger.classes()
    good, fault = audit(
        ledger.entries(),
        ledger.leaves(),
        {head.size: head.root for head in heads},
        older,
        frozenset(classes.contents),
        progress,
    )
    if fault is None or fault.entry is None or fault.code == "added":
        fault = _after(good, fault, last, head_fault, classes)
    return Verdict(good, fault, last, digest)


def _after(
    good: int,
    fault: Fault | None,
    last: TreeHead | None,
    head_fault: Fault | None,
    classes: Classes,
) -> Fault | None:
    """Return the first fault where every entry that a trusted head covers is as signed."""
    uncovered = fault is not None and fault.part == ENTRIES
    if uncovered and head_fault is not None and last is not None and good == last.size:
        why = f"no signature covers it: {head_fault.why}"
        return Fault(good, good, CHECKPOINTS, "signature", why)
    if last is None:
        why = head_fault.why if head_fault else "there is no checkpoint"
        return Fault(0, 0, CHECKPOINTS, "signature", f"no signature covers it: {why}")
    if uncovered:
        return fault
    if last.more:
        why = "it is missing: the last checkpoint says that more entries were signed"
        return Fault(good, good, ENTRIES, "missing", why)
    if head_fault is not None:
        return head_fault
    if classes.damaged is not None or classes.digest != last.classes:
        at = "" if classes.damaged is None else f" (line {classes.damaged + 1})"
        why = f"a decision class that no entry names was changed, added or removed{at}"
        return Fault(None, None, CLASSES, "class", why)
    return fault


def _all(part: str, code: str, why: str) -> Fault:
    """Return a fault that leaves no entry beyond doubt, the first included."""
    return Fault(0, 0, part, code, why)


def find(ledger: Ledger, ref: str) -> int | None:
    """Return the number of the entry with a blinded reference, or None."""
    wanted = f'"ref":"{ref}"}}\n'.encode()
    for number, line in enumerate(ledger.entries()):
        if line.endswith(wanted):
            return number
    return None


def prove_inclusion(ledger: Ledger, number: int, checkpoint: Mapping[str, Any]) -> dict[str, Any]:
    """Return the proof that an entry is in the ledger that a checkpoint signs.

    The proof is true only of a ledger that verifies: hold it against the key before it is given
    away (`cioghub.ledger.proofs.fault_of`).

    Raises:
        IndexError: the checkpoint covers no such entry, or entries are missing.
        ValueError: the entry is not in the ledger's form.
    """
    line = next(islice(ledger.entries(), number, None), b"")[:-1]
    found = parse_entry(line)
    if found is None:
        raise ValueError("the entry is not in the ledger's form")
    path = range_roots(_hashed(ledger.entries()), inclusion_ranges(number, checkpoint["size"]))
    return inclusion_proof(line, ledger.classes().contents.get(found[1].class_id), path, checkpoint)


def prove_consistency(
    ledger: Ledger, older: Mapping[str, Any], checkpoint: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the proof that the ledger of a checkpoint begins with that of an older one.

    Raises:
        IndexError: the older checkpoint covers more than the newer, or entries are missing.
    """
    ranges = consistency_ranges(older["size"], checkpoint["size"])
    return consistency_proof(older, range_roots(_hashed(ledger.entries()), ranges), checkpoint)


def _hashed(lines: Iterable[bytes]) -> Iterator[bytes]:
    return (leaf_hash(line[:-1]) for line in lines)
