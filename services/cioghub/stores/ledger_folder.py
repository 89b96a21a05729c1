"""A decision ledger as a folder of files: written once by a replay, read by whoever verifies it.

`entries.jsonl` has one line an event, `leaves.bin` the 32-byte leaf hash of each (so that the first
bad entry can be named, not only that there is one), `checkpoints.jsonl` the signed tree heads,
`classes.jsonl` each decision class once, by id, `verifying-key.hex` the key of the signatures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PublicKey,
)

from cioghub.errors import WrongUse
from cioghub.ledger.checkpoints import TreeHead, key_text, sign, signing_key, verifying_key
from cioghub.ledger.entries import class_id_of, class_line, entry_block, parse_class
from cioghub.ledger.merkle import HASH_BYTES, Tree, leaf_hashes
from cioghub.ledger.verify import Classes
from cioghub.stores.ledger_files import ends_of
from cioghub.vocabulary.keys import Secret

ENTRIES, LEAVES, CHECKPOINTS = "entries.jsonl", "leaves.bin", "checkpoints.jsonl"
CLASSES, KEY = "classes.jsonl", "verifying-key.hex"

EVERY = 256
"""Entries between two checkpoints: who rewrites entries and hashes leaves doubt about so many. A
signature costs 30 microseconds, so this is a tenth of a microsecond an entry."""

_LONGEST_ENTRY = 256
_LONGEST_RECORD = 1 << 22


class LedgerWriter:
    """Writes a ledger into a new folder, as a context manager or with `close`.

    `signing` is a secret of the hub, of which the signing key is derived; `bundle_hash` names the
    rules in force. The same calls give the same bytes.
    """

    def __init__(self, folder: Path, signing: Secret, bundle_hash: str) -> None:
        key = signing_key(signing.reveal())
        self._key = key
        self._bundle = bundle_hash
        self._tree = Tree()
        self._refs: list[str] = []
        self._class_ids: list[str] = []
        self._classes: dict[str, bytes] = {}
        self._used: set[str] = set()
        self._heads = 0
        self._digested = (0, sha256().hexdigest())
        folder.mkdir()
        self._folder = folder
        (folder / KEY).write_text(key_text(key.public_key()), encoding="ascii")
        with ExitStack() as opened:
            self._entries = opened.enter_context((folder / ENTRIES).open("wb"))
            self._leaves = opened.enter_context((folder / LEAVES).open("wb"))
            self._checkpoints = opened.enter_context((folder / CHECKPOINTS).open("wb"))
            self._open_files = opened.pop_all()

    def __enter__(self) -> LedgerWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._open_files.close()

    def add_class(self, content: Mapping[str, Any]) -> str:
        """Keep what a decision class says, once, at any time before the end; return its id."""
        name = class_id_of(content)
        self._classes[name] = class_line(content) + b"\n"
        return name

    def append(self, ref: str, class_id: str) -> None:
        """Append one event's decision: its blinded reference (32 hex digits) and class.

        Raises:
            ValueError: on this call or a later one, a reference or class is not in its form.
        """
        self.extend([ref], [class_id])

    def extend(self, refs: Sequence[str], class_ids: Sequence[str]) -> None:
        """Append the decisions of several events, as `append` does.

        Raises:
            ValueError: as `append` does, or there are more of one than of the other.
        """
        if len(refs) != len(class_ids):
            raise ValueError("each reference needs one decision class")
        self._refs += refs
        self._class_ids += class_ids
        whole = len(self._refs) // EVERY * EVERY
        for at in range(0, whole, EVERY):
            self._flush(slice(at, at + EVERY))
        del self._refs[:whole], self._class_ids[:whole]

    def close(self) -> None:
        """Write what is left, sign the end, write the classes; raise ValueError if one is absent.

        A ledger that was not closed does not verify.
        """
        with self._open_files:
            if self._refs:
                self._flush(slice(None))
            self._sign(more=False)
            unknown = self._used - self._classes.keys()
            if unknown:
                raise ValueError(f"{len(unknown)} decision classes were used and never added")
            (self._folder / CLASSES).write_bytes(self._class_lines())

    def _flush(self, part: slice) -> None:
        """Write a part of what waits, which begins where the tree ends."""
        if self._tree.size:  # signed only now: at the time it was not known that more would come
            self._sign(more=True)
        class_ids = self._class_ids[part]
        block = entry_block(self._tree.size, self._refs[part], class_ids)
        self._used.update(class_ids)
        leaves = leaf_hashes(block.splitlines())
        self._tree.extend(leaves)
        self._entries.write(block)
        self._leaves.write(b"".join(leaves))

    def _sign(self, *, more: bool) -> None:
        if self._digested[0] != len(self._classes):
            digest = sha256(self._class_lines()).hexdigest()
            self._digested = len(self._classes), digest
        head = TreeHead(
            number=self._heads,
            size=self._tree.size,
            root=self._tree.root(),
            bundle=self._bundle,
            classes=self._digested[1],
            more=more,
        )
        self._heads += 1
        self._checkpoints.write(sign(head, self._key) + b"\n")

    def _class_lines(self) -> bytes:
        return b"".join(self._classes[name] for name in sorted(self._classes))


class LedgerReader:
    """Reads the files of a ledger folder; a file that is not there reads as empty.

    All of it ends where it ended when this was made, whatever a running hub appends meanwhile.

    Raises:
        WrongUse: the folder holds no ledger.
    """

    def __init__(self, folder: Path) -> None:
        if not any((folder / name).is_file() for name in (ENTRIES, CHECKPOINTS, KEY)):
            inner = folder / "ledger"
            raise WrongUse(
                f"{folder} holds no ledger.",
                "",
                f"Name {inner}."
                if (inner / ENTRIES).is_file()
                else "Name the `ledger` folder of a replay or of a hub.",
            )
        self._folder = folder
        self._ends = ends_of(folder, (ENTRIES, LEAVES, CHECKPOINTS, CLASSES, KEY))

    def key(self) -> Ed25519PublicKey | None:
        """Return the verifying key, or None where the file holds none."""
        lines = list(islice(self._lines(KEY, _LONGEST_ENTRY), 2))
        return verifying_key(lines[0].decode("ascii", "replace")) if len(lines) == 1 else None

    def entries(self) -> Iterator[bytes]:
        """Yield the lines of the entries with their ends."""
        return self._lines(ENTRIES, _LONGEST_ENTRY)

    def checkpoints(self) -> Iterator[bytes]:
        """Yield the lines of the checkpoints with their ends."""
        return self._lines(CHECKPOINTS, _LONGEST_RECORD)

    def leaves(self) -> Iterator[bytes]:
        """Yield the stored leaf hashes, 32 bytes each; the last may be shorter."""
        left = self._ends.get(LEAVES, 0)
        if not left:
            return
        with (self._folder / LEAVES).open("rb") as file:
            while block := file.read(min(HASH_BYTES * 2048, left)):
                left -= len(block)
                for at in range(0, len(block), HASH_BYTES):
                    yield block[at : at + HASH_BYTES]

    def classes(self) -> Classes:
        """Return the decision classes."""
        contents: dict[str, Mapping[str, Any]] = {}
        damaged: int | None = None
        digest = sha256()
        for at, line in enumerate(self._lines(CLASSES, _LONGEST_RECORD)):
            digest.update(line)
            found = parse_class(line[:-1]) if line.endswith(b"\n") else None
            if found is not None and found[1] is not None:
                contents[found[0]] = found[1]
            elif damaged is None:
                damaged = at
        return Classes(contents, damaged, digest.hexdigest())

    def _lines(self, name: str, longest: int) -> Iterator[bytes]:
        """Yield a file's lines; one that is too long comes in pieces, which are no records."""
        left = self._ends.get(name, 0)
        if not left:
            return
        with (self._folder / name).open("rb") as file:
            while line := file.readline(min(longest, left)):
                left -= len(line)
                yield line
