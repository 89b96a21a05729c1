"""A decision ledger as a folder of files, and the check that nobody has changed it.

`entries.jsonl` has one line an event, `leaves.bin` the 32-byte leaf hash of each (so that the first
bad entry can be named, not only that there is one), `checkpoints.jsonl` signed tree heads,
`classes.jsonl` each decision class once, `key.hex` the verifying key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from cioghub.errors import WrongUse
from cioghub.ledger.merkle import Tree, inclusion_path, leaf_hash
from cioghub.ledger.records import canonical, checkpoint, class_id, entry, is_signed

ENTRIES, LEAVES, CHECKPOINTS = "entries.jsonl", "leaves.bin", "checkpoints.jsonl"
CLASSES, KEY = "classes.jsonl", "key.hex"
EVERY = 16_384
"""Entries between two checkpoints: what is lost of a bad tail is at most so much."""

_HASH = 32


class LedgerFolder:
    """Writes a ledger; `close` adds the last checkpoint and the classes."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey, bundle: str) -> None:
        folder.mkdir()
        self._folder = folder
        self._key = key
        self._bundle = bundle
        self._tree = Tree()
        self._classes: dict[str, bytes] = {}
        self._entries = (folder / ENTRIES).open("wb")
        self._leaves = (folder / LEAVES).open("wb")
        self._checkpoints = (folder / CHECKPOINTS).open("wb")
        public = key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )
        (folder / KEY).write_text(public.hex() + "\n", encoding="ascii")

    def add_class(self, content: Mapping[str, Any]) -> str:
        """Keep what a decision class says, once; return its id."""
        name = class_id(content)
        self._classes[name] = canonical({"class": name, "content": content})
        return name

    def append(self, ref: str, decision: str) -> None:
        """Append one event's decision by blinded reference and class."""
        line = entry(self._tree.size, ref, decision)
        leaf = leaf_hash(line)
        self._tree.append(leaf)
        self._entries.write(line + b"\n")
        self._leaves.write(leaf)
        if self._tree.size % EVERY == 0:
            self._sign()

    def _sign(self) -> None:
        head = checkpoint(self._tree.size, self._tree.root(), self._bundle, self._key)
        self._checkpoints.write(canonical(head) + b"\n")

    def close(self) -> None:
        """Sign the end, write the classes, close the files."""
        if self._tree.size % EVERY or not self._tree.size:
            self._sign()
        (self._folder / CLASSES).write_bytes(
            b"".join(self._classes[name] + b"\n" for name in sorted(self._classes))
        )
        for file in (self._entries, self._leaves, self._checkpoints):
            file.close()


def verify(folder: Path, older: Mapping[str, Any] | None = None) -> tuple[int, str | None]:
    """Return how many entries are good, and what is wrong with the next, or None.

    `older` is a checkpoint that somebody kept: the ledger must still begin with what it covers.

    Raises:
        WrongUse: the folder holds no ledger.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(
            bytes.fromhex((folder / KEY).read_text(encoding="ascii").strip())
        )
        heads = [json.loads(line) for line in (folder / CHECKPOINTS).read_bytes().splitlines()]
        classes = _classes(folder)
        leaves = (folder / LEAVES).read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise WrongUse(
            f"{folder} holds no ledger.", "", "Name the `ledger` folder of a replay or of a hub."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        return 0, f"a file of the ledger cannot be read ({type(error).__name__})"
    for number, head in enumerate(heads):
        if not is_signed(head, key):
            return 0, f"checkpoint {number} does not bear the signature of the ledger's key"
    sizes = [head["size"] for head in heads]
    if not heads or sizes != sorted(set(sizes)):
        return 0, "the checkpoints are missing or out of order"
    covered = {head["size"]: head["root"] for head in heads}
    if older is not None:
        if not is_signed(older, key):
            return 0, "the checkpoint that you kept was not signed with the ledger's key"
        covered.setdefault(older["size"], older["root"])
        if covered[older["size"]] != older["root"]:
            return 0, "the ledger no longer begins as the checkpoint that you kept says"
    return _walk(folder, leaves, classes, dict(sorted(covered.items())))


def _walk(
    folder: Path, leaves: bytes, classes: frozenset[str], covered: Mapping[int, str]
) -> tuple[int, str | None]:
    tree, signed = Tree(), 0
    if covered.get(0, tree.root().hex()) != tree.root().hex():
        return 0, "the checkpoint of an empty ledger is wrong"
    for number, line in enumerate(_lines(folder / ENTRIES)):
        leaf = leaf_hash(line)
        if leaf != leaves[number * _HASH : (number + 1) * _HASH]:
            return number, _what(line, number)
        try:
            decision = json.loads(line)["class"]
        except (ValueError, KeyError, TypeError):
            return number, "it is no entry"
        if decision not in classes:
            return number, "its decision class is missing or was changed"
        tree.append(leaf)
        if tree.size in covered:
            if covered[tree.size] != tree.root().hex():
                return signed, (
                    f"entries and hashes from here to {tree.size - 1} no longer give the signed "
                    "root: at least one of them was changed"
                )
            signed = tree.size
    last = max(covered)
    if tree.size < last:
        return tree.size, f"it is missing: {last} entries were signed"
    if tree.size > last:
        return last, "it was added after the last signature"
    if len(leaves) != tree.size * _HASH:
        return tree.size, "there are more hashes than entries"
    return tree.size, None


def _what(line: bytes, number: int) -> str:
    """Say in which way an entry is not what was written here."""
    try:
        found = json.loads(line)["n"]
    except (ValueError, KeyError, TypeError):
        return "it was changed"
    if found == number:
        return "it was changed"
    return f"entry {found} stands here: entries were removed, added or reordered"


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            yield line.rstrip(b"\n")


def _classes(folder: Path) -> frozenset[str]:
    good = set()
    for line in (folder / CLASSES).read_bytes().splitlines():
        row = json.loads(line)
        if class_id(row["content"]) == row["class"]:
            good.add(row["class"])
    return frozenset(good)


def prove(folder: Path, number: int) -> dict[str, Any]:
    """Return the proof that an entry is in the ledger as last signed.

    Raises:
        WrongUse: there is no such entry, or no ledger.
    """
    leaves = (folder / LEAVES).read_bytes() if (folder / LEAVES).is_file() else b""
    hashes = [leaves[i : i + _HASH] for i in range(0, len(leaves), _HASH)]
    line = next((x for n, x in enumerate(_lines(folder / ENTRIES)) if n == number), None)
    if line is None or number >= len(hashes):
        raise WrongUse("There is no such entry.", "", "Name an entry by its number or reference.")
    head = json.loads((folder / CHECKPOINTS).read_bytes().splitlines()[-1])
    return {
        "entry": json.loads(line),
        "path": [one.hex() for one in inclusion_path(hashes, number)],
        "checkpoint": head,
        "key": hashlib.sha256((folder / KEY).read_bytes()).hexdigest(),
    }
