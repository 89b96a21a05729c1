"""Reads and writes JSON Lines within bounds: no line, depth or unpacked size without a limit."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from cioghub.errors import EnvironmentFailed, WrongUse

MAX_LINE = 65_536
"""The largest event, in bytes: about fifty times what a record of the contract needs."""

MAX_UNPACKED = 64 * 1024**3
MAX_RATIO = 1_000
"""A gzip that unpacks to more than this many times its size is no file of events."""

MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Oversized:
    """A line too long to be an event: the 16 bytes of its hash are all that is kept of it."""

    digest: bytes


def read_lines(path: Path) -> Iterator[bytes | Oversized]:
    """Yield each non-empty line of a `.jsonl` or `.jsonl.gz` file, or that it is too long.

    Raises:
        WrongUse: the file is not there, is a folder, or is not the gzip that its name says.
        EnvironmentFailed: the file cannot be read.
    """
    try:
        packed_size = path.stat().st_size
        with path.open("rb") as raw:
            if path.name.endswith(".gz"):
                with gzip.open(raw, "rb") as unpacked:
                    yield from _bounded(io.BufferedReader(unpacked, 1 << 20), path, packed_size)
            else:
                yield from _bounded(raw, path, None)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise WrongUse(
            f"There is no file of events at {path}.", "", "Name a .jsonl or .jsonl.gz file."
        ) from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise WrongUse(
            f"{path} is not a whole gzip file.",
            "Part of what was sent may be missing, so nothing of it is used.",
            "Pack and send it again.",
        ) from error
    except OSError as error:
        raise EnvironmentFailed(f"{path} cannot be read: {error.strerror}.") from error


def _bounded(stream: IO[bytes], path: Path, packed_size: int | None) -> Iterator[bytes | Oversized]:
    total = 0
    limit = MAX_UNPACKED if packed_size is None else max(packed_size * MAX_RATIO, 1 << 24)
    while line := stream.readline(MAX_LINE + 1):
        total += len(line)
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            hashed = hashlib.blake2b(line, digest_size=16)
            while more := stream.readline(1 << 20):
                hashed.update(more.rstrip(b"\r\n"))  # the last line of a file may have no end
                total += len(more)
                _stop_bomb(total, limit, path)
                if more.endswith(b"\n"):
                    break
            yield Oversized(hashed.digest())
            continue
        _stop_bomb(total, limit, path)
        line = line.strip()
        if line:
            yield line


def _stop_bomb(total: int, limit: int, path: Path) -> None:
    if total > limit:
        raise WrongUse(
            f"{path} unpacks to far more than a file of events would.",
            "A small file that unpacks without end would fill this machine.",
            "Send the events unpacked, or in several files.",
        )


def too_deep(line: bytes) -> bool:
    """Say whether a line nests deeper than any record of the contract, without parsing it."""
    if line.count(b"{") + line.count(b"[") <= MAX_DEPTH:
        return False
    depth, in_text, escaped = 0, False, False
    for byte in line:
        if in_text:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_text = False
        elif byte == 0x22:
            in_text = True
        elif byte in b"{[":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif byte in b"}]":
            depth -= 1
    return False


def parse(line: bytes) -> Any:
    """Return the value of one line; raise ValueError when it is not JSON."""
    return orjson.loads(line)


def canonical(value: Any) -> bytes:
    """Return the one form of a value: keys sorted, no spaces, UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
