"""A folder of results that appears whole or not at all.

Only its owner may enter it, as it holds true counts.

It is written beside its place, in a hidden folder, and then takes its place in one step. A run that
is killed leaves the hidden folder behind; the next run into the same place removes it. Which hidden
folders belong to runs that still go on is told by a lock that ends with its process.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cioghub.errors import EnvironmentFailed, WrongUse

MARK = "summary.json"
"""What tells a folder of results from any other folder: it may be replaced, others may not."""

_WORK, _FORMER = ".unfinished-", ".former-"


@contextlib.contextmanager
def whole_folder(out: Path, names: frozenset[str] | None = None) -> Iterator[Path]:
    """Give a folder to write in; on leaving without an error it takes the place of `out`.

    An earlier folder of results at `out` is replaced in one step; if `names` is given, only one
    that holds nothing but these. Whatever goes wrong, `out` is as it was and nothing half-written
    stays behind. Of two runs at once the later to end stands, whole.

    Raises:
        WrongUse: `out` is a file, or a folder that holds something else.
        EnvironmentFailed: the disk is full or cannot be written to.
    """
    out = _resolved(out)
    try:
        _refuse_others(out, names)
        with _parents(out), _working_folder(out) as work:
            yield work
            with _alone(out.parent):
                _refuse_others(out, names)
                _swap(work, out)
    except OSError as error:
        raise _failed(out, error.strerror or type(error).__name__) from error


def _resolved(out: Path) -> Path:
    try:
        return out.resolve()
    except (OSError, RuntimeError) as error:
        raise _failed(out, "its links lead back to themselves") from error


def _failed(out: Path, why: str) -> EnvironmentFailed:
    return EnvironmentFailed(
        f"{out} could not be written: {why}.",
        "Nothing was left half-written.",
        "Make room or choose another folder, then run the command again.",
    )


def _refuse_others(out: Path, names: frozenset[str] | None) -> None:
    """Raise WrongUse when something stands at `out` that the hub did not make."""
    if not out.is_dir():
        if not out.exists():
            return
        foreign = True
    else:
        held = {path.name for path in out.iterdir()}
        foreign = bool(held) and (MARK not in held or not (names is None or held <= names))
    if foreign:
        raise WrongUse(
            f"{out} is there already and holds no results of the hub, or more than these.",
            "The hub does not write over what it did not make.",
            "Name a new or an empty folder.",
        )


@contextlib.contextmanager
def _parents(out: Path) -> Iterator[None]:
    """Make the folders above `out`; take away again those that were new and stay empty."""
    new = [parent for parent in out.parents if not parent.exists()]
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for parent in new:
            with contextlib.suppress(OSError):
                parent.rmdir()


@contextlib.contextmanager
def _working_folder(out: Path) -> Iterator[Path]:
    with _alone(out.parent):
        _clean(out)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}{_WORK}", dir=out.parent))
        lock = _lock(work)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if lock is not None:
            os.close(lock)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other runs from beginning or ending in this folder for a moment."""
    lock = _lock(folder, wait=True)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _lock(folder: Path, wait: bool = False) -> int | None:
    """Return a handle that locks the folder until it is closed, None if it cannot be locked."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # held by another run, or a file system without locks
        os.close(handle)
        return None
    return handle


def _clean(out: Path) -> None:
    """Remove what runs that were killed left behind; put back what one had just moved away."""
    name = glob.escape(f".{out.name}")
    for former in out.parent.glob(f"{name}{_FORMER}*"):
        if not out.exists() and (former / "was").is_dir():
            os.replace(former / "was", out)
        shutil.rmtree(former, ignore_errors=True)
    for work in out.parent.glob(f"{name}{_WORK}*"):
        lock = _lock(work)
        if lock is not None:
            shutil.rmtree(work, ignore_errors=True)
            os.close(lock)


def _swap(work: Path, out: Path) -> None:
    if not out.exists():
        os.replace(work, out)
        return
    former = Path(tempfile.mkdtemp(prefix=f".{out.name}{_FORMER}", dir=out.parent))
    os.replace(out, former / "was")
    try:
        os.replace(work, out)
    except OSError:
        os.replace(former / "was", out)
        raise
    finally:
        shutil.rmtree(former, ignore_errors=True)
