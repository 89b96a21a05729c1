"""The hash tree of RFC 6962 (section 2.1) and its two proofs, checked as RFC 9162 says.

Rules for editors:
1. Leaves and nodes are hashed under different first bytes; nothing else may be prefixed.
2. What is kept while growing is one hash for each full subtree: memory grows with the logarithm.
3. A proof is a list of roots of ranges of leaves. Which ranges is a question of sizes alone, so the
   leaves are read once, in order, and never held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = sha256().digest()
"""Root of the tree without leaves."""

HASH_BYTES = 32

Range = tuple[int, int]
"""Leaves from the first number up to, but without, the second."""

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf."""
    return sha256(_LEAF + data).digest()


def leaf_hashes(data: Iterable[bytes]) -> list[bytes]:
    """Return the hash of each leaf."""
    return [sha256(_LEAF + one).digest() for one in data]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(_NODE + left + right).digest()


class Tree:
    """Grows by leaf; `root()` is the tree head of the `size` leaves appended so far."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def copy(self) -> Tree:
        """Return a tree that grows on its own from here."""
        twin = Tree()
        twin.size, twin._peaks = self.size, self._peaks.copy()
        return twin

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf."""
        self._push(leaf, 0)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add the hashes of several leaves, a full subtree at a time."""
        start, end = 0, len(leaves)
        while start < end:
            level = (end - start).bit_length() - 1
            if self.size:
                level = min(level, (self.size & -self.size).bit_length() - 1)
            step = 1 << level
            hashes: Sequence[bytes] = leaves[start : start + step]
            while len(hashes) > 1:
                each = iter(hashes)
                hashes = [
                    sha256(_NODE + left + right).digest()
                    for left, right in zip(each, each, strict=True)
                ]
            self._push(hashes[0], level)
            start += step

    def _push(self, peak: bytes, level: int) -> None:
        """Add a full subtree of 2**level leaves; the size must be a multiple of that."""
        merges = self.size >> level
        while merges & 1:
            peak = node_hash(self._peaks.pop(), peak)
            merges >>= 1
        self._peaks.append(peak)
        self.size += 1 << level

    def root(self) -> bytes:
        """Return the tree head, 32 bytes."""
        if not self._peaks:
            return EMPTY
        head = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            head = node_hash(peak, head)
        return head


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the tree head of leaf hashes."""
    tree = Tree()
    tree.extend(leaves)
    return tree.root()


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return which ranges' roots are the audit path of a leaf, nearest first (RFC 6962, 2.1.1).

    Raises:
        IndexError: a tree of that size has no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError("no such leaf")
    ranges: list[Range] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


def consistency_ranges(older: int, newer: int) -> list[Range]:
    """Return which ranges' roots prove that one tree begins with another (RFC 6962, 2.1.2).

    Raises:
        IndexError: `older` is larger than `newer`.
    """
    if not 0 <= older <= newer:
        raise IndexError("the older tree is larger than the newer")
    if older in (0, newer):
        return []
    ranges: list[Range] = []
    low, high, whole = 0, newer, True
    while older != high:
        middle = low + _split(high - low)
        if older <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low, whole = middle, False
    if not whole:
        ranges.append((low, high))
    return ranges[::-1]


def range_roots(leaves: Iterable[bytes], ranges: Sequence[Range]) -> list[bytes]:
    """Return the root of each range of leaf hashes, read once in order; the ranges are disjoint.

    Raises:
        IndexError: the leaves end before the ranges.
    """
    trees = [Tree() for _ in ranges]
    todo = sorted(range(len(ranges)), key=lambda one: ranges[one], reverse=True)
    for number, leaf in enumerate(leaves):
        if not todo:
            break
        low, high = ranges[todo[-1]]
        if number >= low:
            trees[todo[-1]].append(leaf)
            if number == high - 1:
                todo.pop()
    if todo:
        raise IndexError("there are fewer leaves than the proof needs")
    return [tree.root() for tree in trees]


def inclusion_path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of one leaf among all leaf hashes, nearest first."""
    return range_roots(leaves, inclusion_ranges(index, len(leaves)))


def consistency_path(leaves: Sequence[bytes], older: int) -> list[bytes]:
    """Return the proof that the tree of the first `older` leaf hashes begins that of all."""
    return range_roots(leaves, consistency_ranges(older, len(leaves)))


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the tree head that an audit path leads to (RFC 9162, 2.1.3.2), or None."""
    if not 0 <= index < size:
        return None
    at, last, head = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            head = node_hash(sibling, head)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            head = node_hash(head, sibling)
        at >>= 1
        last >>= 1
    return head if last == 0 else None


def is_consistent(
    older: int, older_root: bytes, newer: int, newer_root: bytes, path: Sequence[bytes]
) -> bool:
    """Say whether a path proves that the newer tree begins with the older (RFC 9162, 2.1.4.2)."""
    if not 0 <= older <= newer:
        return False
    if older == newer:
        return not path and older_root == newer_root
    if older == 0:
        return not path and older_root == EMPTY
    if older & (older - 1) == 0:
        path = [older_root, *path]
    if not path:
        return False
    at, last = older - 1, newer - 1
    while at & 1:
        at >>= 1
        last >>= 1
    was = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while at and not at & 1:
                at >>= 1
                last >>= 1
        else:
            now = node_hash(now, sibling)
        at >>= 1
        last >>= 1
    return last == 0 and was == older_root and now == newer_root


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
