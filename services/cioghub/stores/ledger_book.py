"""Looks into a ledger folder while it grows: what its last whole checkpoint covers, and no more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cioghub.ledger.verify import prove_inclusion
from cioghub.stores.ledger_folder import CHECKPOINTS, ENTRIES, KEY, LedgerReader

_LONGEST_CHECKPOINT = 4096
_LINE_WITHOUT_NUMBER = len(b'{"class":"","n":,"ref":""}\n') + 16 + 32


class LedgerFolderBook:
    """The ledger in a folder, as the review door reads it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self) -> str:
        """Return the verifying key as 64 hex digits."""
        return (self._folder / KEY).read_text(encoding="ascii").strip()

    def checkpoint(self) -> Mapping[str, Any] | None:
        """Return the last checkpoint, with its signature; None while nothing is signed."""
        with (self._folder / CHECKPOINTS).open("rb") as file:
            end = file.seek(0, 2)
            file.seek(max(0, end - 2 * _LONGEST_CHECKPOINT))
            whole = file.read().rpartition(b"\n")[0]
        last = whole.rpartition(b"\n")[2]
        checkpoint: dict[str, Any] | None = json.loads(last) if last else None
        return checkpoint

    def entries(self, first: int, limit: int) -> bytes:
        """Return the lines of at most `limit` signed entries from the number `first` (from 0)."""
        checkpoint = self.checkpoint()
        last = min(first + limit, checkpoint["size"] if checkpoint else 0)
        if last <= first:
            return b""
        with (self._folder / ENTRIES).open("rb") as file:
            file.seek(offset_of(first))
            return file.read(offset_of(last) - offset_of(first))

    def proof(self, number: int) -> Mapping[str, Any] | None:
        """Return the proof that an entry (from 0) is in the ledger; None while it is not signed."""
        checkpoint = self.checkpoint()
        if checkpoint is None or number >= checkpoint["size"]:
            return None
        return prove_inclusion(LedgerReader(self._folder), number, checkpoint)


def offset_of(number: int) -> int:
    """Return at which byte the line of an entry begins: only its number has no fixed length."""
    digits, below = 0, 0
    for width in range(1, len(str(number)) + 1):
        upto = min(number, 10**width)
        digits += width * (upto - below)
        below = upto
    return number * _LINE_WITHOUT_NUMBER + digits
