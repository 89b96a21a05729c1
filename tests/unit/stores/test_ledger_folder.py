"""A ledger folder: what any tampering with it is called, and which entry is named first."""

import json
from hashlib import sha256
from pathlib import Path
from shutil import copytree

import pytest

from cioghub.errors import WrongUse
from cioghub.ledger.checkpoints import TreeHead, key_text, sign, signing_key, verifying_key
from cioghub.ledger.entries import canonical, class_line, entry_line, parse_entry
from cioghub.ledger.merkle import leaf_hashes, root_of
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


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("ledger") / "written")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return copytree(written, tmp_path / "ledger")


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


def test_what_was_written_verifies(folder) -> None:
    verdict = check(folder)
    assert verdict.fault is None
    assert verdict.entries == SIZE
    assert verdict.head.root == root_of(leaf_hashes(one[:-1] for one in lines_of(folder)))


@pytest.mark.parametrize("size", [0, 1, 2, EVERY - 1, EVERY, EVERY + 1, 2 * EVERY])
def test_a_ledger_of_any_size_verifies(tmp_path, size) -> None:
    verdict = check(write(tmp_path / "ledger", size))
    assert (verdict.fault, verdict.entries) == (None, size)


def test_every_file_exists_even_when_nothing_was_decided(tmp_path) -> None:
    with LedgerWriter(tmp_path / "ledger", SECRET, "ab" * 32):
        pass
    names = {"entries.jsonl", "leaves.bin", "checkpoints.jsonl", "classes.jsonl"}
    assert {one.name for one in (tmp_path / "ledger").iterdir()} == {*names, "verifying-key.hex"}


def test_an_entry_is_a_reference_a_number_and_a_class_and_nothing_else(folder) -> None:
    row = json.loads(lines_of(folder)[17])
    assert set(row) == {"class", "n", "ref"}
    assert (row["n"], row["ref"]) == (17, ref(17))


def test_the_writer_and_the_form_of_entries_agree(folder) -> None:
    for n, line in enumerate(lines_of(folder)):
        number, entry = parse_entry(line[:-1])
        assert number == n
        assert entry_line(n, entry) + b"\n" == line


def test_the_same_decisions_give_the_same_bytes(written, tmp_path) -> None:
    again = write(tmp_path / "again")
    for file in written.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes()


def test_classes_may_come_after_the_entries_and_are_sorted(tmp_path, written) -> None:
    ids = [json.loads(class_line(one))["class"] for one in CONTENTS]
    with LedgerWriter(tmp_path / "late", SECRET, "ab" * 32) as ledger:
        for n in range(3):
            ledger.append(ref(n), ids[n])
        for content in reversed(CONTENTS):
            ledger.add_class(content)
    assert check(tmp_path / "late").fault is None
    assert lines_of(tmp_path / "late", "classes") == lines_of(written, "classes")


def test_a_class_that_was_used_and_never_added_is_a_bug(tmp_path) -> None:
    ledger = LedgerWriter(tmp_path / "ledger", SECRET, "ab" * 32)
    ledger.append(ref(0), "0123456789abcdef")
    with pytest.raises(ValueError, match="never added"):
        ledger.close()


@pytest.mark.parametrize("bad", ["", "x" * 32, "A" * 32, "a" * 31 + '"', "a" * 33])
def test_a_reference_out_of_its_form_never_reaches_the_ledger(tmp_path, bad) -> None:
    ledger = LedgerWriter(tmp_path / "ledger", SECRET, "ab" * 32)
    ledger.append(bad, ledger.add_class(CONTENTS[0]))
    with pytest.raises(ValueError, match="form"):
        ledger.close()
    assert lines_of(tmp_path / "ledger") == []


def test_a_ledger_that_was_not_closed_does_not_verify(tmp_path) -> None:
    with pytest.raises(KeyError), LedgerWriter(tmp_path / "ledger", SECRET, "ab") as ledger:
        name = ledger.add_class(CONTENTS[0])
        for n in range(EVERY * 2):
            ledger.append(ref(n), name)
        raise KeyError
    assert check(tmp_path / "ledger").fault is not None


# --- one record changed -------------------------------------------------------------------------

PLACES = [0, 1, 17, EVERY - 1, EVERY, EVERY + 1, 2 * EVERY, SIZE - 2]


@pytest.mark.parametrize("n", [*PLACES, SIZE - 1])
def test_a_changed_entry_is_named(folder, n) -> None:
    lines = lines_of(folder)
    lines[n] = forged(n, lines[n])
    put(folder, lines)
    assert first_bad(folder) == (n, "changed")
    assert check(folder).entries == n


@pytest.mark.parametrize("n", PLACES)
def test_a_removed_entry_is_named(folder, n) -> None:
    lines = lines_of(folder)
    del lines[n]
    put(folder, lines)
    assert first_bad(folder) == (n, "removed")


@pytest.mark.parametrize("n", PLACES)
def test_two_entries_exchanged_are_named_by_the_first(folder, n) -> None:
    lines = lines_of(folder)
    lines[n], lines[n + 1] = lines[n + 1], lines[n]
    put(folder, lines)
    assert first_bad(folder) == (n, "reordered")


@pytest.mark.parametrize(("early", "late"), [(3, 5), (3, SIZE - 1), (EVERY - 1, 2 * EVERY)])
def test_two_distant_entries_exchanged_are_named_by_the_first(folder, early, late) -> None:
    lines = lines_of(folder)
    lines[early], lines[late] = lines[late], lines[early]
    put(folder, lines)
    assert first_bad(folder) == (early, "reordered")


@pytest.mark.parametrize("n", [0, 17, EVERY, SIZE - 2])
def test_an_entry_put_in_is_found_where_it_stands(folder, n) -> None:
    lines = lines_of(folder)
    lines.insert(n, forged(n, lines[n]))
    put(folder, lines)
    assert first_bad(folder) == (n, "added")


def test_an_entry_put_at_the_end_is_found(folder) -> None:
    lines = lines_of(folder)
    put(folder, [*lines, forged(0, lines[0]).replace(b'"n":0', b'"n":%d' % SIZE)])
    assert first_bad(folder) == (SIZE, "added")


@pytest.mark.parametrize("left", [0, 1, EVERY, EVERY + 1, SIZE - 1])
def test_a_truncated_ledger_names_the_first_entry_that_is_missing(folder, left) -> None:
    put(folder, lines_of(folder)[:left])
    assert first_bad(folder) == (left, "missing")


@pytest.mark.parametrize("bytes_lost", [1, 2, 40])
def test_a_line_that_was_cut_short_is_named(folder, bytes_lost) -> None:
    whole = (folder / "entries.jsonl").read_bytes()
    (folder / "entries.jsonl").write_bytes(whole[:-bytes_lost])
    assert first_bad(folder) == (SIZE - 1, "cut")


@pytest.mark.parametrize(
    ("was", "now"), [(b"\n", b"\r\n"), (b"\n", b"\n\n"), (b":", b": "), (b'"n"', b'"N"')]
)
def test_a_change_of_form_alone_is_a_change(folder, was, now) -> None:
    lines = lines_of(folder)
    lines[40] = lines[40].replace(was, now, 1)
    put(folder, lines)
    assert first_bad(folder)[0] == (41 if now == b"\n\n" else 40)


def test_any_byte_changed_anywhere_is_found(tmp_path) -> None:
    folder = write(tmp_path / "ledger", 3)
    for file in sorted(folder.iterdir()):
        whole = file.read_bytes()
        for at in range(len(whole)):
            for bit in (0x01, 0x20):  # 0x20 turns the case of a letter
                changed = bytearray(whole)
                changed[at] ^= bit
                file.write_bytes(bytes(changed))
                assert check(folder).fault is not None, (file.name, at, bit)
        file.write_bytes(whole)
    assert check(folder).fault is None


@pytest.mark.parametrize(
    "name",
    ["entries.jsonl", "leaves.bin", "checkpoints.jsonl", "classes.jsonl", "verifying-key.hex"],
)
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\n", b"[" * 5000 + b"\n", b"{}\n"])
def test_a_file_gone_or_ruined_is_found(folder, name, content) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    assert check(folder).fault is not None


# --- the careful forger: entries and stored hashes rewritten together ---------------------------


@pytest.mark.parametrize("n", [EVERY + 1, 2 * EVERY - 1, SIZE - 1])
def test_rewritten_hashes_leave_the_range_after_the_last_good_checkpoint(folder, n) -> None:
    lines = lines_of(folder)
    lines[n] = forged(n, lines[n])
    put(folder, lines)
    rehash(folder)
    fault = check(folder).fault
    low = n // EVERY * EVERY
    assert (fault.entry, fault.until) == (low, min(low + EVERY, SIZE) - 1)
    assert fault.code == "rewritten"
    assert check(folder).entries == low


def test_a_gap_in_the_numbers_narrows_the_range(folder) -> None:
    lines = lines_of(folder)
    del lines[EVERY + 20]
    put(folder, lines)
    rehash(folder)
    fault = check(folder).fault
    assert (fault.entry, fault.until) == (EVERY, EVERY + 20)


def test_damage_to_the_stored_hashes_alone_accuses_no_entry(folder) -> None:
    leaves = bytearray((folder / "leaves.bin").read_bytes())
    leaves[32 * 300] ^= 1
    (folder / "leaves.bin").write_bytes(leaves)
    verdict = check(folder)
    assert (verdict.entries, verdict.fault.entry, verdict.fault.part) == (SIZE, None, "leaves")
    assert "entry 300" in verdict.fault.why


def test_a_changed_entry_is_named_even_if_earlier_stored_hashes_are_damaged(folder) -> None:
    leaves = bytearray((folder / "leaves.bin").read_bytes())
    leaves[0] ^= 1
    (folder / "leaves.bin").write_bytes(leaves)
    lines = lines_of(folder)
    lines[EVERY + 7] = forged(EVERY + 7, lines[EVERY + 7])
    put(folder, lines)
    assert first_bad(folder) == (EVERY + 7, "changed")


# --- decision classes ---------------------------------------------------------------------------


def test_a_changed_class_names_the_first_entry_that_rests_on_it(folder) -> None:
    lines = [one.replace(b'"wall"', b'"shared"') for one in lines_of(folder, "classes")]
    put(folder, lines, "classes")
    wall = json.loads(class_line(CONTENTS[1]))["class"].encode()
    users = [n for n, one in enumerate(lines_of(folder)) if wall in one]
    assert first_bad(folder) == (users[0], "class")


def test_a_class_changed_with_its_id_or_removed_is_found_by_its_entries(folder) -> None:
    classes = lines_of(folder, "classes")
    used = json.loads(lines_of(folder)[0])["class"].encode()
    kept = [one for one in classes if used not in one]
    put(folder, [*kept, class_line({"outcomes": []}) + b"\n"], "classes")
    assert first_bad(folder) == (0, "class")
    put(folder, kept, "classes")
    assert first_bad(folder) == (0, "class")


def test_a_class_that_no_entry_names_is_signed_too(folder) -> None:
    put(folder, [*lines_of(folder, "classes"), class_line({"outcomes": []}) + b"\n"], "classes")
    verdict = check(folder)
    assert (verdict.entries, verdict.fault.entry, verdict.fault.part) == (SIZE, None, "classes")


def test_of_two_faults_the_earlier_entry_is_named(folder) -> None:
    lines = lines_of(folder)
    lines[SIZE - 1] = forged(SIZE - 1, lines[SIZE - 1])
    put(folder, lines)
    put(folder, lines_of(folder, "classes")[:0], "classes")
    assert first_bad(folder) == (0, "class")


# --- signatures ---------------------------------------------------------------------------------


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
