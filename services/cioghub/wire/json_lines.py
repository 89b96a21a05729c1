"""Reads and writes JSON Lines within bounds: no line, depth or unpacked size without a limit."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.wire.unpacked import unpacked

MAX_LINE = 65_536
"""The largest event, in bytes: about fifty times what a record of the contract needs."""

LINE_COST = 64
"""What a line counts beside its bytes: a million empty ones take no room and much time."""

PART_COST = 3 << 14
"""What is worked on together, counted likewise: some sixty events of the usual length.

Fewer leave a stage as soon as they have entered it. More fill a cache of half a megabyte with what
was parsed of them, and each stage waits for it anew.
"""

MAX_DEPTH = 8
"""How deep an event may nest: deeper than any record of the contract does."""

_BLAKE2B = hashlib.blake2b(digest_size=16)
_TEXTS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NOT_OPENING = bytes(set(range(256)) - set(b"{["))
_NO_BRACKETS = bytes(set(range(256)) - set(b"{[]}"))


@dataclass(frozen=True, slots=True)
class Oversized:
    """A line too long to be an event: the 16 bytes of its hash are all that is kept of it."""

    digest: bytes


def check_there(path: Path) -> None:
    """Raise WrongUse when `path` is no file (a pipe is one), without opening it."""
    try:
        found = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise _not_there(path) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(found):
        raise _not_there(path)


def read_lines(path: Path) -> Iterator[bytes | Oversized]:
    """Yield each non-empty line of a `.jsonl` or `.jsonl.gz` file, or that it is too long.

    A byte order mark at the beginning is left out, and CR LF ends a line as LF does.

    Raises:
        WrongUse: the file is not there, is a folder, is not the gzip that its name says, is a gzip
            that its name does not say, or unpacks to far more than events do.
        EnvironmentFailed: the file cannot be read.
    """
    check_there(path)
    try:
        with unpacked(path) as (stream, limit):
            yield from _bounded(stream, path, limit)
    except OSError as error:
        raise _unreadable(path, error) from error


def _not_there(path: Path) -> WrongUse:
    return WrongUse(
        f"There is no file of events at {path}.", "", "Name a .jsonl or .jsonl.gz file."
    )


def _unreadable(path: Path, error: OSError) -> EnvironmentFailed:
    return EnvironmentFailed(
        f"{path} cannot be read: {error.strerror or type(error).__name__}.",
        "Nothing was written.",
        "Let the hub read the file, then run the command again.",
    )


def _bounded(stream: IO[bytes], path: Path, limit: int | None) -> Iterator[bytes | Oversized]:
    total = 0
    while line := stream.readline(MAX_LINE + 1):
        if not total:
            line = line.removeprefix(codecs.BOM_UTF8)
        total += len(line) + LINE_COST
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


def _stop_bomb(total: int, limit: int | None, path: Path) -> None:
    if limit is not None and total > limit:
        raise WrongUse(
            f"{path} unpacks to far more than a file of events would.",
            "A small file that unpacks without end would fill this machine.",
            "Send the events unpacked, or in several files.",
        )


def parts(lines: Iterable[bytes | Oversized]) -> Iterator[list[bytes | Oversized]]:
    """Yield the lines in their order, as many together as `PART_COST` allows."""
    part: list[bytes | Oversized] = []
    cost = 0
    for line in lines:
        part.append(line)
        cost += LINE_COST if isinstance(line, Oversized) else LINE_COST + len(line)
        if cost >= PART_COST:
            yield part
            part, cost = [], 0
    if part:
        yield part


def too_deep(line: bytes, most: int = MAX_DEPTH) -> bool:
    """Say whether a line nests deeper than `most`, without parsing it."""
    if len(line.translate(None, _NOT_OPENING)) <= most:
        return False
    depth = 0
    for bracket in _TEXTS.sub(b"", line).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"{[" else -1
        if depth > most:
            return True
    return False


def parse(line: bytes) -> tuple[Any, bytes]:
    """Return the value of one line and its canonical form.

    Raises:
        ValueError: the line is not JSON, or an object of it holds one key twice: then two readers
            could understand two different things, one of them unscreened.
    """
    value, whole = parse_unchecked(line)
    check_keys(line, value)
    return value, whole


def parse_unchecked(line: bytes) -> tuple[Any, bytes]:
    """Return the same of a line whose keys nobody looked at: of two alike, the last one counts.

    Raises:
        ValueError: the line is not JSON.
        TypeError: it nests too deep to be written again.
    """
    value = orjson.loads(line)
    return value, canonical(value)


def check_keys(line: bytes, value: Any) -> None:
    """Raise ValueError if an object of a line that was parsed so holds one key twice."""
    again = orjson.dumps(value)
    # A line that comes out as it went in lost nothing. Of another one, a key that stood twice took
    # its quotes with it; only escapes can hide that: look closely then.
    if again != line and (line.count(b'"') != again.count(b'"') or b"\\" in line):
        json.loads(line, object_pairs_hook=_no_key_twice)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")


def digest_of(content: bytes) -> bytes:
    """Return the 16 bytes that a line, or an event in its canonical form, is known by."""
    hashed = _BLAKE2B.copy()
    hashed.update(content)
    return hashed.digest()


def canonical(value: Any) -> bytes:
    """Return the one form of a value: keys sorted, no spaces, UTF-8."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
