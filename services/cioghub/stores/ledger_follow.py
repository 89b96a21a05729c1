"""A decision ledger as a folder that grows with a running hub's log.

The files are those of `ledger_folder.py`, and `ciog ledger verify` reads both. Here the log is the
truth and the folder a consequence of it: entry n is event n + 1 of the log, and a checkpoint is
signed at every 256th entry and at every midnight that was settled.

Rules for editors:
1. Entries are written only when they are signed. What waits for its checkpoint waits in the log, so
   a ledger that is whole is one that verifies.
2. Classes, entries and leaves are on disk before the checkpoint that covers them. So after a crash
   whatever lies beyond the last checkpoint was never signed, and is cut.
3. What a checkpoint signs is never given up. Where the log does not give the signed root, somebody
   changed one of the two, and the hub stops rather than sign another history.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path

from cioghub.errors import EnvironmentFailed
from cioghub.ledger.checkpoints import TreeHead, key_text, open_checkpoint, sign, signing_key
from cioghub.ledger.entries import LedgerEntry, are_entries, class_id_of, class_line, entry_line
from cioghub.ledger.merkle import Tree, leaf_hashes
from cioghub.ports.ledger import Decided, DecisionLog
from cioghub.stores.ledger_files import FollowedFile, append_whole, write_whole
from cioghub.stores.ledger_folder import CHECKPOINTS, CLASSES, ENTRIES, EVERY, KEY, LEAVES
from cioghub.vocabulary.keys import Secret

_BATCH = 64 * EVERY
_LOG = logging.getLogger("cioghub")


class LedgerFollower:
    """Keeps the ledger in `folder` in step with a log; one at a time, from one thread.

    `signing` is a secret of the hub, of which the signing key is derived; `bundle_hash` names the
    rules in force for as long as there is no entry.

    Raises:
        EnvironmentFailed: the folder cannot be written, or is not the ledger of this log and key.
    """

    def __init__(self, folder: Path, signing: Secret, log: DecisionLog, bundle_hash: str) -> None:
        self._folder = folder
        self._key = signing_key(signing.reveal())
        self._log = log
        self._first_bundle = bundle_hash
        self._whole = False
        self._open()

    @property
    def size(self) -> int:
        """How many entries are signed."""
        return self._tree.size

    def follow(self) -> int:
        """Write and sign what is due; return how many entries are signed then.

        Raises:
            EnvironmentFailed: the folder cannot be written; what was due is so at the next call.
        """
        if not self._whole:
            self._open()
        while due := self._due():
            self._whole = False  # until all of it is on disk
            with self._writing():
                self._grow(*due)
            self._whole = True
        return self.size

    def _due(self) -> tuple[list[Decided], list[int]] | None:
        """Return the next entries to sign, and after how many of all each checkpoint comes."""
        size = self.size
        waiting = self._log.decided(size, _BATCH)
        last = size + len(waiting)
        ends = set(range((size // EVERY + 1) * EVERY, last + 1, EVERY))
        ends |= {at for at in self._log.midnights(size) if at <= last}
        return (list(waiting), sorted(ends)) if ends else None

    def _grow(self, waiting: Sequence[Decided], ends: Sequence[int]) -> None:
        each = iter(waiting)
        entries, leaves, classes, heads = [], [], [], []
        for end in ends:
            part = list(islice(each, end - self.size))
            lines, hashes, news = self._step(part)
            entries.append(lines)
            leaves.append(hashes)
            classes.append(news)
            heads.append(self._sign())
        append_whole(self._folder / CLASSES, b"".join(classes))
        append_whole(self._folder / ENTRIES, b"".join(entries))
        append_whole(self._folder / LEAVES, b"".join(leaves))
        append_whole(self._folder / CHECKPOINTS, b"".join(heads))

    def _step(self, part: Sequence[Decided]) -> tuple[bytes, bytes, bytes]:
        """Take entries into the tree; return their lines, their leaf hashes, and new classes."""
        lines = []
        for number, one in enumerate(part, self.size):
            if one.position != number + 1:
                raise _not_one_log(self._folder, f"event {number + 1} of the log is missing")
            lines.append(entry_line(number, LedgerEntry(one.ref, one.class_id)))
        block = b"".join(line + b"\n" for line in lines)
        if not are_entries(block):
            raise _not_one_log(self._folder, "a reference or class of the log is not in its form")
        news = self._new_classes(part)
        leaves = leaf_hashes(lines)
        self._tree.extend(leaves)
        self._digest.update(news)
        return block, b"".join(leaves), news

    def _new_classes(self, part: Sequence[Decided]) -> bytes:
        names = list(dict.fromkeys(one.class_id for one in part))
        unknown = [name for name in names if name not in self._bundles]
        contents = self._log.contents(unknown) if unknown else {}
        lines = []
        for name in unknown:
            content = contents.get(name)
            if content is None or class_id_of(content) != name:
                raise _not_one_log(self._folder, f"what decision class {name} says is missing")
            self._bundles[name] = str(content["bundle"])
            lines.append(class_line(content) + b"\n")
        if part:
            self._bundle = self._bundles[part[-1].class_id]
        return b"".join(lines)

    def _head(self) -> TreeHead:
        return TreeHead(
            number=self._heads,
            size=self.size,
            root=self._tree.root(),
            bundle=self._bundle,
            classes=self._digest.hexdigest(),
            more=False,  # of a ledger that is alive nobody knows
        )

    def _sign(self) -> bytes:
        line = sign(self._head(), self._key) + b"\n"
        self._heads += 1
        return line

    def _open(self) -> None:
        """Take up the folder where its last checkpoint left it, whatever a crash left beside."""
        self._tree, self._digest, self._heads = Tree(), sha256(), 0
        self._bundles: dict[str, str] = {}
        self._bundle = self._first_bundle
        with self._writing():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._own_key()
            heads = self._signed()
            self._retrace(heads)
            if not heads:
                append_whole(self._folder / CHECKPOINTS, self._sign())
        self._whole = True

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise EnvironmentFailed(
                f"The ledger in {self._folder} cannot be written: {error.strerror}.",
                "Without it nobody could prove what was decided.",
                "Look at the folder's owner and at the space on its disk.",
            ) from error

    def _own_key(self) -> None:
        path = self._folder / KEY
        own = key_text(self._key.public_key()).encode()
        found = path.read_bytes() if path.exists() else b""
        if found == own:
            return
        if not own.startswith(found):
            raise _not_one_log(self._folder, "it was signed with another key")
        write_whole(path, own)

    def _signed(self) -> list[TreeHead]:
        """Return the heads that were signed, having cut one that was not written whole."""
        path = self._folder / CHECKPOINTS
        content = path.read_bytes() if path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        heads: list[TreeHead] = []
        for line in whole.splitlines():
            head = open_checkpoint(line, self._key.public_key())
            if head is None or head.number != len(heads):
                raise _not_one_log(self._folder, f"checkpoint {len(heads)} is not as signed")
            heads.append(head)
        if len(whole) != len(content):
            _LOG.warning("a checkpoint of the ledger was not written whole, and is signed anew")
            os.truncate(path, len(whole))
        return heads

    def _retrace(self, heads: Sequence[TreeHead]) -> None:
        """Go through the log up to the last head; hold roots and files against what it gives."""
        files = [FollowedFile(self._folder / name) for name in (ENTRIES, LEAVES, CLASSES)]
        for head in heads:
            for part in self._up_to(head.size):
                for file, content in zip(files, self._step(part), strict=True):
                    file.expect(content)
            if self._tree.root() != head.root or self._digest.hexdigest() != head.classes:
                raise _not_one_log(
                    self._folder, f"the log does not give what checkpoint {head.number} signed"
                )
        self._heads = len(heads)
        if heads:
            self._bundle = heads[-1].bundle
        for file in files:
            if (mended := file.finish()) is not None:
                _LOG.warning("%s of the ledger was %s, by the log", file.path.name, mended)

    def _up_to(self, size: int) -> Iterator[Sequence[Decided]]:
        while self.size < size:
            part = self._log.decided(self.size, min(_BATCH, size - self.size))
            if not part:
                raise _not_one_log(self._folder, f"the log ends before entry {self.size}")
            yield part


def _not_one_log(folder: Path, why: str) -> EnvironmentFailed:
    return EnvironmentFailed(
        f"The ledger in {folder} does not belong to this hub's log: {why}.",
        "The hub signs no second history beside the first.",
        f"Run `ciog ledger verify {folder}`, and restore the hub's home from one backup.",
    )
