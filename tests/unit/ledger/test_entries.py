"""The one form of entries and classes: what is not in it is not read."""

import pytest

from cioghub.ledger.entries import (
    LedgerEntry,
    canonical,
    class_id_of,
    class_line,
    entry_block,
    entry_line,
    parse_class,
    parse_entry,
    parse_record,
)

ENTRY = LedgerEntry(ref="0123456789abcdef" * 2, class_id="fedcba9876543210")
LINE = b'{"class":"fedcba9876543210","n":17,"ref":"0123456789abcdef0123456789abcdef"}'


def test_an_entry_is_written_and_read_in_one_form() -> None:
    assert entry_line(17, ENTRY) == LINE
    assert parse_entry(LINE) == (17, ENTRY)


def test_entries_together_are_the_same_lines_numbered_on() -> None:
    others = [ENTRY, LedgerEntry("f" * 32, "0" * 16)] * 2
    block = entry_block(9, [one.ref for one in others], [one.class_id for one in others])
    assert block == b"".join(entry_line(n, one) + b"\n" for n, one in enumerate(others, 9))
    assert entry_block(9, [], []) == b""


@pytest.mark.parametrize(
    "line",
    [
        b"",
        LINE + b"\n",
        LINE + b" ",
        LINE.replace(b"17", b"017"),
        LINE.replace(b"17", b"-1"),
        LINE.replace(b"17", b"1" * 19),
        LINE.replace(b"17", "\u0661".encode()),
        LINE.replace(b"fed", b"FED"),
        LINE.replace(b"fed", b"fe"),
        LINE.replace(b":", b": "),
        LINE.replace(b'"n"', b'"m"'),
        LINE.replace(b"}", b',"time":"2026-01-05"}'),
    ],
)
def test_another_form_is_no_entry(line) -> None:
    assert parse_entry(line) is None


@pytest.mark.parametrize(
    "ref",
    ["", "a" * 31, "a" * 33, "A" * 32, "x" * 32, "\u0661" * 32, "a" * 31 + "\n", "ab " * 10 + "ab"],
)
def test_a_reference_out_of_its_form_is_no_entry_among_others(ref) -> None:
    with pytest.raises(ValueError, match="form"):
        entry_block(0, [ENTRY.ref, ref, ENTRY.ref], [ENTRY.class_id] * 3)


def test_references_that_are_in_their_form_only_together_are_no_entries() -> None:
    with pytest.raises(ValueError, match="form"):
        entry_block(0, ["a" * 31, "a" * 33], [ENTRY.class_id] * 2)


@pytest.mark.parametrize(
    "class_id", ["", "a" * 15, "a" * 17, "A" * 16, "a" * 16 + "\n", 'a","b":"']
)
def test_a_class_out_of_its_form_is_no_entry_among_others(class_id) -> None:
    with pytest.raises(ValueError, match="form"):
        entry_block(0, [ENTRY.ref] * 2, [ENTRY.class_id, class_id])


def test_the_order_of_a_class_s_fields_does_not_change_its_id() -> None:
    one = {"bundle": "x", "outcomes": [{"recipient": "a", "outcome": "shared"}]}
    two = {"outcomes": [{"outcome": "shared", "recipient": "a"}], "bundle": "x"}
    assert class_id_of(one) == class_id_of(two)
    assert class_id_of({**one, "bundle": "y"}) != class_id_of(one)
    assert len(class_id_of(one)) == 16


def test_a_class_whose_id_is_not_its_hash_has_no_content() -> None:
    line = class_line({"outcomes": ["wall"]})
    name, content = parse_class(line)
    assert (name, content) == (class_id_of({"outcomes": ["wall"]}), {"outcomes": ["wall"]})
    assert parse_class(line.replace(b"wall", b"ward")) == (name, None)


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"{",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":"\\u00e9"}',
        b'{"a":NaN}',
        b"[" * 10_000,
        b'{"a":' * 10_000,
        b"\xff",
        b"1" * 5000,
    ],
)
def test_a_record_out_of_its_form_is_not_read(line) -> None:
    assert parse_record(line) is None


def test_a_record_in_its_form_is_read() -> None:
    assert parse_record(canonical({"é": [1, None, True]})) == {"é": [1, None, True]}
    with pytest.raises(ValueError, match="JSON"):
        canonical({"a": float("nan")})
