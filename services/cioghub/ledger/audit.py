"""Finds the first bad entry of a ledger: changed, removed, added or reordered.

What is trusted is the signed tree heads alone. Two readings of the entries are held against them:
the entries as they stand, and the stored leaf hashes. Where only the entries fail, the first hash
that differs is the first bad entry, exactly. Where the stored hashes fail as well, somebody rewrote
both, and the first bad entry lies after the last head that still holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from cioghub.ledger.entries import parse_entry
from cioghub.ledger.merkle import Tree, leaf_hash, leaf_hashes

BATCH = 4096

ENTRIES, LEAVES = "entries", "leaves"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong first.

    `entry` is the first bad entry, counted from 0, or None where every entry is as signed and some
    other record of the ledger is not; `until` is larger where the first bad entry can only be
    narrowed to a range. `part` is the record at fault and `code` the kind of fault; `why` says it
    in words, without an entry's values.
    """

    entry: int | None
    until: int | None
    part: str
    code: str
    why: str


@dataclass(slots=True)
class _Seen:
    """What was noted of the entries after the last head that holds."""

    differs: int | None = None  # first entry that is not its stored hash
    wanted: bytes = b""  # the stored hash there
    after: bytes = b""  # the stored hash after it
    found: bytes = b""  # the hash of what stands there
    stands: int | None = None  # the number of what stands there
    cut: bool = False  # what stands there has lost its end
    moved: int | None = None  # where the wanted entry was found instead
    broken: int | None = None  # first line that is no entry, or bears another's number
    classless: int | None = None  # first entry whose decision class is not known


def audit(
    lines: Iterable[bytes],
    stored: Iterable[bytes],
    heads: Mapping[int, bytes],
    kept: Mapping[int, bytes],
    classes: frozenset[str],
    progress: Callable[[int], None] = lambda done: None,
) -> tuple[int, Fault | None]:
    """Return how many entries are as signed, and the first fault, or None.

    `lines` are the entries with their line ends, `stored` the leaf hashes, 32 bytes each, `heads`
    the root that the ledger's own signed heads give for a size, `kept` the same of heads that
    somebody kept elsewhere, `classes` the ids of the decision classes that are what their id says.
    Lines and hashes are read once, in order.
    """
    return _Audit(iter(lines), iter(stored), heads, kept, classes, progress).run()


class _Audit:
    def __init__(
        self,
        lines: Iterator[bytes],
        stored: Iterator[bytes],
        heads: Mapping[int, bytes],
        kept: Mapping[int, bytes],
        classes: frozenset[str],
        progress: Callable[[int], None],
    ) -> None:
        self._lines = lines
        self._stored = stored
        self._heads = heads
        self._kept = kept
        self._classes = {one.encode() for one in classes}
        self._progress = progress
        self._tree = Tree()
        self._other: Tree | None = None  # of the stored hashes, once they differ
        self._damaged: int | None = None  # first stored hash that no good entry has

    def run(self) -> tuple[int, Fault | None]:
        signed = trusted = 0
        for size in sorted({*self._heads, *self._kept}):
            # Heads of the ledger may have been signed anew by whoever rewrote it, kept ones not:
            # where a kept head fails, only what an earlier kept head covers is beyond doubt.
            low = trusted if size in self._kept else signed
            fault = self._segment(signed, size, low)
            if fault is not None:
                return (signed if fault.entry is None else fault.entry), fault
            signed = size
            trusted = size if size in self._kept else trusted
            self._progress(signed)
        if next(self._lines, None) is not None:
            why = "it was added after the last signature"
            return signed, Fault(signed, signed, ENTRIES, "added", why)
        if self._damaged is not None:
            why = f"every entry is as signed, but the stored hash of entry {self._damaged} is not"
            return signed, Fault(None, None, LEAVES, "leaves", why)
        if next(self._stored, None) is not None:
            why = "every entry is as signed, but there are more stored hashes than entries"
            return signed, Fault(None, None, LEAVES, "leaves", why)
        return signed, None

    def _segment(self, start: int, high: int, low: int) -> Fault | None:
        """Hold the entries from `start` up to `high` against the heads of size `high`.

        `low` is where a bad entry may be when both readings fail.
        """
        roots = {heads[high] for heads in (self._heads, self._kept) if high in heads}
        self._other = None
        seen = _Seen()
        at, complete = start, True
        while at < high:
            batch = list(islice(self._lines, min(BATCH, high - at)))
            if not batch:
                break
            stored = list(islice(self._stored, len(batch)))
            complete = complete and len(stored) == len(batch)
            self._note(seen, at, batch, stored)
            at += len(batch)
        short = at if at < high else None
        if short is None and {self._tree.root()} == roots:
            if self._damaged is None:
                self._damaged = seen.differs
            return self._classless(seen.classless)
        rest = list(islice(self._stored, high - at))
        other = self._other or self._tree.copy()
        other.extend(rest)
        vouched = complete and other.size == high and {other.root()} == roots
        if vouched:
            first = seen.differs if seen.differs is not None else short
            if seen.classless is not None and (first is None or seen.classless < first):
                return self._classless(seen.classless)
            return self._exact(seen, first, high)
        return _narrowed(seen, low, high, short)

    def _note(self, seen: _Seen, at: int, batch: list[bytes], stored: list[bytes]) -> None:
        """Hash a batch, grow the trees, and note what is not as it should be."""
        leaves = leaf_hashes([_data(line) for line in batch])
        if self._other is None and stored != leaves:
            self._other = self._tree.copy()
        if self._other is not None:
            self._other.extend(stored)
        self._tree.extend(leaves)
        if seen.differs is not None:
            if seen.differs == at - 1 and stored:
                seen.after = stored[0]
            if seen.moved is None and seen.wanted in leaves:
                seen.moved = at + leaves.index(seen.wanted)
        elif stored != leaves:
            self._note_difference(seen, at, batch, leaves, stored)
        if seen.broken is None or seen.classless is None:
            self._note_form(seen, at, batch)

    def _note_difference(
        self, seen: _Seen, at: int, batch: list[bytes], leaves: list[bytes], stored: list[bytes]
    ) -> None:
        pairs = zip(leaves, stored, strict=False)
        i = next((n for n, (one, two) in enumerate(pairs) if one != two), len(stored))
        seen.differs = at + i
        seen.found = leaves[i]
        seen.wanted = stored[i] if i < len(stored) else b""
        seen.after = stored[i + 1] if i + 1 < len(stored) else b""
        entry = parse_entry(batch[i].removesuffix(b"\n"))
        seen.stands = None if entry is None else entry[0]
        seen.cut = not batch[i].endswith(b"\n")
        if seen.wanted in leaves[i + 1 :]:
            seen.moved = at + leaves.index(seen.wanted, i + 1)

    def _note_form(self, seen: _Seen, at: int, batch: list[bytes]) -> None:
        for number, line in enumerate(batch, at):
            # Only the writer's own form passes here, so the head of a good line is known.
            if line[10:26] in self._classes and line.startswith(_HEAD % (line[10:26], number)):
                continue
            entry = parse_entry(line.removesuffix(b"\n"))
            if entry is None or entry[0] != number:
                seen.broken = number if seen.broken is None else seen.broken
            elif entry[1].class_id.encode() not in self._classes and seen.classless is None:
                seen.classless = number

    def _classless(self, entry: int | None) -> Fault | None:
        if entry is None:
            return None
        why = "its decision class was changed or removed"
        return Fault(entry, entry, "classes", "class", why)

    def _exact(self, seen: _Seen, first: int | None, high: int) -> Fault:
        """Say what happened to the first entry that is not the one its signed hash says."""
        if first is None:
            raise AssertionError("a tree that differs has a leaf that differs")
        if seen.differs is None:
            why = f"it is missing, with all after it: {high} entries were signed"
            return Fault(first, first, ENTRIES, "missing", why)
        if seen.moved is None:
            here = enumerate(self._lines, self._tree.size)
            wanted = (n for n, line in here if leaf_hash(_data(line)) == seen.wanted)
            seen.moved = next(wanted, None)
        if not seen.after:
            seen.after = next(self._stored, b"")
        if seen.moved == first + 1 and seen.found != seen.after:
            return Fault(first, first, ENTRIES, "added", "an entry was added before it")
        if seen.moved is not None:
            why = f"the entries were reordered: it now stands as line {seen.moved + 1}"
            return Fault(first, first, ENTRIES, "reordered", why)
        if seen.cut:
            return Fault(first, first, ENTRIES, "cut", "its line was cut short")
        if seen.stands is None:
            return Fault(
                first, first, ENTRIES, "changed", "it was changed and is no entry any more"
            )
        if seen.stands != first:
            why = f"it was removed: entry {seen.stands} stands in its place"
            return Fault(first, first, ENTRIES, "removed", why)
        return Fault(first, first, ENTRIES, "changed", "it was changed")


def _narrowed(seen: _Seen, low: int, high: int, short: int | None) -> Fault:
    """Name the range in which the first bad entry lies, where the stored hashes fail too."""
    if high == 0:
        return Fault(0, 0, ENTRIES, "changed", "the signed root of the empty ledger is not its own")
    ends = [n for n in (seen.broken, short) if n is not None]
    until = min(ends, default=high - 1)
    if until == low:
        if seen.broken == low:
            return Fault(low, low, ENTRIES, "changed", "it was changed, removed or reordered")
        return Fault(low, low, ENTRIES, "missing", f"it is missing: {high} entries were signed")
    why = (
        f"one of the entries {low} to {until} is the first bad one: entries and stored hashes were "
        f"both rewritten, and entry {low} is the first that no signature vouches for"
    )
    return Fault(low, until, ENTRIES, "rewritten", why)


def _data(line: bytes) -> bytes:
    """Return what was hashed of a line; of one without its end, what can never have been."""
    return line[:-1] if line.endswith(b"\n") else line + b"\n"


_HEAD = b'{"class":"%b","n":%d,"ref":"'
