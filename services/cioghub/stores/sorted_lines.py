"""Lines put in any order, written in one: sorted in pieces that fit, then merged.

Each line carries the number of what it came from, so that lines of twins can be left out when it
is known at the end which twin stands.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

PIECE_BYTES = 4 * 1024 * 1024
"""What one recipient's lines may take before they are spilled; a replay has some ten recipients."""

FAN_IN = 64
"""How many pieces are open at a time while they are merged; a process may open some hundreds."""

_READ_BYTES = 1 << 16
WRITE_BYTES = 1 << 18
"""What is written at once: in the usual 8 KB a dozen lines fit, and writing them costs twice."""

_MARK = b"\x00"

_BESIDE_BYTES = 56
"""What a line takes in memory beside its bytes."""


def mark(number: int) -> bytes:
    """Return what a line that came from `number` ends in while it waits."""
    return b"%b%d\n" % (_MARK, number)


class SortedLines:
    """Collects lines without a zero byte or a line end, in memory up to `piece_bytes`.

    At most `fan_in` pieces, two or more, are read at a time.
    """

    def __init__(
        self, folder: Path, name: str, piece_bytes: int = PIECE_BYTES, fan_in: int = FAN_IN
    ) -> None:
        self._folder = folder
        self._name = name
        self._limit = piece_bytes
        self._fan_in = fan_in
        self._lines: list[bytes] = []
        self._bytes = 0
        self._pieces: list[Path] = []
        self._made = 0

    def add(self, line: bytes, number: int) -> None:
        """Put in one line that came from `number`."""
        self.add_marked([line + mark(number)])

    def add_marked(self, lines: Sequence[bytes]) -> None:
        """Put in lines that end each in the `mark` of what it came from."""
        self._lines += lines
        self._bytes += sum(map(len, lines)) + _BESIDE_BYTES * len(lines)
        if self._bytes > self._limit:
            self._spill()

    def set_aside(self) -> None:
        """Let go of the memory of what waits, where there is more than fits."""
        if self._pieces:
            self._spill()

    def _spill(self) -> None:
        self._lines.sort()
        self._pieces.append(self._piece(self._lines))
        self._lines = []
        self._bytes = 0

    def _piece(self, lines: Iterable[bytes]) -> Path:
        """Write sorted lines into a new piece."""
        piece = self._folder / f".{self._name}.{self._made}.piece"
        self._made += 1
        with piece.open("wb", buffering=WRITE_BYTES) as file:
            file.writelines(lines)
        return piece

    def write(self, path: Path, left_out: bytes = b"") -> int:
        """Write all lines in order, but those whose number has a byte other than 0 in `left_out`.

        Empty, it leaves out none. Returns how many were written.
        """
        written = 0
        with path.open("wb", buffering=WRITE_BYTES) as out:
            for marked in self._merged():
                line, _, number = marked.rpartition(_MARK)
                if not (left_out and left_out[int(number)]):
                    out.write(line + b"\n")
                    written += 1
        for piece in self._pieces:
            piece.unlink()
        return written

    def _merged(self) -> Iterator[bytes]:
        self._lines.sort()
        if not self._pieces:
            return iter(self._lines)
        while len(self._pieces) > self._fan_in:
            self._join()
        return heapq.merge(*(_lines(piece) for piece in self._pieces), self._lines)

    def _join(self) -> None:
        """Merge the oldest pieces, as many as may be open, into one.

        Which lines went together does not show: lines that are equal are the same bytes.
        """
        oldest, self._pieces = self._pieces[: self._fan_in], self._pieces[self._fan_in :]
        self._pieces.append(self._piece(heapq.merge(*map(_lines, oldest))))
        for piece in oldest:
            piece.unlink()


def _lines(piece: Path) -> Iterator[bytes]:
    file: IO[bytes]
    with piece.open("rb", buffering=_READ_BYTES) as file:
        yield from file
