"""How far the sending of a file has come: a journal, and beside it the rows that did not go.

A mark is on disk before the next batch is sent, and holds the length of the rejects file too: after
a kill, what was written beyond the mark is cut off and written anew, so no row stands there twice.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cioghub.errors import EnvironmentFailed, WrongUse


@dataclass(slots=True)
class Progress:
    """What is behind: the number of the last event dealt with, and what became of them all.

    `refused` counts the events that the hub said no to by code, `held` those that never left; one
    with several codes counts under each, and once in `events_refused` or `events_held`.
    """

    position: int = 0
    accepted: int = 0
    left_out: int = 0
    events_refused: int = 0
    events_held: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    complete: bool = False
    rejects_bytes: int = 0

    @property
    def clean(self) -> bool:
        """Say whether everything so far was accepted."""
        return not self.events_refused and not self.events_held


class SendJournal:
    """The journal and the rejects file of one file, held by this process alone."""

    def __init__(self, folder: Path, name: str, key: str) -> None:
        """Take the journal called `name` in `folder`, for what `key` (a hash) stands for.

        Raises:
            WrongUse: another process is sending the same.
            EnvironmentFailed: the folder cannot be written.
        """
        self._path = folder / f"{name}.{key[:16]}.json"
        self.rejects = folder / f"{name}.{key[:16]}.rejects.jsonl"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT
            self._lock = os.open(folder / f".{key[:16]}.lock", flags, 0o600)
        except OSError as error:
            raise _unwritable(folder, error) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise WrongUse(
                "The same file is being sent by another process.",
                "Two at once would each write what the other does not see.",
                "Let the other one end.",
            ) from error
        self.progress = self._read()

    def __enter__(self) -> SendJournal:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def begin_anew(self) -> None:
        """Forget what was sent before."""
        self.progress = Progress()

    def mark(self, rejected: Iterable[dict[str, Any]]) -> None:
        """Put the rows that did not go, then how far `progress` has come, on disk for good.

        Raises:
            EnvironmentFailed: the disk is full or cannot be written to.
        """
        lines = b"".join(json.dumps(row).encode() + b"\n" for row in rejected)
        try:
            if lines or self.progress.rejects_bytes or self.rejects.exists():
                self._append(lines)
            written = self._path.with_name(f".{self._path.name}.new")
            handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(self.progress), file)
                file.flush()
                os.fsync(file.fileno())
            written.replace(self._path)
        except OSError as error:
            raise _unwritable(self._path.parent, error) from error

    def _append(self, lines: bytes) -> None:
        handle = os.open(self.rejects, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.truncate(self.progress.rejects_bytes)
            file.seek(self.progress.rejects_bytes)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        self.progress.rejects_bytes += len(lines)

    def _read(self) -> Progress:
        try:
            return Progress(**json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return Progress()
        except (ValueError, TypeError):
            # Sending again is harmless: the hub gives the same answers.
            return Progress()
        except OSError as error:
            raise _unwritable(self._path.parent, error) from error


def _unwritable(folder: Path, error: OSError) -> EnvironmentFailed:
    return EnvironmentFailed(
        f"{folder} cannot keep how far the sending has come: {error.strerror}.",
        "Without it a broken sending could not go on where it stopped.",
        "Make room, or name another folder with --state.",
    )
