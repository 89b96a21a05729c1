"""The hash tree: the eight published leaves of Certificate Transparency, and proofs of them."""

import pytest

from cioghub.ledger.merkle import (
    EMPTY,
    Tree,
    consistency_path,
    inclusion_path,
    inclusion_ranges,
    is_consistent,
    leaf_hash,
    node_hash,
    range_roots,
    root_from_path,
    root_of,
)

DATA = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""Test leaves of the reference implementation (certificate-transparency, merkle_tree_test)."""

ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def test_the_published_leaves_give_the_published_roots() -> None:
    tree = Tree()
    for data, root in zip(DATA, ROOTS, strict=True):
        tree.append(leaf_hash(data))
        assert tree.root().hex() == root


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Tree().root() == EMPTY
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_published_audit_path_of_the_first_leaf() -> None:
    leaves = [leaf_hash(one) for one in DATA]
    assert [one.hex() for one in inclusion_path(leaves, 0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_the_published_consistency_proof_from_six_to_eight() -> None:
    leaves = [leaf_hash(one) for one in DATA]
    path = consistency_path(leaves, 6)
    assert [one.hex() for one in path] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert is_consistent(6, bytes.fromhex(ROOTS[5]), 8, bytes.fromhex(ROOTS[7]), path)


def test_a_leaf_that_looks_like_a_node_is_no_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_a_path_of_another_leaf_number_or_length_leads_elsewhere() -> None:
    leaves = [leaf_hash(one) for one in DATA[:7]]
    root, path = root_of(leaves), inclusion_path(leaves, 3)
    assert root_from_path(leaves[3], 3, 7, path) == root
    assert root_from_path(leaves[3], 2, 7, path) != root
    assert root_from_path(leaves[2], 3, 7, path) != root
    assert root_from_path(leaves[3], 3, 7, path[:-1]) is None
    assert root_from_path(leaves[3], 3, 7, [*path, path[0]]) is None
    assert root_from_path(leaves[3], 7, 7, path) is None


def test_what_no_tree_holds_is_refused() -> None:
    with pytest.raises(IndexError):
        inclusion_ranges(3, 3)
    with pytest.raises(IndexError):
        consistency_path([leaf_hash(b"")], 2)
    with pytest.raises(IndexError):
        range_roots([leaf_hash(b"")], [(0, 2)])


def test_a_copy_grows_on_its_own() -> None:
    tree = Tree()
    tree.append(leaf_hash(b"a"))
    twin = tree.copy()
    twin.append(leaf_hash(b"b"))
    assert tree.root() == leaf_hash(b"a")
    assert twin.size == 2
