"""Files that only grow, and what a crash can have done to their ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO


def append_whole(path: Path, content: bytes) -> None:
    """Append to a file; when this returns, it is on disk."""
    made = not path.exists()
    with path.open("ab") as file:
        file.write(content)
        _to_disk(file)
    if made:
        _names_to_disk(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in the place of another: a crash leaves the one or the other, whole."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        _to_disk(file)
    beside.replace(path)
    _names_to_disk(path.parent)


def cut_to(path: Path, size: int) -> bool:
    """Cut what a file has beyond `size` bytes; say whether it had any."""
    if not path.exists() or path.stat().st_size <= size:
        return False
    os.truncate(path, size)
    return True


def length_of(path: Path, digest: str) -> int | None:
    """Return how many bytes of a file's first lines have a SHA-256, None where no lines have it."""
    length, hashed = 0, sha256()
    with path.open("rb") if path.exists() else BytesIO() as file:
        while hashed.hexdigest() != digest:
            line = file.readline()
            if not line:
                return None
            hashed.update(line)
            length += len(line)
    return length


@contextmanager
def growing(folder: Path) -> Iterator[None]:
    """Let nobody note the ends of files in a folder while some have grown and others have not."""
    with _held(folder, fcntl.LOCK_EX):
        yield


def ends_of(folder: Path, names: Iterable[str]) -> Mapping[str, int]:
    """Return how many bytes each file has that is there; none of them is growing meanwhile."""
    with _held(folder, fcntl.LOCK_SH):
        paths = {name: folder / name for name in names}
        return {name: path.stat().st_size for name, path in paths.items() if path.is_file()}


@contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    number = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # where nothing can be locked, nothing grows: a copy
            fcntl.flock(number, how)
        yield
    finally:
        os.close(number)


class FollowedFile:
    """A file whose whole content is known from elsewhere, piece by piece: held against it.

    Where it differs or ends too early it is written anew from there; what lies beyond is cut.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._good = 0
        self._rest: list[bytes] = []
        self._file = path.open("rb") if path.exists() else None

    def expect(self, content: bytes) -> None:
        """Say what comes next."""
        if not self._rest and self._file is not None and self._file.read(len(content)) == content:
            self._good += len(content)
        elif content:
            self._rest.append(content)

    def finish(self) -> bool:
        """Make the file what was expected; say whether it was something else."""
        if self._file is not None:
            self._file.close()
        other = cut_to(self.path, self._good) or bool(self._rest)
        append_whole(self.path, b"".join(self._rest))
        return other


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _names_to_disk(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
