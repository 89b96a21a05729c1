"""Secrets that cannot be shown by accident."""

import copy
import json
import pickle
from datetime import date

import pytest

from cioghub.vocabulary.keys import KeyRing, KeyRoot, Secret

SECRET = Secret(b"do-not-show-me-do-not-show-me-xx")


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>40}".format])
def test_a_secret_is_never_shown(show) -> None:
    ring = KeyRing([KeyRoot("k1", None, SECRET)])
    for holder in (SECRET, ring, ring.first, [SECRET], {"a": SECRET}):
        assert "do-not-show" not in show(holder)


@pytest.mark.parametrize("write", [pickle.dumps, json.dumps, copy.deepcopy])
def test_a_secret_is_never_written_out(write) -> None:
    with pytest.raises(TypeError):
        write(SECRET)


def test_the_root_of_a_day_is_the_last_that_is_valid() -> None:
    ring = KeyRing(
        [KeyRoot("k2", date(2025, 7, 1), SECRET), KeyRoot("k1", None, SECRET)],
    )
    assert ring.at(date(2025, 6, 30)).id == "k1"
    assert ring.at(date(2025, 7, 1)).id == "k2"
    assert ring.first.id == "k1"


def test_the_first_root_is_valid_from_the_beginning() -> None:
    with pytest.raises(ValueError, match="beginning"):
        KeyRing([KeyRoot("k1", date(2025, 1, 1), SECRET)])
