"""Writes ledger folders and tampers with them, for the tests of what tampering is called."""

import json
from hashlib import sha256
from pathlib import Path

from cioghub.ledger.merkle import leaf_hashes
from cioghub.ledger.verify import Verdict, verify
from cioghub.stores.ledger_folder import EVERY, LedgerReader, LedgerWriter
from cioghub.vocabulary.keys import Secret

SIZE = 3 * EVERY + 90
SECRET = Secret(b"a secret of thirty-two bytes long")
CONTENTS = [{"outcomes": [{"outcome": one}]} for one in ("shared", "wall", "never")]


def ref(n: int) -> str:
    return sha256(b"%d" % n).hexdigest()[:32]


def write(folder: Path, size: int = SIZE, secret: Secret = SECRET) -> Path:
    with LedgerWriter(folder, secret, "ab" * 32) as ledger:
        ids = [ledger.add_class(one) for one in CONTENTS]
        for n in range(size):
            ledger.append(ref(n), ids[0 if n < SIZE - 5 else 1 + n % 2])
    return folder


def lines_of(folder: Path, name: str = "entries") -> list[bytes]:
    return (folder / f"{name}.jsonl").read_bytes().splitlines(keepends=True)


def put(folder: Path, lines: list[bytes], name: str = "entries") -> None:
    (folder / f"{name}.jsonl").write_bytes(b"".join(lines))


def rehash(folder: Path) -> None:
    """Do what a careful forger does: make the stored hashes fit the entries again."""
    leaves = leaf_hashes(one.rstrip(b"\n") for one in lines_of(folder))
    (folder / "leaves.bin").write_bytes(b"".join(leaves))


def check(folder: Path, *kept: bytes) -> Verdict:
    return verify(LedgerReader(folder), [json.loads(one) for one in kept])


def first_bad(folder: Path, *kept: bytes) -> tuple[int | None, str]:
    fault = check(folder, *kept).fault
    assert fault is not None
    return fault.entry, fault.code


def forged(n: int, line: bytes) -> bytes:
    return line.replace(ref(n).encode(), ref(10**6 + n).encode())
