"""A ledger folder signed anew or cut back: what a key or a checkpoint kept elsewhere finds."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from tests.unit.stores.ledger_forging import (
    SECRET,
    SIZE,
    check,
    first_bad,
    forged,
    lines_of,
    put,
    rehash,
    write,
)

from cioghub.errors import WrongUse
from cioghub.ledger.checkpoints import TreeHead, key_text, sign, signing_key, verifying_key
from cioghub.ledger.entries import canonical
from cioghub.ledger.merkle import leaf_hashes, root_of
from cioghub.ledger.verify import verify
from cioghub.stores.ledger_folder import EVERY, LedgerReader
from cioghub.vocabulary.keys import Secret


def resign(folder: Path, secret: bytes, every: int = EVERY) -> None:
    """Sign the folder's entries anew, as somebody with a key would."""
    key, lines = signing_key(secret), lines_of(folder)
    classes = sha256((folder / "classes.jsonl").read_bytes()).hexdigest()
    leaves = leaf_hashes(one[:-1] for one in lines)
    sizes = [*range(every, len(lines), every), len(lines)]
    heads = [
        TreeHead(n, size, root_of(leaves[:size]), "ab" * 32, classes, size < len(lines))
        for n, size in enumerate(sizes)
    ]
    put(folder, [sign(one, key) + b"\n" for one in heads], "checkpoints")
    rehash(folder)


def test_a_tail_removed_and_signed_without_the_key_is_found(folder) -> None:
    put(folder, lines_of(folder)[: EVERY + 3])
    resign(folder, b"another secret")
    assert first_bad(folder) == (0, "signature")


def test_everything_cut_back_to_an_old_checkpoint_is_found(folder) -> None:
    put(folder, lines_of(folder)[:EVERY])
    put(folder, lines_of(folder, "checkpoints")[:1], "checkpoints")
    rehash(folder)
    assert first_bad(folder) == (EVERY, "missing")


def test_a_checkpoint_lost_leaves_the_entries_after_it_uncovered(folder) -> None:
    put(folder, lines_of(folder, "checkpoints")[:-1], "checkpoints")
    assert first_bad(folder) == (3 * EVERY, "added")


def test_a_damaged_last_checkpoint_is_named_with_the_entries_it_covered(folder) -> None:
    heads = lines_of(folder, "checkpoints")
    heads[-1] = heads[-1].replace(b'"bundle":"ab', b'"bundle":"ac')
    put(folder, heads, "checkpoints")
    assert first_bad(folder) == (3 * EVERY, "signature")


def test_a_damaged_or_removed_checkpoint_between_accuses_no_entry(folder) -> None:
    heads = lines_of(folder, "checkpoints")
    put(folder, [heads[0], heads[1].replace(b'"n":1', b'"n":7'), *heads[2:]], "checkpoints")
    verdict = check(folder)
    assert (verdict.entries, verdict.fault.entry, verdict.fault.code) == (SIZE, None, "signature")
    put(folder, [heads[0], *heads[2:]], "checkpoints")
    assert check(folder).fault.part == "checkpoints"
    put(folder, [heads[1], heads[0], *heads[2:]], "checkpoints")
    assert check(folder).fault.part == "checkpoints"


def test_everything_signed_anew_with_another_key_is_found_by_a_kept_key_or_checkpoint(
    folder,
) -> None:
    key = verifying_key((folder / "verifying-key.hex").read_text())
    kept = lines_of(folder, "checkpoints")[-1]
    put(folder, lines_of(folder)[:50])
    resign(folder, b"another secret")
    (folder / "verifying-key.hex").write_text(key_text(signing_key(b"another secret").public_key()))
    assert check(folder).fault is None  # the folder alone cannot tell, which docs/ledger.md says
    assert verify(LedgerReader(folder), held_key=key).fault.code == "key"
    assert first_bad(folder, kept) == (0, "kept")


def test_a_checkpoint_kept_finds_what_was_signed_anew_with_the_hub_s_own_key(folder) -> None:
    heads = lines_of(folder, "checkpoints")
    lines = lines_of(folder)
    n = 2 * EVERY + 9
    lines[n] = forged(n, lines[n])
    put(folder, lines)
    resign(folder, SECRET.reveal())
    assert check(folder).fault is None
    assert check(folder, heads[1]).fault is None
    fault = check(folder, heads[2]).fault
    assert (fault.entry, fault.until) == (0, 3 * EVERY - 1)
    fault = check(folder, *heads).fault
    assert (fault.entry, fault.until) == (2 * EVERY, 3 * EVERY - 1)


def test_a_checkpoint_kept_finds_a_tail_removed_with_the_hub_s_own_key(folder) -> None:
    kept = lines_of(folder, "checkpoints")[-1]
    put(folder, lines_of(folder)[: 2 * EVERY])
    resign(folder, SECRET.reveal())
    fault = check(folder, kept).fault
    assert (fault.entry, fault.until) == (0, 2 * EVERY)


def test_a_ledger_that_grew_still_begins_with_an_older_checkpoint(tmp_path) -> None:
    kept = lines_of(write(tmp_path / "older", 100), "checkpoints")[-1]
    assert check(write(tmp_path / "newer", 400), kept).fault is None


def test_a_checkpoint_of_another_hub_is_refused(folder, tmp_path) -> None:
    other = write(tmp_path / "other", 40, Secret(b"another secret"))
    assert first_bad(folder, lines_of(other, "checkpoints")[-1]) == (0, "kept")


def test_a_signature_covers_every_field_of_a_checkpoint(folder) -> None:
    head = json.loads(lines_of(folder, "checkpoints")[-1])
    for name, value in (("bundle", "x"), ("classes", "x"), ("more", True), ("n", 9), ("size", 1)):
        put(folder, [canonical({**head, name: value}) + b"\n"], "checkpoints")
        assert first_bad(folder) == (0, "signature")


def test_a_folder_without_a_ledger_is_wrong_use(tmp_path, folder) -> None:
    with pytest.raises(WrongUse, match="no ledger"):
        LedgerReader(tmp_path / "nowhere")
    with pytest.raises(WrongUse, match=r"Name .*ledger"):
        LedgerReader(folder.parent)


def test_the_secret_is_nowhere_in_the_folder(folder) -> None:
    key = signing_key(SECRET.reveal())
    for file in folder.iterdir():
        whole = file.read_bytes()
        assert SECRET.reveal() not in whole
        assert key.private_bytes_raw() not in whole
        assert key.private_bytes_raw().hex().encode() not in whole
