"""Results appear whole or not at all."""

import errno
import stat

import pytest

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.stores.whole_folder import whole_folder


def write(folder, content: str) -> None:
    (folder / "summary.json").write_text(content)


def test_a_folder_appears_when_all_is_written(tmp_path) -> None:
    with whole_folder(tmp_path / "a" / "out") as work:
        write(work, "1")
        assert not (tmp_path / "a" / "out").exists()
    assert (tmp_path / "a" / "out" / "summary.json").read_text() == "1"


def test_earlier_results_are_replaced_and_nothing_stays_behind(tmp_path) -> None:
    for content in ("1", "2"):
        with whole_folder(tmp_path / "out") as work:
            write(work, content)
    assert (tmp_path / "out" / "summary.json").read_text() == "2"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failure_leaves_everything_as_it_was(tmp_path) -> None:
    with whole_folder(tmp_path / "out") as work:
        write(work, "1")
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "out") as work:
        write(work, "2")
        raise RuntimeError
    assert (tmp_path / "out" / "summary.json").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_full_disk_is_the_machine_that_failed(tmp_path) -> None:
    with pytest.raises(EnvironmentFailed, match="No space"), whole_folder(tmp_path / "out"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_what_the_hub_did_not_make_is_not_replaced(tmp_path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(WrongUse, match="did not make"), whole_folder(tmp_path / "out"):
        pytest.fail("must not be entered")
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"


def test_results_are_open_to_their_owner_alone(tmp_path) -> None:
    for content in ("1", "2"):
        with whole_folder(tmp_path / "out") as work:
            write(work, content)
        assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
