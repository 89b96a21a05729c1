"""A ledger folder: what any tampering with it is called, and which entry is named first."""

import json

import pytest
from tests.unit.stores.ledger_forging import (
    CONTENTS,
    SECRET,
    SIZE,
    check,
    first_bad,
    forged,
    lines_of,
    put,
    ref,
    rehash,
    write,
)

from cioghub.ledger.entries import class_line, entry_line, parse_entry
from cioghub.ledger.merkle import leaf_hashes, root_of
from cioghub.stores.ledger_folder import EVERY, LedgerWriter


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


@pytest.mark.parametrize("parts", [[SIZE], [EVERY - 1, 2, SIZE], [1, 0, 3 * EVERY, SIZE]])
def test_however_many_are_appended_at_once_the_bytes_are_the_same(written, tmp_path, parts) -> None:
    rows = [parse_entry(line[:-1])[1] for line in lines_of(written)]
    with LedgerWriter(tmp_path / "ledger", SECRET, "ab" * 32) as ledger:
        for one in CONTENTS:
            ledger.add_class(one)
        for part in parts:
            now, rows = rows[:part], rows[part:]
            ledger.extend([one.ref for one in now], [one.class_id for one in now])
    for file in written.iterdir():
        assert (tmp_path / "ledger" / file.name).read_bytes() == file.read_bytes()


def test_a_reference_without_a_class_never_reaches_the_ledger(tmp_path) -> None:
    with LedgerWriter(tmp_path / "ledger", SECRET, "ab" * 32) as ledger:
        name = ledger.add_class(CONTENTS[0])
        for refs, names in (([ref(0), ref(1)], [name]), ([ref(0)], [name, name])):
            with pytest.raises(ValueError, match="one decision class"):
                ledger.extend(refs, names)
    assert lines_of(tmp_path / "ledger") == []


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
