"""Opens a file that may be packed with gzip; what comes out of a packed one has a limit."""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cioghub.errors import WrongUse

MAX_RATIO = 100
"""A gzip that unpacks to more than this many times its size is none of ours: events and tables
pack to a tenth."""

FREE_UNPACKED = 1 << 26
"""However small the gzip, so many bytes may come out of it: one record sent often packs well."""

_MAGIC = b"\x1f\x8b"


class Unpacked(NamedTuple):
    """The bytes of a file, and the most of them to read; None where it was not packed."""

    stream: io.BufferedReader
    limit: int | None


@contextlib.contextmanager
def unpacked(
    path: Path,
    again: str = "Pack and send it again.",
    ratio: int = MAX_RATIO,
    free: int = FREE_UNPACKED,
) -> Iterator[Unpacked]:
    """Give what a file holds; it is unpacked when its name ends in `.gz`.

    `again` tells how to get the file anew when it is broken; `ratio` and `free` bound what a packed
    one gives, as times its size and as what any may give.

    Raises:
        WrongUse: it is not the gzip that its name says, or a gzip that its name does not say.
        OSError: it cannot be opened or read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as raw:
            if not path.name.endswith(".gz"):
                _refuse_packed(raw, path)
                yield Unpacked(raw, None)
                return
            if not raw.peek(1):
                raise EOFError
            with gzip.open(raw, "rb") as inside:
                yield Unpacked(io.BufferedReader(inside, 1 << 20), max(size * ratio, free))
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise WrongUse(
            f"{path} is not a whole gzip file.",
            "Part of what was sent may be missing, so nothing of it is used.",
            again,
        ) from error


def _refuse_packed(raw: io.BufferedReader, path: Path) -> None:
    if raw.peek(2)[:2] == _MAGIC:
        raise WrongUse(
            f"{path} is packed with gzip, and its name does not end in .gz.",
            "Read as it is, every line of it would be rejected.",
            f"Give it the name {path.name}.gz.",
        )
