"""A decision ledger as a folder that grows with a running hub's log.

The files are those of `ledger_folder.py`, and `ciog ledger verify` reads both. Here the log is the
truth and the folder a consequence of it.

Rules for editors:
1. Entries are written only when they are signed. What waits for its checkpoint waits in the log, so
   a ledger that is whole is one that verifies.
2. Classes, entries and leaves are on disk before the checkpoint that covers them. So after a crash
   whatever lies beyond the last checkpoint was never signed, and is cut before anything else: who
   reads sees a ledger that is whole while its log is gone through.
3. What a checkpoint signs is never given up. Where the log does not give the signed root, somebody
   changed one of the two, and the hub stops rather than sign another history.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from cioghub.errors import EnvironmentFailed
from cioghub.ledger.checkpoints import TreeHead
from cioghub.ledger.merkle import HASH_BYTES
from cioghub.ports.ledger import Decided, DecisionLog
from cioghub.stores.ledger_book import offset_of
from cioghub.stores.ledger_files import (
    FollowedFile,
    append_whole,
    cut_to,
    growing,
    length_of,
    write_whole,
)
from cioghub.stores.ledger_folder import CHECKPOINTS, CLASSES, ENTRIES, KEY, LEAVES
from cioghub.stores.ledger_growth import LedgerGrowth, Step
from cioghub.vocabulary.keys import Secret

_FILES = {"entries": ENTRIES, "leaves": LEAVES, "classes": CLASSES}
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
        self._growth = LedgerGrowth(str(folder), signing, log, bundle_hash)
        self._whole = False
        self._open()

    @property
    def size(self) -> int:
        """How many entries are signed."""
        return self._growth.size

    def follow(self) -> int:
        """Write and sign what is due; return how many entries are signed then.

        Raises:
            EnvironmentFailed: the folder cannot be written; what was due is so at the next call.
        """
        if not self._whole:
            self._open()
        while due := self._growth.due():
            self._whole = False  # until all of it is on disk
            with self._writing():
                self._grow(*due)
            self._whole = True
        return self.size

    def _grow(self, waiting: Sequence[Decided], ends: Sequence[int]) -> None:
        steps, heads = self._growth.grow(waiting, ends)
        with growing(self._folder):
            append_whole(self._folder / CLASSES, b"".join(one.classes for one in steps))
            append_whole(self._folder / ENTRIES, b"".join(one.entries for one in steps))
            append_whole(self._folder / LEAVES, b"".join(one.leaves for one in steps))
            append_whole(self._folder / CHECKPOINTS, heads)

    def _open(self) -> None:
        """Take up the folder where its last checkpoint left it, whatever a crash left beside."""
        self._growth.begin()
        with self._writing():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._refuse_another_key()
            with growing(self._folder):
                heads = self._growth.opened(self._whole_heads().splitlines())
                self._cut(heads)
            # A whole log is gone through here, and nobody who reads the ledger waits for it.
            files = self._retraced(heads)
            with growing(self._folder):
                self._mend(files)
                if not heads:
                    append_whole(self._folder / CHECKPOINTS, self._growth.sign())
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

    def _refuse_another_key(self) -> None:
        path = self._folder / KEY
        if path.exists() and not self._growth.key.encode().startswith(path.read_bytes()):
            raise self._growth.not_one_log("it was signed with another key")

    def _whole_heads(self) -> bytes:
        """Return the lines of the checkpoints, without one that was not written whole."""
        path = self._folder / CHECKPOINTS
        content = path.read_bytes() if path.exists() else b""
        return content[: content.rfind(b"\n") + 1]

    def _retraced(self, heads: Sequence[TreeHead]) -> list[FollowedFile]:
        """Go through the log up to the last head; hold roots and files against what it gives."""
        files = {part: FollowedFile(self._folder / name) for part, name in _FILES.items()}

        def passed(step: Step) -> None:
            for part, content in step._asdict().items():
                files[part].expect(content)

        self._growth.retrace(heads, passed)
        return list(files.values())

    def _cut(self, heads: Sequence[TreeHead]) -> None:
        """Put right what a crash left, as far as that needs no log."""
        key, own = self._folder / KEY, self._growth.key.encode()
        if not key.exists() or key.read_bytes() != own:
            write_whole(key, own)
        size, classes = (heads[-1].size, heads[-1].classes) if heads else (0, _NOTHING)
        signed = {
            CHECKPOINTS: len(self._whole_heads()),
            ENTRIES: offset_of(size),
            LEAVES: size * HASH_BYTES,
            CLASSES: length_of(self._folder / CLASSES, classes),
        }
        for name, end in signed.items():
            if end is not None and cut_to(self._folder / name, end):
                _LOG.warning("%s of the ledger was cut to what was signed", name)

    def _mend(self, files: Iterable[FollowedFile]) -> None:
        """Put right what the log says otherwise."""
        for file in files:
            if file.finish():
                _LOG.warning("%s of the ledger was written anew, by the log", file.path.name)


_NOTHING = sha256().hexdigest()
