"""A log to follow, and what the folder of a ledger that follows it must be."""

import random
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from cioghub.ledger.entries import class_id_of
from cioghub.ledger.verify import Verdict, verify
from cioghub.ports.ledger import Decided
from cioghub.stores.ledger_folder import LedgerReader
from cioghub.stores.ledger_follow import LedgerFollower
from cioghub.vocabulary.keys import Secret

SECRET = Secret(b"a secret of thirty-two bytes long")
FILES = ("entries.jsonl", "leaves.bin", "checkpoints.jsonl", "classes.jsonl", "verifying-key.hex")
CONTENTS = [{"bundle": "ab" * 32, "outcomes": [{"outcome": f"{n}"}]} for n in range(7)]


class Log:
    """A log in memory."""

    def __init__(self) -> None:
        self.events: list[Decided] = []
        self.settled: list[int] = []

    def accept(self, count: int) -> None:
        for position in range(len(self.events) + 1, len(self.events) + count + 1):
            ref = sha256(b"%d" % position).hexdigest()[:32]
            content = CONTENTS[min(position // 150, position % 7)]
            self.events.append(Decided(position, ref, class_id_of(content)))

    def midnight(self) -> None:
        self.settled.append(len(self.events))

    def decided(self, after: int, limit: int) -> Sequence[Decided]:
        return self.events[after : after + limit]

    def contents(self, class_ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
        return {class_id_of(one): one for one in CONTENTS if class_id_of(one) in class_ids}

    def midnights(self, after: int) -> Sequence[int]:
        return [at for at in self.settled if at > after]


def follower(folder: Path, log: Log, secret: Secret = SECRET) -> LedgerFollower:
    return LedgerFollower(folder, secret, log, "ab" * 32)


def contents_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def verdict(folder: Path, *kept: Mapping[str, Any]) -> Verdict:
    return verify(LedgerReader(folder), kept)


def cut(folder: Path, chance: random.Random) -> None:
    """Leave of each file what a crash might: all of it, or its beginning up to some byte."""
    for name in FILES:
        path = folder / name
        if chance.random() < 0.6:
            size = path.stat().st_size
            near = max(0, size - chance.choice((40, 600, size)))
            path.write_bytes(path.read_bytes()[: chance.randint(near, size)])
