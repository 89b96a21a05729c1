"""The ledger of a log that grows: which entries are due, and what is signed over them.

Entry n is event n + 1 of the log; a checkpoint is signed at every 256th entry and at every midnight
that was settled. Where entries and checkpoints are kept is for others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import NamedTuple

from cioghub.errors import EnvironmentFailed
from cioghub.ledger.checkpoints import TreeHead, key_text, open_checkpoint, sign, signing_key
from cioghub.ledger.entries import class_id_of, class_line, entry_block
from cioghub.ledger.merkle import Tree, leaf_hashes
from cioghub.ports.ledger import Decided, DecisionLog
from cioghub.stores.ledger_folder import EVERY
from cioghub.vocabulary.keys import Secret

_BATCH = 64 * EVERY


class Step(NamedTuple):
    """What some entries add: their lines, their leaf hashes, the lines of classes new with them."""

    entries: bytes
    leaves: bytes
    classes: bytes


class LedgerGrowth:
    """A ledger as far as its log was gone through.

    `place` names where it is kept, for who must look there; `signing` is a secret of the hub, of
    which the signing key is derived; `bundle_hash` names the rules in force for as long as there is
    no entry.
    """

    def __init__(self, place: str, signing: Secret, log: DecisionLog, bundle_hash: str) -> None:
        self._place = place
        self._key = signing_key(signing.reveal())
        self._log = log
        self._first_bundle = bundle_hash
        self.begin()

    def begin(self) -> None:
        """Begin again, with nothing gone through."""
        self._tree, self._digest, self._heads = Tree(), sha256(), 0
        self._bundles: dict[str, str] = {}
        self._bundle = self._first_bundle

    @property
    def size(self) -> int:
        """How many entries were gone through."""
        return self._tree.size

    @property
    def key(self) -> str:
        """The verifying key as 64 hex digits and a line's end."""
        return key_text(self._key.public_key())

    def due(self) -> tuple[list[Decided], list[int]] | None:
        """Return the next entries to sign, and after how many of all each checkpoint comes."""
        size = self.size
        waiting = self._log.decided(size, _BATCH)
        last = size + len(waiting)
        ends = set(range((size // EVERY + 1) * EVERY, last + 1, EVERY))
        ends |= {at for at in self._log.midnights(size) if at <= last}
        return (list(waiting), sorted(ends)) if ends else None

    def grow(self, waiting: Sequence[Decided], ends: Sequence[int]) -> tuple[list[Step], bytes]:
        """Return what is due: what its entries add, and the lines of its checkpoints."""
        each = iter(waiting)
        steps, heads = [], []
        for end in ends:
            steps.append(self._step(list(islice(each, end - self.size))))
            heads.append(self.sign())
        return steps, b"".join(heads)

    def sign(self) -> bytes:
        """Return the line of the next checkpoint, over all that was gone through."""
        head = TreeHead(
            number=self._heads,
            size=self.size,
            root=self._tree.root(),
            bundle=self._bundle,
            classes=self._digest.hexdigest(),
            more=False,  # of a ledger that is alive nobody knows
        )
        self._heads += 1
        return sign(head, self._key) + b"\n"

    def opened(self, lines: Iterable[bytes]) -> list[TreeHead]:
        """Return what checkpoints sign, given as lines without their ends.

        Raises:
            EnvironmentFailed: one is not as this hub signed it.
        """
        heads: list[TreeHead] = []
        for line in lines:
            head = open_checkpoint(line, self._key.public_key())
            if head is None or head.number != len(heads):
                raise self.not_one_log(f"checkpoint {len(heads)} is not as signed")
            heads.append(head)
        return heads

    def retrace(self, heads: Sequence[TreeHead], passed: Callable[[Step], None]) -> None:
        """Go through the log up to the last head; `passed` is told what it gives, in order.

        Raises:
            EnvironmentFailed: the log does not give what was signed.
        """
        for head in heads:
            for part in self._up_to(head.size):
                passed(self._step(part))
            if self._tree.root() != head.root or self._digest.hexdigest() != head.classes:
                raise self.not_one_log(
                    f"the log does not give what checkpoint {head.number} signed"
                )
        self._heads = len(heads)
        if heads:
            self._bundle = heads[-1].bundle

    def not_one_log(self, why: str) -> EnvironmentFailed:
        """Return what is said where a ledger and a log contradict each other."""
        return EnvironmentFailed(
            f"The ledger in {self._place} does not belong to this hub's log: {why}.",
            "The hub signs no second history beside the first.",
            f"Run `ciog ledger verify` on {self._place}, and restore the hub from one backup.",
        )

    def _up_to(self, size: int) -> Iterator[Sequence[Decided]]:
        while self.size < size:
            part = self._log.decided(self.size, min(_BATCH, size - self.size))
            if not part:
                raise self.not_one_log(f"the log ends before entry {self.size}")
            yield part

    def _step(self, part: Sequence[Decided]) -> Step:
        """Take entries into the tree."""
        for number, one in enumerate(part, self.size + 1):
            if one.position != number:
                raise self.not_one_log(f"event {number} of the log is missing")
        try:
            block = entry_block(
                self.size, [one.ref for one in part], [one.class_id for one in part]
            )
        except ValueError as error:
            raise self.not_one_log("a reference or class of the log is not in its form") from error
        news = self._new_classes(part)
        leaves = leaf_hashes(block.splitlines())
        self._tree.extend(leaves)
        self._digest.update(news)
        return Step(block, b"".join(leaves), news)

    def _new_classes(self, part: Sequence[Decided]) -> bytes:
        names = list(dict.fromkeys(one.class_id for one in part))
        unknown = [name for name in names if name not in self._bundles]
        contents = self._log.contents(unknown) if unknown else {}
        lines = []
        for name in unknown:
            content = contents.get(name)
            if content is None or class_id_of(content) != name:
                raise self.not_one_log(f"what decision class {name} says is missing")
            self._bundles[name] = str(content["bundle"])
            lines.append(class_line(content) + b"\n")
        if part:
            self._bundle = self._bundles[part[-1].class_id]
        return b"".join(lines)
