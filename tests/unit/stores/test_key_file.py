"""The key file: made once, read by its owner alone, never overwritten."""

import json
import stat
from datetime import date

import pytest

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.stores.key_file import load, load_or_make, make, rotate


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "keys.json"


def test_a_new_key_file_is_for_its_owner_alone(path) -> None:
    ring = load_or_make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_make(path).first.secret.reveal() == ring.first.secret.reveal()


def test_a_key_file_that_others_can_read_is_refused(path) -> None:
    make(path)
    path.chmod(0o640)
    with pytest.raises(EnvironmentFailed, match="others"):
        load(path)


def test_an_existing_key_file_is_never_overwritten(path) -> None:
    make(path)
    before = path.read_bytes()
    with pytest.raises(WrongUse, match="rotate"):
        make(path)
    assert path.read_bytes() == before


def test_rotation_adds_a_root_and_keeps_the_others(path) -> None:
    make(path)
    first = load(path).first.secret.reveal()
    added = rotate(path, date(2026, 1, 1))
    ring = load(path)
    assert ring.first.secret.reveal() == first
    assert ring.at(date(2025, 12, 31)).id == ring.first.id
    assert ring.at(date(2026, 1, 1)).id == added
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(WrongUse, match="2026-01-01"):
        rotate(path, date(2026, 1, 1))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        '{"roots": []}',
        '{"roots": [{"id": "k", "valid_from": null, "secret": "c2hvcnQ="}]}',
        '{"roots": [{"id": "k", "valid_from": "2025-01-01", "secret": "%s"}]}' % ("A" * 44),
    ],
)
def test_what_is_no_key_file_is_refused_without_showing_it(path, content) -> None:
    path.parent.mkdir()
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(WrongUse, match="not a key file") as caught:
        load(path)
    assert "c2hvcnQ" not in str(caught.value)


def test_no_error_holds_a_secret(path) -> None:
    make(path)
    secret = json.loads(path.read_text())["roots"][0]["secret"]
    path.chmod(0o644)
    with pytest.raises(EnvironmentFailed) as caught:
        load(path)
    assert secret not in repr(caught.value)
