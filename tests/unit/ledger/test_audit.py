"""The first bad entry, whatever was done to the entries, against plain comparison of two lists."""

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drilling import deep

from cioghub.ledger import audit as audited
from cioghub.ledger.audit import audit
from cioghub.ledger.entries import LedgerEntry, entry_line
from cioghub.ledger.merkle import leaf_hashes, root_of

SIZE, EVERY = 40, 8
CLASS = "0123456789abcdef"


def line(n: int, salt: int = 0) -> bytes:
    ref = sha256(b"%d %d" % (n, salt)).hexdigest()[:32]
    return entry_line(n, LedgerEntry(ref, CLASS)) + b"\n"


LINES = [line(n) for n in range(SIZE)]
LEAVES = leaf_hashes(one[:-1] for one in LINES)
HEADS = {size: root_of(LEAVES[:size]) for size in range(EVERY, SIZE + 1, EVERY)}

at = st.integers(0, SIZE - 1)
deed = st.one_of(
    st.tuples(st.just("change"), at, st.integers(1, 3)),
    st.tuples(st.just("remove"), at, st.just(0)),
    st.tuples(st.just("insert"), at, st.integers(0, 3)),
    st.tuples(st.just("exchange"), at, at),
    st.tuples(st.just("truncate"), at, st.just(0)),
)


def done(deeds: list[tuple[str, int, int]]) -> list[bytes]:
    lines = LINES.copy()
    for what, n, m in deeds:
        if what == "insert":
            lines.insert(n, line(n, m))
        elif n < len(lines):
            if what == "change":
                lines[n] = line(n, m)
            elif what == "remove":
                del lines[n]
            elif what == "truncate":
                del lines[n:]
            elif m < len(lines):
                lines[n], lines[m] = lines[m], lines[n]
    return lines


def first_difference(lines: list[bytes]) -> int | None:
    if lines == LINES:
        return None
    pairs = zip(lines, LINES, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(lines), SIZE))


@settings(max_examples=deep(100, 300))
@given(st.lists(deed, max_size=4))
def test_the_first_bad_entry_is_the_first_that_differs(deeds) -> None:
    lines = done(deeds)
    good, fault = audit(lines, LEAVES, HEADS, {}, frozenset({CLASS}))
    expected = first_difference(lines)
    assert (None if fault is None else fault.entry) == expected
    assert good == (SIZE if expected is None else expected)


@settings(max_examples=deep(100, 300))
@given(st.lists(deed, min_size=1, max_size=4))
def test_with_the_stored_hashes_rewritten_the_range_holds_the_first_bad_entry(deeds) -> None:
    lines = done(deeds)
    rewritten = leaf_hashes(one[:-1] for one in lines)
    good, fault = audit(lines, rewritten, HEADS, {}, frozenset({CLASS}))
    expected = first_difference(lines)
    if expected is None:
        assert fault is None
    else:
        assert fault is not None
        assert fault.entry <= expected <= fault.until
        assert fault.until < fault.entry + EVERY
        assert good == fault.entry


@given(st.lists(st.tuples(st.integers(0, SIZE * 32 - 1), st.integers(1, 255)), max_size=4))
def test_damage_to_the_stored_hashes_never_accuses_an_entry(damages) -> None:
    stored = bytearray(b"".join(LEAVES))
    for byte, by in damages:
        stored[byte] ^= by
    hashes = [bytes(stored[n : n + 32]) for n in range(0, len(stored), 32)]
    good, fault = audit(LINES, hashes, HEADS, {}, frozenset({CLASS}))
    assert good == SIZE
    assert (fault is None) == (hashes == LEAVES)
    assert fault is None or fault.entry is None


@given(st.lists(deed, max_size=3), st.integers(1, 7))
def test_the_answer_does_not_depend_on_how_much_is_read_at_once(deeds, size) -> None:
    lines = done(deeds)
    whole = audit(lines, LEAVES, {SIZE: HEADS[SIZE]}, {}, frozenset({CLASS}))
    kept, audited.BATCH = audited.BATCH, size
    try:
        assert audit(lines, LEAVES, {SIZE: HEADS[SIZE]}, {}, frozenset({CLASS})) == whole
    finally:
        audited.BATCH = kept
