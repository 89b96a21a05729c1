"""Laws of the Merkle log, held against the definitions of RFC 6962 written down word for word."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from cioghub.ledger.merkle import (
    Tree,
    consistency_path,
    inclusion_path,
    is_consistent,
    leaf_hash,
    root_from_path,
    root_of,
)

data = st.lists(st.binary(max_size=5), max_size=70)
some = st.lists(st.binary(max_size=5), min_size=1, max_size=70)


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: list[bytes]) -> bytes:
    """MTH of section 2.1."""
    if not d:
        return sha256(b"").digest()
    if len(d) == 1:
        return sha256(b"\x00" + d[0]).digest()
    k = split(len(d))
    return sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(d) == 1:
        return []
    k = split(len(d))
    if m < k:
        return [*path(m, d[:k]), mth(d[k:])]
    return [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], b: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.2."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b), mth(d[k:])]
    return [*subproof(m - k, d[k:], False), mth(d[:k])]


def hashed(d: list[bytes]) -> list[bytes]:
    return [leaf_hash(one) for one in d]


@given(data, st.data())
def test_the_root_is_the_definition_s_however_the_leaves_come(d, draw) -> None:
    tree, left = Tree(), hashed(d)
    while left:
        n = draw.draw(st.integers(1, len(left)))
        tree.extend(left[:n]) if n > 1 else tree.append(left[0])
        left = left[n:]
    assert tree.root() == mth(d)
    assert tree.size == len(d)


@given(some, st.data())
def test_an_audit_path_is_the_definition_s_and_leads_to_the_root(d, draw) -> None:
    m = draw.draw(st.integers(0, len(d) - 1))
    found = inclusion_path(hashed(d), m)
    assert found == path(m, d)
    assert root_from_path(leaf_hash(d[m]), m, len(d), found) == mth(d)


@given(some, st.data())
def test_an_audit_path_proves_no_other_leaf(d, draw) -> None:
    m = draw.draw(st.integers(0, len(d) - 1))
    other = draw.draw(st.binary(max_size=5).filter(lambda one: one != d[m]))
    found = inclusion_path(hashed(d), m)
    assert root_from_path(leaf_hash(other), m, len(d), found) != mth(d)


@given(some, st.data())
def test_a_consistency_proof_is_the_definition_s_and_holds(d, draw) -> None:
    m = draw.draw(st.integers(1, len(d)))
    found = consistency_path(hashed(d), m)
    assert found == subproof(m, d, True)
    assert is_consistent(m, mth(d[:m]), len(d), mth(d), found)


@given(some, st.data())
def test_no_consistency_is_proved_after_a_change_to_the_past(d, draw) -> None:
    m = draw.draw(st.integers(1, len(d)))
    at = draw.draw(st.integers(0, m - 1))
    changed = [*d[:at], d[at] + b"!", *d[at + 1 :]]
    found = consistency_path(hashed(changed), m)
    assert not is_consistent(m, mth(d[:m]), len(d), mth(changed), found)


@given(some, st.data())
def test_a_consistency_proof_with_one_hash_changed_or_lost_does_not_hold(d, draw) -> None:
    m = draw.draw(st.integers(1, len(d)))
    found = consistency_path(hashed(d), m)
    assert not is_consistent(m, mth(d[:m]), len(d), mth(d), [*found, mth(d)])
    if found:
        at = draw.draw(st.integers(0, len(found) - 1))
        assert not is_consistent(m, mth(d[:m]), len(d), mth(d), found[:at] + found[at + 1 :])
        other = [*found[:at], sha256(found[at]).digest(), *found[at + 1 :]]
        assert not is_consistent(m, mth(d[:m]), len(d), mth(d), other)


@given(data, st.data())
def test_appending_never_needs_more_hashes_than_the_logarithm(d, draw) -> None:
    tree = Tree()
    tree.extend(hashed(d))
    assert len(tree._peaks) == len(d).bit_count()
    assert root_of(hashed(d)) == tree.root()
