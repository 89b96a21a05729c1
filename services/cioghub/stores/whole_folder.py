"""A folder of results that appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cioghub.errors import EnvironmentFailed, WrongUse

MARK = "summary.json"
"""What tells a folder of results from any other folder: it may be replaced, others may not."""


@contextlib.contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write in; on leaving without an error it takes the place of `out`.

    An earlier folder of results at `out` is replaced in one step. Whatever goes wrong, `out` is as
    it was and nothing half-written stays behind.

    Raises:
        WrongUse: `out` is a file, or a folder that holds something else.
        EnvironmentFailed: the disk is full or cannot be written to.
    """
    out = out.absolute()
    if out.is_file() or (out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file()):
        raise WrongUse(
            f"{out} is there already and holds no results of the hub.",
            "The hub does not write over what it did not make.",
            "Name a new or an empty folder.",
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise EnvironmentFailed(f"{out} cannot be written: {error.strerror}.") from error
    try:
        yield work
        work.chmod(0o755)
        _swap(work, out)
    except OSError as error:
        raise EnvironmentFailed(
            f"{out} could not be written: {error.strerror}.",
            "Nothing was left half-written.",
            "Make room or choose another folder, then run the command again.",
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _swap(work: Path, out: Path) -> None:
    if not out.exists():
        os.replace(work, out)
        return
    former = Path(tempfile.mkdtemp(prefix=f".{out.name}.former.", dir=out.parent))
    os.replace(out, former / "was")
    try:
        os.replace(work, out)
    except OSError:
        os.replace(former / "was", out)
        raise
    finally:
        shutil.rmtree(former, ignore_errors=True)
